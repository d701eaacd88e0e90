import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { createClient } from '../kubernetes/client.ts';
import { isRecord } from '../kubernetes/json.ts';
import type { KubernetesReply, KubernetesRequest } from '../kubernetes/kubernetes.ts';
import { ClusterNameRefused, verifyClusterName } from './record.ts';

const path = '/api/v1/namespaces/mooring/configmaps';

/** The API server with one ConfigMap in it, or none. `between` happens before every request. */
function cluster(data?: Record<string, string>) {
  const server = { data, version: 1, writes: 0, between: () => {} };
  const refuse = (status: number, reason: string): KubernetesReply => ({
    status,
    body: { kind: 'Status', reason, message: reason, code: status },
    headers: {},
  });
  const store = (body: unknown, status: number): KubernetesReply => {
    server.data = isRecord(body) && isRecord(body.data) ? stringsOf(body.data) : {};
    server.version += 1;
    server.writes += 1;
    return { status, body, headers: {} };
  };
  const answer = ({ method, path: asked, body }: KubernetesRequest): KubernetesReply => {
    if (method === 'POST') {
      expect(asked).toBe(path);
      return server.data ? refuse(409, 'AlreadyExists') : store(body, 201);
    }
    expect(asked).toBe(`${path}/mooring-cluster`);
    if (!server.data) return refuse(404, 'NotFound');
    const metadata = { name: 'mooring-cluster', namespace: 'mooring', resourceVersion: `${server.version}` };
    if (method === 'GET') return { status: 200, body: { metadata, data: server.data }, headers: {} };
    const given = isRecord(body) && isRecord(body.metadata) ? body.metadata.resourceVersion : undefined;
    return given === metadata.resourceVersion ? store(body, 200) : refuse(409, 'Conflict');
  };
  const client = createClient({
    request: async (request) => {
      server.between();
      return answer(request);
    },
    watch: () => {
      throw new Error('not used');
    },
    close: async () => {},
  });
  const start = (clusterName: string, renameFrom?: string) =>
    verifyClusterName({ client, namespace: 'mooring', clusterName, renameFrom, logger: recordingLogger() });
  return { server, start };
}

const stringsOf = (data: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, String(value)]));

describe('the first start', () => {
  it('records the name; the second compares it and writes nothing', async () => {
    const { server, start } = cluster();
    await start('prod');
    expect(server.data).toEqual({ clusterName: 'prod' });
    await start('prod');
    expect(server.writes).toBe(1);
  });

  it.each(['prod', 'other'])('beside another with the name %s', async (faster) => {
    const { server, start } = cluster();
    let requests = 0;
    server.between = () => {
      requests += 1;
      if (requests === 2) server.data = { clusterName: faster };
    };
    if (faster === 'prod') await start('prod');
    else await expect(start('prod')).rejects.toThrow(ClusterNameRefused);
    expect(server.data).toEqual({ clusterName: faster });
  });
});

describe('another name', () => {
  it('is refused with both names and the flag', async () => {
    const { server, start } = cluster({ clusterName: 'prod' });
    await expect(start('prod-2')).rejects.toThrow(
      '--cluster-name is "prod-2", but this cluster is recorded as "prod" (ConfigMap mooring/mooring-cluster): ' +
        'under another name none of its AWS resources would be found. Start with --cluster-name prod, ' +
        'or, to rename it, with --rename-from prod',
    );
    expect(server.writes).toBe(0);
  });

  it('is refused where --rename-from names a third', async () => {
    const { start } = cluster({ clusterName: 'prod' });
    await expect(start('prod-2', 'staging')).rejects.toThrow('and --rename-from is "staging"');
  });

  it('is recorded with --rename-from, which may stay, and other data is kept', async () => {
    const { server, start } = cluster({ clusterName: 'prod', note: 'kept' });
    await start('prod-2', 'prod');
    expect(server.data).toEqual({ clusterName: 'prod-2', note: 'kept' });
    await start('prod-2', 'prod');
    expect(server.writes).toBe(1);
  });

  it('that somebody else records in the same moment is seen', async () => {
    const { server, start } = cluster({ clusterName: 'prod' });
    let requests = 0;
    server.between = () => {
      requests += 1;
      if (requests !== 2) return;
      server.data = { clusterName: 'prod-3' };
      server.version += 1;
    };
    await expect(start('prod-2', 'prod')).rejects.toThrow('recorded as "prod-3"');
  });
});

describe('a record without a name', () => {
  it('is not taken for a first start', async () => {
    const { start } = cluster({});
    await expect(start('prod')).rejects.toThrow('mooring/mooring-cluster has no data.clusterName');
  });
});

describe('an API server that refuses', () => {
  it('is reported', async () => {
    const { server, start } = cluster();
    server.between = () => {
      throw new Error('connection refused');
    };
    await expect(start('prod')).rejects.toThrow('connection refused');
  });
});

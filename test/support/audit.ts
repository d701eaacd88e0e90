import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * The API server's own record of who asked what:
 * https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
 */
export interface Audit {
  /** For kube-apiserver. */
  readonly args: readonly string[];
  requestsOf(user: string): Promise<AuditedRequest[]>;
}

export interface AuditedRequest {
  readonly verb: string;
  readonly group: string;
  /** With its subresource, as RBAC names it: `elasticips/status`. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly status: number;
}

const policy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
`;

const event = z.object({
  verb: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: z
    .object({
      resource: z.string().optional(),
      subresource: z.string().optional(),
      apiGroup: z.string().optional(),
      namespace: z.string().optional(),
      name: z.string().optional(),
    })
    .optional(),
  responseStatus: z.object({ code: z.number() }).optional(),
});

export async function createAudit(): Promise<Audit> {
  const directory = await mkdtemp(join(tmpdir(), 'audit-'));
  const [policyFile, log] = [join(directory, 'policy.yaml'), join(directory, 'audit.log')];
  await writeFile(policyFile, policy);
  return {
    args: [`--audit-policy-file=${policyFile}`, `--audit-log-path=${log}`],
    async requestsOf(user) {
      const lines = (await readFile(log, 'utf8')).split('\n').slice(0, -1);
      return lines
        .map((line) => event.parse(JSON.parse(line)))
        .filter(({ user: { username } }) => username === user)
        .map(({ verb, objectRef = {}, responseStatus }) => ({
          verb,
          group: objectRef.apiGroup ?? '',
          resource: [objectRef.resource, objectRef.subresource].filter(Boolean).join('/'),
          namespace: objectRef.namespace,
          name: objectRef.name,
          status: responseStatus?.code ?? 0,
        }));
    },
  };
}

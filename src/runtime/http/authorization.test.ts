import { afterEach, describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { trusted } from '../kubernetes/kubernetes.ts';
import { createAuthorization } from './authorization.ts';
import { type HttpServer, startHttpServer } from './http-server.ts';

/**
 * An API server that knows one token. What the real one answers is in test/operator/metrics-access.test.ts; here
 * it is counted, and can be away.
 */
function scripted() {
  const asked: string[] = [];
  const state = { away: false, allowed: true };
  const client: Pick<KubernetesClient, 'create'> = {
    create: <T>(path: string, body: unknown) => {
      asked.push(`${path.split('/').at(-1)} ${JSON.stringify(Object(body).spec)}`);
      if (state.away) return Promise.reject(new Error('connection refused'));
      const authenticated = JSON.stringify(body).includes('"token":"known"');
      const status = path.endsWith('tokenreviews')
        ? { authenticated, ...(authenticated && { user: { username: 'ada', groups: ['g'] } }) }
        : { allowed: state.allowed };
      return Promise.resolve(trusted<T>({ status }));
    },
  };
  return { asked, state, client };
}

const setUp = () => {
  const server = scripted();
  const clock = new VirtualClock();
  const logger = recordingLogger();
  const authorize = createAuthorization({ client: server.client, clock, logger });
  const ask = (authorization?: string) => authorize({ authorization, path: '/metrics' });
  return { ...server, clock, logger, authorize, ask };
};

describe('who may read a page', () => {
  it('is whom the API server knows and lets get the URL', async () => {
    const { ask, asked } = setUp();
    expect(await ask('Bearer known')).toBe('allowed');
    expect(asked).toEqual([
      'tokenreviews {"token":"known"}',
      'subjectaccessreviews {"user":"ada","groups":["g"],"nonResourceAttributes":{"path":"/metrics","verb":"get"}}',
    ]);
  });

  it.each([undefined, '', 'Bearer', 'Basic known', 'Bearer a b'])(
    'is not who sends %j, and nobody is asked',
    async (header) => {
      const { ask, asked } = setUp();
      expect(await ask(header)).toBe('unauthenticated');
      expect(asked).toEqual([]);
    },
  );

  it('is not who has a token that is not known, or no right', async () => {
    const { ask, state } = setUp();
    expect(await ask('Bearer other')).toBe('unauthenticated');
    state.allowed = false;
    expect(await ask('Bearer known')).toBe('forbidden');
  });

  it('is nobody while the API server is away; and it is asked again at once', async () => {
    const { ask, state, logger } = setUp();
    state.away = true;
    expect(await ask('Bearer known')).toBe('unknown');
    expect(JSON.stringify(logger.lines)).not.toContain('known"');
    state.away = false;
    expect(await ask('Bearer known')).toBe('allowed');
  });

  it('is remembered for a minute, and who may not for 10 s', async () => {
    const { ask, asked, clock, state } = setUp();
    for (let scrape = 0; scrape < 5; scrape += 1) await ask('Bearer known');
    expect(asked).toHaveLength(2);
    state.allowed = false;
    await clock.advance(60_000);
    expect(await ask('Bearer known')).toBe('forbidden');
    state.allowed = true;
    await clock.advance(9_999);
    expect(await ask('Bearer known')).toBe('forbidden');
    await clock.advance(1);
    expect(await ask('Bearer known')).toBe('allowed');
  });

  it('is decided for each path', async () => {
    const { authorize, asked } = setUp();
    for (const path of ['/metrics', '/other']) await authorize({ authorization: 'Bearer known', path });
    expect(asked).toHaveLength(4);
  });

  it('is remembered of a thousand tokens, and of no more', async () => {
    const { ask, asked } = setUp();
    for (let n = 0; n < 1_001; n += 1) await ask(`Bearer t${n}`);
    await ask('Bearer t1000');
    expect(asked).toHaveLength(1_001);
    await ask('Bearer t0');
    expect(asked).toHaveLength(1_002);
  });
});

describe('the server', () => {
  let server: HttpServer | undefined;
  afterEach(() => server?.close());

  it.each([
    ['allowed', '/hello', 200],
    ['allowed', '/other', 404],
    ['unauthenticated', '/hello', 401],
    ['unauthenticated', '/other', 401],
    ['forbidden', '/hello', 403],
    ['unknown', '/hello', 503],
  ] as const)('%s at %s: %i', async (verdict, path, status) => {
    server = await startHttpServer({
      address: '127.0.0.1:0',
      pages: { '/hello': () => ({ status: 200, contentType: 'text/plain', body: 'hello' }) },
      authorize: async () => verdict,
      logger: recordingLogger(),
    });
    const reply = await fetch(`http://${server?.address}${path}`);
    expect(reply.status).toBe(status);
    expect(reply.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
    if (status !== 200) expect(await reply.text()).not.toContain('hello');
  });
});

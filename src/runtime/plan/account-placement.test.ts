import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createClient } from '../kubernetes/client.ts';
import { accountPlacement } from './account-placement.ts';

const spec = z.object({
  credentials: z.object({ secretRef: z.object({ name: z.string() }).optional() }),
  allowedNamespaces: z.object({ all: z.literal(true) }),
  region: z.string(),
});

type Answer = { readonly status: number; readonly body: unknown };

const account = (name: string, spec: object = {}) => ({
  metadata: { name, uid: `u-${name}`, resourceVersion: '1', generation: 1 },
  spec: { credentials: { default: {} }, allowedNamespaces: { all: true }, region: 'eu-west-1', ...spec },
});
const namespace = (annotations: object = {}) => ({ metadata: { name: 'web', annotations } });
const ok = (body: unknown): Answer => ({ status: 200, body });
const list = (...items: readonly unknown[]): Answer => ok({ metadata: { resourceVersion: '1' }, items });
const forbidden = (what: string): Answer => ({
  status: 403,
  body: { message: `${what} is forbidden: User "jane" cannot look at it` },
});

const accounts = '/apis/mooring.dev/v1alpha1/awsaccounts';
const web = '/api/v1/namespaces/web';
const secret = '/api/v1/namespaces/mooring-system/secrets/aws';
const keys = Buffer.from('AKIA').toString('base64');

/** A cluster that answers so; what is not here is not there. */
function planning(answers: Readonly<Record<string, Answer>>) {
  const asked: string[] = [];
  const used: string[] = [];
  const resolve = accountPlacement({
    definition: { plural: 'awsaccounts', spec },
    client: createClient({
      request: async ({ method, path }) => {
        asked.push(`${method} ${path}`);
        return { headers: {}, ...(answers[path] ?? { status: 404, body: { message: `${path} not found` } }) };
      },
      watch: () => {
        throw new Error('a plan watches nothing');
      },
      close: async () => {},
    }),
    namespace: 'mooring-system',
    sessions: {
      identify: async ({ name, source }) => {
        used.push(`${name} by ${source.from}`);
        const arn = 'arn:aws:iam::111122223333:user/ci';
        return { partition: 'aws', account: '111122223333', arn, globalRegion: 'us-east-1' };
      },
    },
    own: async () => ({ scope: { partition: 'aws', account: '999999999999', region: 'eu-central-1' } }),
    region: undefined,
    allowEndpoints: false,
  });
  return { asked, used, resolve };
}

const object = { namespace: 'web', spec: {} };
const named = (name: string) => ({ namespace: 'web', spec: { accountRef: { name } } });

describe('what a plan goes by', () => {
  it('is read once for many objects, and no more than they need', async () => {
    const { asked, used, resolve } = planning({
      [accounts]: list(account('default'), account('other', { credentials: { secretRef: { name: 'aws' } } })),
      [web]: ok(namespace()),
    });
    await Promise.all([resolve(object), resolve(object)]);
    await resolve(object);
    expect(asked).toEqual([`GET ${accounts}`, `GET ${web}`]);
    expect(used).toEqual(['default by default', 'default by default', 'default by default']);
  });

  it('is one’s own credentials where there is no account at all', async () => {
    const { resolve } = planning({ [accounts]: list(), [web]: ok(namespace()) });
    expect((await resolve(object)).scope.account).toBe('999999999999');
  });

  it('is the one account that is meant, where all may not be listed', async () => {
    const { resolve, used } = planning({
      [accounts]: forbidden('awsaccounts'),
      [`${accounts}/production`]: ok(account('production')),
      [web]: ok(namespace({ 'mooring.dev/account': 'production' })),
    });
    expect((await resolve(object)).scope.credentials).toBe('production');
    expect(used).toEqual(['production by default']);
  });

  it('is not one’s own credentials where nobody can tell whether there is an account', async () => {
    const { resolve } = planning({ [accounts]: forbidden('awsaccounts'), [web]: ok(namespace()) });
    await expect(resolve(object)).rejects.toMatchObject({
      reason: 'AccessDenied',
      message: 'a plan has to look at it: awsaccounts is forbidden: User "jane" cannot look at it',
    });
  });

  it.each<[string, Readonly<Record<string, Answer>>]>([
    [
      'an AWSAccount',
      { [accounts]: forbidden('awsaccounts'), [`${accounts}/a`]: forbidden('a'), [web]: ok(namespace()) },
    ],
    ['a namespace', { [accounts]: list(account('a')), [web]: forbidden('namespace') }],
    [
      'a Secret',
      {
        [accounts]: list(account('a', { credentials: { secretRef: { name: 'aws' } } })),
        [web]: ok(namespace()),
        [secret]: forbidden('secret'),
      },
    ],
  ])('and may not be read, such as %s, is told as that and not as absent', async (_, answers) => {
    await expect(planning(answers).resolve(named('a'))).rejects.toMatchObject({
      reason: 'AccessDenied',
      message: expect.stringContaining('is forbidden: User "jane"'),
    });
  });

  it('is a Secret of the account that is meant, and of no other', async () => {
    const data = { aws_access_key_id: keys, aws_secret_access_key: keys };
    const { resolve, asked } = planning({
      [accounts]: list(
        account('a', { credentials: { secretRef: { name: 'aws' } } }),
        account('b', { credentials: { secretRef: { name: 'theirs' } } }),
      ),
      [web]: ok(namespace()),
      [secret]: ok({ metadata: { name: 'aws', namespace: 'mooring-system' }, data }),
    });
    expect((await resolve(named('a'))).scope.credentials).toBe('a');
    expect(asked).toEqual([`GET ${accounts}`, `GET ${web}`, `GET ${secret}`]);
  });

  it('is not an account that is wrong, unless it is meant', async () => {
    const { resolve } = planning({
      [accounts]: list(account('default'), account('wrong', { region: 7 })),
      [web]: ok(namespace()),
    });
    expect((await resolve(object)).scope.credentials).toBe('default');
    await expect(resolve(named('wrong'))).rejects.toMatchObject({
      reason: 'DependencyNotReady',
      message: expect.stringMatching(/^AWSAccount wrong: spec\.region: /),
    });
    await expect(resolve(named('nowhere'))).rejects.toMatchObject({
      message: 'AWSAccount nowhere does not exist',
    });
  });
});

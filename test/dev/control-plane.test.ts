import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { runningProcessesOf } from './running-processes.ts';

let controlPlane: ControlPlane;
const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
const configMaps = '/api/v1/namespaces/default/configmaps';

beforeAll(async () => {
  controlPlane = await startControlPlane({ users: [{ name: 'jane', groups: ['developers'] }] });
}, 900_000);

afterAll(async () => {
  await controlPlane?.stop();
}, 30_000);

describe('the control plane', () => {
  it('is Kubernetes 1.36', async () => {
    const { status, body } = await controlPlane.request({ method: 'GET', path: '/version', token: '' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ gitVersion: expect.stringMatching(/^v1\.36\.\d+$/) });
  });

  it('lets the admin in, and an ordinary user nowhere', async () => {
    const token = await controlPlane.tokenFor({ user: 'jane' });
    expect(await controlPlane.request({ method: 'GET', path: configMaps })).toMatchObject({ status: 200 });
    expect(await controlPlane.request({ method: 'GET', path: configMaps, token })).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('User "jane" cannot list resource "configmaps"') },
    });
  });

  it('refuses an unknown token', async () => {
    expect(await controlPlane.request({ method: 'GET', path: configMaps, token: 'guessed' })).toMatchObject({
      status: 401,
    });
  });

  it('lets ordinary users do what RBAC grants their group', async () => {
    const token = await controlPlane.tokenFor({ user: 'jane' });
    await controlPlane.request({
      method: 'POST',
      path: `${rbac}/roles`,
      body: {
        metadata: { name: 'read-configmaps' },
        rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }],
      },
    });
    await controlPlane.request({
      method: 'POST',
      path: `${rbac}/rolebindings`,
      body: {
        metadata: { name: 'developers-read-configmaps' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'read-configmaps' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'developers' }],
      },
    });
    // The authorizer learns of a binding through a watch.
    await expect
      .poll(async () => (await controlPlane.request({ method: 'GET', path: configMaps, token })).status)
      .toBe(200);
  });

  it('gives service accounts tokens that authenticate them', async () => {
    const serviceAccount = { namespace: 'default', name: 'mooring' };
    const path = '/api/v1/namespaces/default/serviceaccounts';
    await controlPlane.request({ method: 'POST', path, body: { metadata: { name: serviceAccount.name } } });
    const whoAmI = await controlPlane.request({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      token: await controlPlane.tokenFor({ serviceAccount }),
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    });
    expect(whoAmI).toMatchObject({
      status: 201,
      body: { status: { userInfo: { username: 'system:serviceaccount:default:mooring' } } },
    });
    expect(await controlPlane.kubeconfigFor({ serviceAccount })).toContain('user: mooring');
  });

  it('keeps its data, its address and its tokens over a restart of the API server', async () => {
    await controlPlane.request({
      method: 'POST',
      path: configMaps,
      body: { metadata: { name: 'kept' }, data: { a: 'b' } },
    });
    await controlPlane.stopApiServer();
    await expect(controlPlane.request({ method: 'GET', path: configMaps })).rejects.toThrow('ECONNREFUSED');
    await controlPlane.startApiServer();
    const kept = await controlPlane.request({ method: 'GET', path: `${configMaps}/kept` });
    expect(kept).toMatchObject({ status: 200, body: { data: { a: 'b' } } });
  }, 60_000);

  it('removes a namespace and what is in it once the controller manager runs', async () => {
    const namespace = '/api/v1/namespaces/doomed';
    const inIt = { method: 'GET', path: `${namespace}/configmaps/lost` };
    await controlPlane.request({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { metadata: { name: 'doomed' } },
    });
    await controlPlane.request({
      method: 'POST',
      path: `${namespace}/configmaps`,
      body: { metadata: { name: 'lost' } },
    });
    expect(await controlPlane.request(inIt)).toMatchObject({ status: 200 });
    await controlPlane.startControllerManager();
    await controlPlane.request({ method: 'DELETE', path: namespace });
    const status = async () => (await controlPlane.request({ method: 'GET', path: namespace })).status;
    await expect.poll(status).toBe(404);
    expect(await controlPlane.request(inIt)).toMatchObject({ status: 404 });
  }, 600_000);

  it('leaves no process and no directory when it is stopped', async () => {
    const shortLived = await startControlPlane();
    expect(existsSync(join(shortLived.directory, 'kubeconfig'))).toBe(true);
    expect(await runningProcessesOf(shortLived.directory)).toHaveLength(3);
    await shortLived.stop();
    expect(existsSync(shortLived.directory)).toBe(false);
    expect(await runningProcessesOf(shortLived.directory)).toEqual([]);
  }, 60_000);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyCrds } from '../../dev/control-plane/apply-crds.ts';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { clusterOf } from '../support/cluster.ts';
import { isCurrent } from '../support/objects.ts';
import { type TestBed, withTestBed } from '../support/test-bed.ts';

const region = 'ap-southeast-2';

let controlPlane: ControlPlane;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  await applyCrds(controlPlane);
}, 120_000);

afterAll(() => controlPlane?.stop(), 60_000);

/** What these tests do to the API server and the CRD they cannot do to those that all suites share. */
const onOwnControlPlane = (test: (bed: TestBed) => Promise<void>) => () =>
  withTestBed(clusterOf(controlPlane), region, test);

const crd = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/elasticips.mooring.dev';

it(
  'the CRD is deleted: AWS keeps everything, and when it is applied again each object finds its own',
  onOwnControlPlane(async ({ kube, ec2, start, mark, writes }) => {
    await start();
    const names = ['a', 'b', 'c'];
    const ready = async () => {
      for (const name of names) await kube.apply(name);
      const objects = await Promise.all(names.map((name) => kube.waitReady(name, 30_000)));
      return objects.map(({ status }) => status?.allocationId);
    };
    const ids = await ready();
    const before = await mark();
    await kube.client.remove(crd);
    const status = async () => (await controlPlane.request({ method: 'GET', path: crd })).status;
    await expect.poll(status).toBe(404);
    expect(await writes(before)).toEqual([]);
    expect(await ec2.ownAddresses()).toHaveLength(3);

    await applyCrds(controlPlane);
    expect(await ready()).toEqual(ids);
    expect(await writes(before)).toEqual(['CreateTags', 'CreateTags', 'CreateTags']);
  }),
);

it(
  'the API server is restarted under load: all is in sync after, and nothing was made twice',
  onOwnControlPlane(async ({ kube, ec2, start, calls }) => {
    await start();
    const names = Array.from({ length: 60 }, (_, n) => `web-${n}`);
    await Promise.all(names.map((name) => kube.apply(name)));
    await expect.poll(async () => (await calls('AllocateAddress')).length).toBeGreaterThan(5);
    await controlPlane.restartApiServer();
    await expect
      .poll(
        () =>
          kube.list().then(
            (objects) => objects.filter(isCurrent).length,
            () => 0,
          ),
        { timeout: 45_000 },
      )
      .toBe(60);
    expect(await ec2.ownAddresses()).toHaveLength(60);
    await kube.apply('web-0', { tags: { team: 'web' } });
    await kube.waitReady('web-0');
  }),
  90_000,
);

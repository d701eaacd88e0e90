import { describe, expect, it } from 'vitest';
import { type ReleaseFiles, releaseProblems } from './check.ts';

const crd = (extra = '') =>
  `kind: CustomResourceDefinition\nmetadata: { name: widgets.mooring.dev }\nspec: { group: mooring.dev${extra} }\n`;
const deployment = (tag: string) =>
  `kind: Deployment\nspec: { template: { spec: { containers: [{ image: "ghcr.io/x/mooring:${tag}" }] } } }\n`;

const agreed: ReleaseFiles = {
  packageJson: '{ "version": "0.2.0" }',
  packageLock: '{ "version": "0.2.0" }',
  changelog:
    '# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-28\n\n- News.\n\n## [0.1.0] - 2026-01-01\n',
  chart: 'version: 0.2.0\nappVersion: 0.2.0\nkubeVersion: ">=1.30.0-0"\n',
  install: `${crd()}---\n${deployment('0.2.0')}`,
  crds: new Map([['widgets.yaml', crd()]]),
};

it('finds nothing where all agree', () => {
  expect(releaseProblems(agreed)).toEqual([]);
  expect(releaseProblems(agreed, 'v0.2.0')).toEqual([]);
});

it('asks for no section of a version that is not being released', () => {
  expect(releaseProblems({ ...agreed, changelog: '## [Unreleased]\n\n- News.\n' })).toEqual([]);
});

describe('names what does not agree', () => {
  it.each<[string, Partial<ReleaseFiles>, string | undefined, string]>([
    ['a version that is none', { packageJson: '{ "version": "0.2" }' }, undefined, 'version 0.2 is not'],
    [
      'the lockfile',
      { packageLock: '{ "version": "0.1.0" }' },
      undefined,
      'package-lock.json: version is 0.1.0',
    ],
    ['another tag', {}, 'v0.3.0', 'the tag is v0.3.0, but package.json says 0.2.0: it must be v0.2.0'],
    ['no Unreleased', { changelog: '## [0.2.0] - 2026-11-28\n' }, undefined, 'must be ## [Unreleased]'],
    [
      'no section',
      { changelog: '## [Unreleased]\n## [0.1.0] - 2026-01-01\n' },
      'v0.2.0',
      '## [0.2.0] - <date>',
    ],
    ['no date', { changelog: '## [Unreleased]\n## [0.2.0]\n' }, 'v0.2.0', 'needs its date'],
    ['no chart', { chart: undefined }, undefined, 'deploy/chart/Chart.yaml is missing'],
    [
      'the chart’s version',
      { chart: 'version: 0.1.9\nappVersion: 0.2.0\nkubeVersion: x' },
      undefined,
      'version is 0.1.9',
    ],
    [
      'the chart’s appVersion',
      { chart: 'version: 0.2.0\nappVersion: 0.1.9\nkubeVersion: x' },
      undefined,
      'appVersion is 0.1.9',
    ],
    ['no install.yaml', { install: undefined }, undefined, 'deploy/install.yaml is missing'],
    ['the image', { install: `${crd()}---\n${deployment('0.1.0')}` }, undefined, 'the image’s tag is 0.1.0'],
    ['no Deployment', { install: crd() }, undefined, 'there is no Deployment in it'],
    [
      'an old CRD',
      { install: `${crd(', x: 1')}---\n${deployment('0.2.0')}` },
      undefined,
      'is not that of crds/widgets.yaml',
    ],
    [
      'a CRD that is not shipped',
      { install: deployment('0.2.0') },
      undefined,
      'is not that of crds/widgets.yaml',
    ],
  ])('%s', (_, change, tag, problem) => {
    const problems = releaseProblems({ ...agreed, ...change }, tag);
    expect(problems.join('\n')).toContain(problem);
  });
});

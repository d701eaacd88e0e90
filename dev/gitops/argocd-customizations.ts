/** deploy/gitops/argocd/argocd-cm.yaml: the Lua beside it, for each kind, as Argo CD's ConfigMap has it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { group, type ResourceDefinition } from '../../src/core/crd/definition.ts';

export const customizationsPath = 'deploy/gitops/argocd/argocd-cm.yaml';

const header = `# Health and actions of Mooring's kinds, for Argo CD's ConfigMap argocd-cm:
#   kubectl patch configmap argocd-cm -n argocd --patch-file argocd-cm.yaml
# Rendered from lua/ by "npm run generate"; do not edit.
`;

const actions = ['pause', 'resume', 'reconcile'];
/** Of kinds that have more to do. */
const furtherActions: Readonly<Record<string, readonly string[]>> = { ImageSchedule: ['run-now'] };

export function renderCustomizations(
  definitions: readonly Pick<ResourceDefinition<unknown, unknown>, 'kind'>[],
  root: string,
): string {
  const lua = (name: string) =>
    readFileSync(join(root, 'deploy', 'gitops', 'argocd', 'lua', `${name}.lua`), 'utf8');
  const entries = definitions.flatMap(({ kind }) => {
    const names = [...actions, ...(furtherActions[kind] ?? [])];
    const offered = {
      'discovery.lua': lua('discovery'),
      definitions: names.map((name) => ({ name, 'action.lua': lua(name) })),
    };
    return [
      [`resource.customizations.health.${group}_${kind}`, lua('health')],
      [`resource.customizations.actions.${group}_${kind}`, stringify(offered, { lineWidth: 0 })],
    ];
  });
  return header + stringify({ data: Object.fromEntries(entries) }, { lineWidth: 0 });
}

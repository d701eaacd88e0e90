import type { InstanceStatus } from '../control-types.ts';
import type { Overlay } from '../overlay.ts';
import { amendXml } from '../reply.ts';
import { descend, type Element, element, elements, replaceChild, textAt } from '../xml.ts';

/** Instance id → its status checks, as a test wants them. */
export type InstanceStatuses = Map<string, InstanceStatus>;

/** Status checks that fail on demand; `not-applicable`, as AWS tells it, for what is not running. */
export function instanceStatusChecks(statuses: InstanceStatuses): Overlay {
  return {
    match: (call) => call.operation === 'DescribeInstanceStatus',
    async handle(call, next) {
      return amendXml(await next(call), (document) => {
        for (const item of elements(descend(document, 'instanceStatusSet'), 'item')) amend(item, statuses);
      });
    },
  };
}

function amend(item: Element, statuses: InstanceStatuses): void {
  const isRunning = textAt(item, 'instanceState', 'name') === 'running';
  const wanted = statuses.get(textAt(item, 'instanceId') ?? '');
  for (const which of ['system', 'instance'] as const) {
    const status = isRunning ? (wanted?.[which] ?? 'ok') : 'not-applicable';
    replaceChild(item, check(`${which}Status`, status, wanted?.impairedSince));
  }
}

const REACHABILITY: Readonly<Record<string, string>> = {
  ok: 'passed',
  impaired: 'failed',
  'insufficient-data': 'insufficient-data',
  initializing: 'initializing',
};

function check(name: string, status: string, impairedSince: string | undefined): Element {
  const reachability = REACHABILITY[status];
  if (reachability === undefined) return element(name, element('status', status), element('details'));
  const detail = element('item', element('name', 'reachability'), element('status', reachability));
  if (status === 'impaired' && impairedSince !== undefined)
    detail.children.push(element('impairedSince', impairedSince));
  return element(name, element('status', status), element('details', detail));
}

import type { PlannedObject } from '../runtime/plan/plan-object.ts';

/** What `mooring plan` prints. */

const isSettled = ({ steps, blocked, failed }: PlannedObject): boolean =>
  steps.length === 0 && !blocked && !failed;

/** 0: all as declared. 1: something could not be judged. 3: something differs. (2 is wrong usage.) */
export function exitCodeOf(planned: readonly PlannedObject[]): 0 | 1 | 3 {
  if (planned.some(({ failed }) => failed)) return 1;
  return planned.every(isSettled) ? 0 : 3;
}

export function asText(planned: readonly PlannedObject[]): string {
  const differing = planned.filter((object) => !isSettled(object));
  const width = Math.max(0, ...differing.flatMap(({ steps }) => steps.map(({ call }) => call.length)));
  const counts = [
    `${planned.length} object${planned.length === 1 ? '' : 's'}`,
    `${planned.length - differing.length} as declared`,
    `${differing.length} not`,
  ];
  return [...differing.map((object) => describe(object, width)), `${counts.join(', ')}\n`].join('\n');
}

const holds = {
  paused: '  (paused: nothing is done)',
  observed: '  (managementPolicy is Observe: nothing is done)',
};

function describe(
  { kind, namespace, name, steps, blocked, failed, held }: PlannedObject,
  width: number,
): string {
  const lines = steps.map(({ call, region, why }) => {
    const place = region === undefined ? '' : ` (in ${region})`;
    return `  ${call.padEnd(width)}  ${why}${place}`;
  });
  const reason = failed ?? blocked;
  return [
    `${kind} ${namespace}/${name}${held ? holds[held] : ''}`,
    ...lines,
    ...(reason
      ? [`  ${failed ? 'cannot be judged' : 'not ready'}: ${reason.reason}: ${reason.message}`]
      : []),
    '',
  ].join('\n');
}

/** One object an entry, in the words of the operator's own plan; `input` is what the call is made with. */
export function asJson(planned: readonly PlannedObject[]): string {
  const objects = planned.map(({ steps, ...object }) => ({
    ...object,
    steps: steps.map(({ call, region, field, why, input, creates, destroys }) => ({
      call,
      ...(region === undefined ? {} : { region }),
      ...(field === undefined ? {} : { field }),
      why,
      ...(creates ? { creates } : {}),
      ...(destroys ? { destroys } : {}),
      input,
    })),
  }));
  return `${JSON.stringify({ objects }, null, 2)}\n`;
}

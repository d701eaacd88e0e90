import type { Readers } from '../../aws/readers/index.ts';
import type { Source } from './seen.ts';
import type { ImageSpec } from './spec.ts';

/** States in which an instance has no disk to image any more. */
const gone = ['shutting-down', 'terminated'];

export async function observeSource(
  wanted: ImageSpec['source'],
  readers: Pick<Readers, 'instances'>,
): Promise<Source> {
  if (wanted?.instanceSelector) {
    const found = await readers.instances.byTags(wanted.instanceSelector.matchTags);
    const alive = found.filter(({ state }) => !gone.includes(state));
    const [instance] = alive;
    if (!instance) return { state: 'missing', what: 'no instance has the tags of source.instanceSelector' };
    if (alive.length > 1) return { state: 'several', instanceIds: alive.map(({ id }) => id).sort() };
    return { state: 'instance', instanceId: instance.id, tags: instance.tags };
  }
  if (wanted?.instanceId === undefined) return { state: 'not looked for' };
  const instance = await readers.instances.byId(wanted.instanceId);
  if (!instance) return { state: 'missing', what: `${wanted.instanceId} does not exist (yet)` };
  if (gone.includes(instance.state))
    return { state: 'missing', what: `${instance.id} is ${instance.state}`, gone: true };
  return { state: 'instance', instanceId: instance.id, tags: instance.tags };
}

import type { AutoScalingUse } from './auto-scaling.ts';
import type { ImageReference } from './image-references.ts';

/** Who uses an image, in words that a person finds again in the account and Region of the image. */

/** `arn:aws:ec2:eu-central-1:123456789012:instance/i-1` → `instance/i-1`. */
export const referenceName = ({ arn }: ImageReference): string => arn.split(':').slice(5).join(':') || arn;

export function launchName(use: AutoScalingUse): string {
  if (use.type === 'group') return `Auto Scaling group ${use.name}`;
  const { name, groups } = use;
  if (groups.length === 0) return `launch configuration ${name}`;
  const of = groups.length === 1 ? 'Auto Scaling group' : 'Auto Scaling groups';
  return `launch configuration ${name} of ${of} ${groups.join(', ')}`;
}

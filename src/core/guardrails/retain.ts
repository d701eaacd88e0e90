import { breach, type Ruled } from './breach.ts';

/** Whether nothing is deleted in AWS, whatever a manifest says. */
export const keepsEverything = ({ guardrails }: Ruled): boolean => guardrails?.deletionPolicy === 'Retain';

/** `deletionPolicy: Retain`, of a manifest that says otherwise. One that says nothing is taken to say Retain. */
export function deletionBreaches(ctx: Ruled, deletionPolicy: 'Delete' | 'Retain' | undefined): string[] {
  if (!keepsEverything(ctx) || deletionPolicy !== 'Delete') return [];
  return [
    breach('deletionPolicy', 'spec.deletionPolicy', 'is Delete; allowed: Retain, or to leave the field out'),
  ];
}

interface Deletable {
  readonly spec: { readonly deletionPolicy?: 'Delete' | 'Retain' | undefined };
}

/** The object as it is acted on: with the deletion policy that the account enforces. */
export const withEnforcedRetain = <Self extends Deletable>(self: Self, ctx: Ruled): Self =>
  keepsEverything(ctx) ? { ...self, spec: { ...self.spec, deletionPolicy: 'Retain' } } : self;

import { type Call, field, fieldList, type Reply, scopeOf } from '../call.ts';
import type { Overlay } from '../overlay.ts';
import { AwsError, amendXml, errorIn } from '../reply.ts';
import { descend, type Element, elements, parseXml, removeChildren, textAt } from '../xml.ts';

/** How one kind of resource is named by the reply that makes it, and by those that show it. */
interface Kind {
  readonly create: readonly string[];
  /** Where the creating reply has the new id. */
  readonly id: readonly string[];
  /** Reads that name it, and the refusal they get while it is hidden. */
  readonly reads: (call: Call) => readonly string[];
  readonly missing: (id: string) => AwsError;
  /** Lists: operation → path to the list, and where an item of it has the id. */
  readonly lists: Readonly<Record<string, { path: readonly string[]; id: string }>>;
}

const KINDS: readonly Kind[] = [
  {
    create: ['AllocateAddress'],
    id: ['allocationId'],
    reads: (call) =>
      call.service === 'ec2' ? [...fieldList(call, 'AllocationId'), field(call, 'AllocationId') ?? ''] : [],
    missing: (id) => new AwsError('InvalidAllocationID.NotFound', `The allocation ID '${id}' does not exist`),
    lists: {
      DescribeAddresses: { path: ['addressesSet'], id: 'allocationId' },
      DescribeAddressesAttribute: { path: ['addressSet'], id: 'allocationId' },
    },
  },
  {
    create: ['CreateRole'],
    id: ['CreateRoleResult', 'Role', 'RoleName'],
    reads: (call) => (call.service === 'iam' ? [field(call, 'RoleName') ?? ''] : []),
    missing: (id) => new AwsError('NoSuchEntity', `The role with name ${id} cannot be found.`, 404),
    lists: {
      ListRoles: { path: ['ListRolesResult', 'Roles'], id: 'RoleName' },
      GetAccountAuthorizationDetails: {
        path: ['GetAccountAuthorizationDetailsResult', 'RoleDetailList'],
        id: 'RoleName',
      },
    },
  },
  {
    create: ['CreateAccessKey'],
    id: ['CreateAccessKeyResult', 'AccessKey', 'AccessKeyId'],
    reads: (call) => (call.service === 'iam' ? [field(call, 'AccessKeyId') ?? ''] : []),
    missing: (id) => new AwsError('NoSuchEntity', `The Access Key with id ${id} cannot be found.`, 404),
    lists: {
      ListAccessKeys: { path: ['ListAccessKeysResult', 'AccessKeyMetadata'], id: 'AccessKeyId' },
    },
  },
  {
    create: ['CreateImage', 'CopyImage'],
    id: ['imageId'],
    reads: (call) =>
      call.service === 'ec2' ? [...fieldList(call, 'ImageId'), field(call, 'ImageId') ?? ''] : [],
    missing: (id) => new AwsError('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`),
    lists: { DescribeImages: { path: ['imagesSet'], id: 'imageId' } },
  },
];

/** Eventual consistency: what was just created is not seen yet by whoever reads it. */
export class Visibility implements Overlay {
  /** Scope and id → the time it becomes visible, milliseconds. */
  #until = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  hide(call: Call, reply: Reply, until: number): void {
    const kind = KINDS.find(({ create }) => create.includes(call.operation));
    if (errorIn(reply) !== undefined) return;
    const id =
      kind === undefined
        ? createdKey(call, reply)
        : textAt(parseXml(reply.body.toString('utf8')), ...kind.id);
    if (id !== undefined) this.#until.set(`${scopeOf(call)} ${id}`, until);
  }

  reset(): void {
    this.#until.clear();
  }

  match(): boolean {
    return this.#until.size > 0;
  }

  async handle(call: Call, next: (call: Call) => Promise<Reply>): Promise<Reply> {
    const isHidden = (id: string) => this.#isHidden(call, id);
    if (call.protocol === 'json') return withoutHiddenKeys(call, next, isHidden);
    for (const kind of KINDS) {
      const hidden = kind.reads(call).find(isHidden);
      if (hidden !== undefined && !kind.create.includes(call.operation)) throw kind.missing(hidden);
    }
    const reply = await next(call);
    const list = KINDS.map(({ lists }) => lists[call.operation]).find((found) => found !== undefined);
    if (list === undefined) return reply;
    return amendXml(reply, (document) => drop(descend(document, ...list.path), list.id, isHidden));
  }

  #isHidden(call: Call, id: string): boolean {
    const key = `${scopeOf(call)} ${id}`;
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (until > this.#now()) return true;
    this.#until.delete(key);
    return false;
  }
}

function drop(list: Element | undefined, name: string, isHidden: (id: string) => boolean): void {
  if (list === undefined) return;
  const hidden = new Set(elements(list).filter((item) => isHidden(textAt(item, name) ?? '')));
  removeChildren(list, (item) => hidden.has(item));
}

function createdKey(call: Call, reply: Reply): string | undefined {
  if (call.operation !== 'CreateKey') return undefined;
  return /"KeyId"\s*:\s*"([^"]+)"/.exec(reply.body.toString('utf8'))?.[1];
}

/** Keys: refused where they are named, left out of ListKeys and GetResources. */
async function withoutHiddenKeys(
  call: Call,
  next: (call: Call) => Promise<Reply>,
  isHidden: (id: string) => boolean,
): Promise<Reply> {
  const named = (field(call, 'KeyId') ?? field(call, 'TargetKeyId') ?? '').split('/').at(-1) ?? '';
  if (isHidden(named)) throw new AwsError('NotFoundException', `Key '${named}' does not exist`);
  const reply = await next(call);
  const list = { ListKeys: 'Keys', GetResources: 'ResourceTagMappingList' }[call.operation];
  if (list === undefined || errorIn(reply) !== undefined) return reply;
  const body: unknown = JSON.parse(reply.body.toString('utf8'), (key, value: unknown) =>
    key === list && Array.isArray(value) ? value.filter((item) => !mentionsHidden(item, isHidden)) : value,
  );
  return { ...reply, body: Buffer.from(JSON.stringify(body)) };
}

const KEY_ID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|mrk-[0-9a-f]{32}/g;

function mentionsHidden(item: unknown, isHidden: (id: string) => boolean): boolean {
  return (JSON.stringify(item).match(KEY_ID) ?? []).some(isHidden);
}

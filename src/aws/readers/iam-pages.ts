import { AwsError } from '../../core/errors.ts';

/** The most that IAM's lists give at once: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export const maxItems = 1_000;

interface Page {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** Every page's items, in order. A page may be short, or empty, and still not be the last. */
export async function allPages<Reply extends Page, Item>(
  read: (page: { readonly MaxItems: number; readonly Marker?: string }) => Promise<Reply>,
  itemsOf: (reply: Reply) => readonly Item[],
): Promise<Item[]> {
  const items: Item[] = [];
  let marker: string | undefined;
  do {
    const reply = await read({ MaxItems: maxItems, ...(marker === undefined ? {} : { Marker: marker }) });
    items.push(...itemsOf(reply));
    marker = reply.IsTruncated ? reply.Marker : undefined;
  } while (marker);
  return items;
}

/** Undefined where IAM answers that what is named does not exist. */
export async function ifThere<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AwsError && error.class === 'NotFound') return undefined;
    throw error;
  }
}

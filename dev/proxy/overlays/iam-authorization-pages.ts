import { field } from '../call.ts';
import type { Overlay } from '../overlay.ts';
import { amendXml } from '../reply.ts';
import { descend, element, elements, removeChildren, replaceChild } from '../xml.ts';

const defaultItems = 100;

/** GetAccountAuthorizationDetails in pages: the emulator gives all roles at once. */
export const authorizationPages: Overlay = {
  match: ({ operation }) => operation === 'GetAccountAuthorizationDetails',
  async handle(call, next) {
    const start = Number(field(call, 'Marker') ?? 0);
    const end = start + Number(field(call, 'MaxItems') ?? defaultItems);
    return amendXml(await next(call), (document) => {
      const result = descend(document, 'GetAccountAuthorizationDetailsResult');
      const list = descend(result, 'RoleDetailList');
      if (result === undefined || list === undefined) return;
      const all = elements(list);
      const page = new Set(all.slice(start, end));
      removeChildren(list, (role) => !page.has(role));
      replaceChild(result, element('IsTruncated', String(end < all.length)));
      if (end < all.length) replaceChild(result, element('Marker', String(end)));
    });
  },
};

/**
 * Just enough XML to read and amend the emulator's replies: elements, attributes kept as text, and text.
 * Not for documents from elsewhere (no CDATA, no DTD).
 */
export interface Element {
  readonly name: string;
  readonly attributes: string;
  readonly children: Array<Element | string>;
}

const TOKEN = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([^\s/>]+)([^>]*?)(\/?)>|([^<]+)/g;

/** Parses one document; throws when it is not well formed. */
export function parseXml(text: string): Element {
  const root = element('#root');
  const open: Element[] = [root];
  for (const [, closing, name, attributes, empty, content] of text.matchAll(TOKEN)) {
    const parent = open.at(-1);
    if (parent === undefined) break;
    if (content !== undefined) parent.children.push(unescapeXml(content));
    else if (name !== undefined) step(open, parent, name, { closing, attributes, empty });
  }
  const document = elements(root)[0];
  if (document === undefined || open.length !== 1) throw new Error('not a well-formed XML document');
  return document;
}

interface Tag {
  readonly closing: string | undefined;
  readonly attributes: string | undefined;
  readonly empty: string | undefined;
}

function step(open: Element[], parent: Element, name: string, tag: Tag): void {
  if (tag.closing === '/') {
    if (parent.name !== name) throw new Error(`</${name}> closes <${parent.name}>`);
    open.pop();
    return;
  }
  const next: Element = { name, attributes: (tag.attributes ?? '').trim(), children: [] };
  parent.children.push(next);
  if (tag.empty !== '/') open.push(next);
}

export function printXml(node: Element): string {
  const inside = node.children.map((child) =>
    typeof child === 'string' ? escapeXml(child) : printXml(child),
  );
  const attributes = node.attributes === '' ? '' : ` ${node.attributes}`;
  return `<${node.name}${attributes}>${inside.join('')}</${node.name}>`;
}

export function element(name: string, ...children: Array<Element | string>): Element {
  return { name, attributes: '', children };
}

/** The child elements, of that name if one is given. */
export function elements(node: Element | undefined, name?: string): Element[] {
  const found: Element[] = [];
  for (const child of node?.children ?? []) {
    if (typeof child !== 'string' && (name === undefined || child.name === name)) found.push(child);
  }
  return found;
}

/** Follows child names down; undefined as soon as one is missing. */
export function descend(node: Element | undefined, ...path: string[]): Element | undefined {
  return path.reduce<Element | undefined>((at, name) => elements(at, name)[0], node);
}

/** The text at the end of a path; undefined when it is missing or empty. */
export function textAt(node: Element | undefined, ...path: string[]): string | undefined {
  const found = descend(node, ...path);
  const text = found?.children.filter((child) => typeof child === 'string').join('') ?? '';
  return text === '' ? undefined : text;
}

/** Puts a child in place of those of the same name; at the end when there was none. */
export function replaceChild(node: Element, child: Element): void {
  removeChildren(node, (other) => other.name === child.name);
  node.children.push(child);
}

export function removeChildren(node: Element, condition: (child: Element) => boolean): void {
  const kept = node.children.filter((child) => typeof child === 'string' || !condition(child));
  node.children.splice(0, node.children.length, ...kept);
}

export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return ENTITIES[String(name)] ?? whole;
  });
}

import { describe, expect, it } from 'vitest';
import {
  descend,
  element,
  elements,
  parseXml,
  printXml,
  removeChildren,
  replaceChild,
  textAt,
} from './xml.ts';

const REPLY =
  '<?xml version="1.0"?>\n<R xmlns="u"><set><item><id>a</id><empty/></item><item><id>b</id></item></set></R>';

describe('xml', () => {
  it('reads text by path, and nothing where there is none', () => {
    const document = parseXml(REPLY);
    expect(elements(descend(document, 'set'), 'item').map((item) => textAt(item, 'id'))).toEqual(['a', 'b']);
    expect(textAt(document, 'set', 'item', 'empty')).toBeUndefined();
    expect(textAt(document, 'no', 'where')).toBeUndefined();
  });

  it('prints what it read, attributes and all', () => {
    expect(printXml(parseXml('<R xmlns="u"><a>1</a></R>'))).toBe('<R xmlns="u"><a>1</a></R>');
  });

  it('keeps markup characters in text apart from markup', () => {
    const document = parseXml('<a>x &lt;b&gt; &amp;amp; &#39;&#x41;</a>');
    expect(textAt(document)).toBe("x <b> &amp; 'A");
    expect(parseXml(printXml(document))).toEqual(document);
  });

  it('replaces, appends and removes children', () => {
    const node = parseXml('<a><b>1</b><b>2</b><c>3</c></a>');
    replaceChild(node, element('b', 'x'));
    removeChildren(node, (child) => child.name === 'c');
    expect(printXml(node)).toBe('<a><b>x</b></a>');
  });

  it.each(['<a><b></a>', '<a>', ''])('refuses %j', (text) => {
    expect(() => parseXml(text)).toThrow();
  });
});

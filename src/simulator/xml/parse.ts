/** Reads XML text into a tree of elements. Nothing outside the text is ever looked up. */

import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { isObject } from '../json.js';

export interface XmlElement {
  /** Without its prefix: clients write `ns0:Invoice` and `Invoice`. */
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: readonly XmlElement[];
  /** All text directly in the element. */
  text: string;
}

export class MalformedXml extends Error {
  override readonly name = 'MalformedXml';
}

const ATTRIBUTES = ':@';
const TEXT = '#text';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // Character references such as &#233; belong to these, although they are plain XML.
  htmlEntities: true,
});

/**
 * The document's root element.
 *
 * @throws MalformedXml where the text is no well-formed document, or brings a document type, which
 * could define entities
 */
export function parseXml(text: string): XmlElement {
  const document = text.trim();
  if (/<!DOCTYPE/i.test(document)) throw new MalformedXml('a document type is not accepted');
  const checked = XMLValidator.validate(document);
  if (checked !== true) throw new MalformedXml(checked.err.msg);
  const [root, ...more] = elements(nodesOf(document));
  if (root === undefined || more.length > 0) throw new MalformedXml('one root element is expected');
  return root;
}

/** The parser stumbles over a few things that the check lets through. */
function nodesOf(document: string): unknown {
  try {
    return parser.parse(document);
  } catch (error) {
    throw new MalformedXml(error instanceof Error ? error.message : 'not well-formed');
  }
}

/** A parsed node is an object with its name as a member, and the attributes as another one. */
function elements(nodes: unknown): XmlElement[] {
  if (!Array.isArray(nodes)) return [];
  const found: XmlElement[] = [];
  for (const node of nodes) {
    if (!isObject(node)) continue;
    for (const [name, content] of Object.entries(node)) {
      const isElement = name !== TEXT && name !== ATTRIBUTES && !name.startsWith('?');
      if (!isElement) continue;
      found.push({
        name,
        attributes: attributesOf(node[ATTRIBUTES]),
        children: elements(content),
        text: textIn(content),
      });
    }
  }
  return found;
}

function attributesOf(value: unknown): Map<string, string> {
  const pairs = isObject(value) ? Object.entries(value) : [];
  return new Map(pairs.map(([name, attribute]) => [name, String(attribute)]));
}

function textIn(nodes: unknown): string {
  if (!Array.isArray(nodes)) return '';
  return nodes.map((node) => (isObject(node) ? String(node[TEXT] ?? '') : '')).join('');
}

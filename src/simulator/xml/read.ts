/**
 * Turns an XML request into the JSON the engine takes. What repeats, what is a reference and what
 * lies inside is known from the entity's fields; the rest of the rules is the schema's.
 */

import type { EntityDefinition } from '../engine/definition.js';
import type { Field, Shape } from '../engine/fields.js';
import { ServiceFault, unknownMember } from '../engine/service-fault.js';
import { definitionByName } from '../entities/index.js';
import type { JsonObject, JsonValue } from '../json.js';
import { parseXml, type XmlElement } from './parse.js';

/** @throws MalformedXml; ServiceFault 2010 where the root is another entity than `expected` */
export function readXmlObject(text: string, expected: EntityDefinition): JsonObject {
  const root = parseXml(text);
  if (root.name !== expected.name) throw new ServiceFault([unknownMember(root.name)]);
  return members(root, expected.fields);
}

/** `IntuitBatchRequest` as the schema writes it. @throws MalformedXml; ServiceFault 2010 */
export function readXmlBatch(text: string): JsonObject {
  const root = parseXml(text);
  if (root.name !== 'IntuitBatchRequest') throw new ServiceFault([unknownMember(root.name)]);
  const items = root.children.filter(({ name }) => name === 'BatchItemRequest');
  return { BatchItemRequest: items.map(batchItem) };
}

function batchItem(element: XmlElement): JsonObject {
  const item: JsonObject = {};
  for (const name of ['bId', 'operation', 'optionsData']) {
    const value = element.attributes.get(name);
    if (value !== undefined) item[name] = value;
  }
  for (const child of element.children) {
    const definition = definitionByName(child.name);
    item[child.name] =
      definition === undefined ? untyped(child) : members(child, definition.fields);
  }
  return item;
}

const ENTITY_ATTRIBUTES = ['domain', 'sparse', 'status'];

/** The members of an object; of an entity, its attributes too. */
function members(element: XmlElement, shape: Shape): JsonObject {
  const object: JsonObject = {};
  for (const name of ENTITY_ATTRIBUTES) {
    const value = element.attributes.get(name);
    if (value !== undefined && shape[name] !== undefined) object[name] = value;
  }
  for (const child of element.children) {
    const field = shape[child.name];
    const value = field === undefined ? untyped(child) : memberValue(child, field);
    const held = object[child.name];
    if (field?.many === true) object[child.name] = [...(Array.isArray(held) ? held : []), value];
    else object[child.name] = value;
  }
  return object;
}

function memberValue(element: XmlElement, field: Field): JsonValue {
  if (element.attributes.get('nil') === 'true') return null;
  switch (field.kind) {
    case 'reference':
      return labelled(element);
    case 'object': {
      const shape = field.shape?.() ?? {};
      return isLabelled(shape) ? labelled(element) : members(element, shape);
    }
    case 'any':
      return untyped(element);
    case 'text':
      return element.text;
    default:
      return element.text.trim();
  }
}

/** Types that are text with attributes in XML keep their text in a member `value` in JSON. */
export function isLabelled(shape: Shape): boolean {
  return shape['value'] !== undefined;
}

/** Attributes of the XML itself, such as a namespace, say nothing about the value. */
function labelled({ attributes, text }: XmlElement): JsonObject {
  const object: JsonObject = { value: text.trim() };
  for (const name of ['name', 'type', 'id']) {
    const attribute = attributes.get(name);
    if (attribute !== undefined) object[name] = attribute;
  }
  return object;
}

/** Where no field says what is meant: objects, lists of what repeats, references, text. */
function untyped(element: XmlElement): JsonValue {
  const { children, attributes, text } = element;
  if (children.length === 0) return attributes.has('name') ? labelled(element) : text;
  const object: JsonObject = {};
  for (const child of children) {
    const held = object[child.name];
    const value = untyped(child);
    if (held === undefined) object[child.name] = value;
    else object[child.name] = [...(Array.isArray(held) ? held : [held]), value];
  }
  return object;
}

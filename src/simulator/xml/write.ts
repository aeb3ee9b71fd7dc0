/**
 * Turns the JSON of an answer into the XML of the same answer. Members come in the order of the
 * entity's fields, as clients that read by schema expect them.
 */

import type { Field, Shape } from '../engine/fields.js';
import { SYSTEM } from '../engine/shapes.js';
import { definitionByName } from '../entities/index.js';
import { isObject, type JsonObject, type JsonValue } from '../json.js';
import { escapeXml } from './escape.js';
import { isLabelled } from './read.js';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const NAMESPACE = 'http://schema.intuit.com/finance/v3';

/** @param answer an envelope of the service: one object, a query, a batch, a fault */
export function xmlEnvelope({ time, ...answer }: JsonObject): string {
  const attributes = ` xmlns="${NAMESPACE}"${attribute('time', time)}`;
  return `${DECLARATION}\n<IntuitResponse${attributes}>${all(answer, topLevel)}</IntuitResponse>`;
}

type Writer = (name: string, value: JsonValue) => string;

/** Every member in turn; a list repeats its element. */
function all(object: JsonObject, write: Writer): string {
  let text = '';
  for (const name in object) text += each(name, object[name], write);
  return text;
}

function each(name: string, value: JsonValue | undefined, write: Writer): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((item) => write(name, item)).join('');
  return write(name, value);
}

/** The envelopes that are not entities, and which of their members are attributes. */
const ENVELOPES: Readonly<Record<string, readonly string[]>> = {
  QueryResponse: ['startPosition', 'maxResults', 'totalCount'],
  BatchItemResponse: ['bId'],
  CDCResponse: [],
  AttachableResponse: [],
  Fault: ['type'],
  Error: ['code', 'element'],
};

const topLevel: Writer = (name, value) => {
  const attributes = ENVELOPES[name];
  if (!isObject(value)) return element(name, '', escapeXml(String(value)));
  if (attributes !== undefined) return withAttributes(name, value, attributes, topLevel);
  const definition = definitionByName(name);
  return definition === undefined ? untyped(name, value) : entity(name, value, definition.fields);
};

const ENTITY_ATTRIBUTES = ['domain', 'status', 'sparse'];

function entity(name: string, object: JsonObject, fields: Shape): string {
  // In the schema every entity begins with what all entities have.
  const ordered = inOrder(object, { ...SYSTEM, ...fields });
  return withAttributes(name, ordered, ENTITY_ATTRIBUTES, typed(fields));
}

function typed(shape: Shape): Writer {
  return (name, value) => {
    const field = shape[name];
    return field === undefined ? untyped(name, value) : member(name, value, field);
  };
}

function member(name: string, value: JsonValue, field: Field): string {
  const shape = field.kind === 'object' ? field.shape?.() : undefined;
  if (!isObject(value) || shape === undefined || isLabelled(shape)) return untyped(name, value);
  return element(name, '', all(inOrder(value, shape), typed(shape)));
}

/** Members the shape knows first, in its order; then the others. */
function inOrder(object: JsonObject, shape: Shape): JsonObject {
  const ordered: JsonObject = {};
  for (const name in shape) if (object[name] !== undefined) ordered[name] = object[name];
  for (const name in object) ordered[name] ??= object[name];
  return ordered;
}

/** A value without a field: references are told by their `value`, extensions by their `any`. */
const untyped: Writer = (name, value) => {
  if (!isObject(value)) return element(name, '', escapeXml(String(value)));
  const { value: text, any, ...others } = value;
  if (Array.isArray(any)) return element(name, '', any.map(extension).join(''));
  if (text === undefined || isObject(text)) return element(name, '', all(value, untyped));
  const attributes = Object.entries(others).map(([key, one]) => attribute(key, one));
  return element(name, attributes.join(''), escapeXml(String(text)));
};

/** JSON keeps the type of an extension beside it: `{name: '{namespace}NameValue', value: {…}}`. */
function extension(value: JsonValue): string {
  if (!isObject(value) || value['value'] === undefined) return '';
  const name = String(value['name']).replace(/^\{.*\}/, '');
  return each(name, value['value'], untyped);
}

function withAttributes(
  name: string,
  object: JsonObject,
  names: readonly string[],
  write: Writer,
): string {
  const attributes = names.map((one) => attribute(one, object[one])).join('');
  const content = Object.entries(object).filter(([key]) => !names.includes(key));
  return element(name, attributes, all(Object.fromEntries(content), write));
}

function attribute(name: string, value: JsonValue | undefined): string {
  return value === undefined || value === null ? '' : ` ${name}="${escapeXml(String(value))}"`;
}

function element(name: string, attributes: string, content: string): string {
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

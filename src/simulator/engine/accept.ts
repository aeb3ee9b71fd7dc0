/**
 * Reads a request body against an entity's fields: unknown members, lengths, numbers, dates and
 * words are refused together, each with its own error. Read-only members are dropped.
 */

import { isObject, type JsonObject, type JsonValue, textOf } from '../json.js';
import type { Field, Shape } from './fields.js';
import { amountOf, cents } from './money.js';
import {
  type FaultError,
  invalidDate,
  invalidEnumeration,
  invalidNumber,
  invalidString,
  missingMember,
  unknownMember,
  wrongLength,
} from './service-fault.js';

/** The members as they will be stored. A member to be cleared is null. */
export function acceptBody(body: JsonObject, fields: Shape, errors: FaultError[]): JsonObject {
  return acceptObject(body, fields, '', errors);
}

function acceptObject(
  body: JsonObject,
  fields: Shape,
  path: string,
  errors: FaultError[],
): JsonObject {
  const accepted: JsonObject = {};
  for (const member in body) {
    const field = Object.hasOwn(fields, member) ? fields[member] : undefined;
    const memberPath = path === '' ? member : `${path}.${member}`;
    if (field === undefined) {
      errors.push(unknownMember(memberPath));
    } else if (!field.readOnly) {
      accepted[member] = acceptMember(body[member], field, memberPath, errors);
    }
  }
  return accepted;
}

function acceptMember(
  value: JsonValue | undefined,
  field: Field,
  path: string,
  errors: FaultError[],
): JsonValue {
  // A text of blanks is no text: names are trimmed, and the query language writes null as ' '.
  const isBlank = typeof value === 'string' && value.trim() === '';
  if (value === undefined || value === null || isBlank) return null;
  if (!field.many) return acceptValue(value, field, path, errors);
  if (!Array.isArray(value)) {
    errors.push(unknownMember(path));
    return null;
  }
  return value.map((item) => acceptValue(item, field, path, errors));
}

function acceptValue(
  value: JsonValue,
  field: Field,
  path: string,
  errors: FaultError[],
): JsonValue {
  switch (field.kind) {
    case 'any':
      return value;
    case 'object':
      return acceptNested(value, field, path, errors);
    case 'reference':
      return acceptReference(value, path, errors);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (value === 'true' || value === 'false') return value === 'true';
      errors.push(unknownMember(path));
      return null;
    case 'number':
    case 'integer':
      return acceptNumber(value, field, path, errors);
    default:
      return acceptText(value, field, path, errors);
  }
}

function acceptNested(
  value: JsonValue,
  field: Field,
  path: string,
  errors: FaultError[],
): JsonValue {
  const shape = field.shape?.();
  if (!isObject(value) || shape === undefined) {
    errors.push(unknownMember(path));
    return null;
  }
  const accepted = acceptObject(value, shape, path, errors);
  checkLengthTogether(accepted, shape, path, errors);
  for (const member in accepted) if (accepted[member] === null) delete accepted[member];
  return accepted;
}

function checkLengthTogether(
  value: JsonObject,
  shape: Shape,
  path: string,
  errors: FaultError[],
): void {
  let max: number | undefined;
  let length = 0;
  for (const member in value) {
    const { lengthTogether } = shape[member] ?? {};
    if (lengthTogether === undefined) continue;
    max = lengthTogether;
    length += textOf(value, member)?.length ?? 0;
  }
  if (max !== undefined && length > max) errors.push(wrongLength(path, max, length));
}

function acceptReference(value: JsonValue, path: string, errors: FaultError[]): JsonValue {
  if (!isObject(value)) {
    errors.push(unknownMember(path));
    return null;
  }
  for (const member in value) {
    if (member !== 'value' && member !== 'name' && member !== 'type') {
      errors.push(unknownMember(`${path}.${member}`));
    }
  }
  const id = value['value'];
  if (id === '' || id === null) return null;
  if (typeof id === 'string' || typeof id === 'number') return { value: String(id) };
  errors.push(missingMember(`${path}.value`));
  return null;
}

/** Amounts have up to 15 digits (Invoice reference page); that all numbers do is a guess. */
const NUMBER_BELOW = 1e15;

/** Numbers in quotes are taken, as the service takes them. */
function acceptNumber(
  value: JsonValue,
  field: Field,
  path: string,
  errors: FaultError[],
): JsonValue {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Math.abs(number) < NUMBER_BELOW) {
    const rounded = field.money ? amountOf(cents(number)) : number;
    return rounded === 0 ? 0 : rounded;
  }
  errors.push(invalidNumber(path, String(value)));
  return null;
}

/** A day, perhaps with a time or a zone behind it, of which only the day counts. */
const DATE = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+)?(?:Z|[+-]\d{2}:\d{2})?$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?$/;

function acceptText(value: JsonValue, field: Field, path: string, errors: FaultError[]): JsonValue {
  if (typeof value === 'object') {
    errors.push(unknownMember(path));
    return null;
  }
  const text = String(value);
  if (field.kind === 'date') {
    if (DATE.test(text) && isRealDate(text.slice(0, 10))) return text.slice(0, 10);
    errors.push(invalidDate(path, text));
    return null;
  }
  if (field.kind === 'time' && !(TIME.test(text) && isRealDate(text.slice(0, 10)))) {
    errors.push(invalidDate(path, text));
    return null;
  }
  if (field.maxLength !== undefined && text.length > field.maxLength) {
    errors.push(wrongLength(path, field.maxLength, text.length));
  }
  if (field.forbidden?.test(text)) errors.push(invalidString(path));
  if (field.values !== undefined && !field.values.includes(text)) {
    errors.push(invalidEnumeration(text));
  }
  return text;
}

function isRealDate(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

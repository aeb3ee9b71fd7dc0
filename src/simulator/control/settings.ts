/** Settings of a company that come from outside: held to what Preferences can say. */

import { acceptBody } from '../engine/accept.js';
import type { Field, Shape } from '../engine/fields.js';
import type { FaultError } from '../engine/service-fault.js';
import { DEFINITIONS } from '../entities/index.js';
import { type JsonObject, mergeJson } from '../json.js';
import { ControlError } from './error.js';

/** @throws ControlError 400 that names each member that is unknown or of another type */
export function acceptedSettings(settings: JsonObject): JsonObject {
  const errors: FaultError[] = [];
  const accepted = acceptBody(settings, SETTINGS, errors);
  if (errors.length > 0) {
    const reasons = errors.map(({ element, Detail }) => `preferences.${element}: ${Detail}`);
    throw new ControlError(400, reasons.join('\n'));
  }
  // A setting that is cleared has no value to accept, and is cleared all the same.
  return mergeJson(settings, accepted);
}

/** Also what no app can set, a person can: taxes, currencies. */
function settable(shape: Shape): Shape {
  const fields = Object.entries(shape).map(([name, field]): [string, Field] => {
    const inner = field.kind === 'object' ? field.shape?.() : undefined;
    const nested = inner === undefined ? {} : { shape: () => settable(inner) };
    return [name, { ...field, ...nested, readOnly: false }];
  });
  return Object.fromEntries(fields);
}

const groups = Object.entries(DEFINITIONS.get('Preferences')?.fields ?? {}).filter(([name]) =>
  name.endsWith('Prefs'),
);
const SETTINGS = settable(Object.fromEntries(groups));

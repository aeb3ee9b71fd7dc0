/** References show the name their target has now; some were renamed after they were recorded. */

import type { Field, Shape } from '../../../src/simulator/engine/fields.js';
import { DEFINITIONS } from '../../../src/simulator/entities/index.js';
import { isObject, type JsonObject, type JsonValue, textOf } from '../../../src/simulator/json.js';
import type { Objects } from './stand-ins.js';

/** The object with the names its references would show if it were read today. */
export function withCurrentNames(entity: string, object: JsonObject, lists: Objects): JsonObject {
  return members(object, DEFINITIONS.get(entity)?.fields ?? {}, lists);
}

function members(object: JsonObject, fields: Shape, lists: Objects): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([member, value]) => {
      const field = fields[member];
      return [
        member,
        field === undefined || value === undefined ? value : named(value, field, lists),
      ];
    }),
  );
}

function named(value: JsonValue, field: Field, lists: Objects): JsonValue {
  if (Array.isArray(value)) return value.map((each) => named(each, field, lists));
  if (!isObject(value)) return value;
  if (field.kind !== 'reference') return members(value, field.shape?.() ?? {}, lists);
  const label = DEFINITIONS.get(field.refersTo ?? '')?.label;
  const target = lists[field.refersTo ?? '']?.find((each) => each['Id'] === value['value']);
  const name = label === undefined ? undefined : textOf(target, label);
  return value['name'] === undefined || name === undefined ? value : { ...value, name };
}

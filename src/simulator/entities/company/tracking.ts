/** Classes and locations: whether a company tracks them, and where a transaction may name them. */

import type { Company } from '../../engine/company.js';
import type { Step } from '../../engine/definition.js';
import { isObject, type JsonObject, type JsonValue } from '../../json.js';

export function tracksClasses(company: Company): boolean {
  const prefs = company.preference('AccountingInfoPrefs');
  return prefs?.['ClassTrackingPerTxn'] === true || prefs?.['ClassTrackingPerTxnLine'] === true;
}

export function tracksLocations(company: Company): boolean {
  return company.preference('AccountingInfoPrefs')?.['TrackDepartments'] === true;
}

/**
 * Classes stand on the transaction or on its lines, as the company has chosen, and locations only
 * where they are tracked (Invoice reference page: "available if"). What is sent all the same is
 * dropped; that it is not refused is a guess.
 */
export const trackedOnly: Step = ({ after, company }) => {
  const prefs = company.preference('AccountingInfoPrefs');
  if (prefs?.['ClassTrackingPerTxn'] !== true) delete after['ClassRef'];
  if (!tracksLocations(company)) delete after['DepartmentRef'];
  if (prefs?.['ClassTrackingPerTxnLine'] !== true && after['Line'] !== undefined) {
    after['Line'] = withoutClass(after['Line']);
  }
};

function withoutClass(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutClass);
  // A reference is shared with all that point there, so that it follows a new name: never copied.
  if (!isObject(value) || typeof value['value'] === 'string') return value;
  const kept: JsonObject = {};
  for (const [member, inner] of Object.entries(value)) {
    if (member !== 'ClassRef' && inner !== undefined) kept[member] = withoutClass(inner);
  }
  return kept;
}

/** How a voided transaction says that it is one. */

import type { JsonObject } from '../../json.js';
import { textOf } from '../../json.js';

const VOIDED = 'Voided';

/** Puts "Voided" before the note (Invoice and Payment reference pages), once. */
export function noteAsVoided(after: JsonObject, isZero: boolean): void {
  const note = textOf(after, 'PrivateNote');
  if (isZero && note?.startsWith(VOIDED) === true) return;
  after['PrivateNote'] = note === undefined ? VOIDED : `${VOIDED} - ${note}`;
}

/** What voiding leaves of a sales form. */

import type { Step } from '../../engine/definition.js';
import { type JsonObject, objectOf, objectsOf } from '../../json.js';
import { noteAsVoided } from '../transaction/void-note.js';

/**
 * Amounts, quantities and prices go to zero, the lines stay, and the note says so (Invoice and
 * SalesReceipt reference pages). Voiding again changes nothing.
 */
export const voidedForm: Step = ({ after, before }) => {
  noteAsVoided(after, before?.['TotalAmt'] === 0);
  after['Line'] = zeroLines(after);
  if (after['LinkedTxn'] !== undefined) after['LinkedTxn'] = [];
  if (after['TxnTaxDetail'] !== undefined) after['TxnTaxDetail'] = { TotalTax: 0 };
  Object.assign(after, zeroed(after, TOTALS));
};

const TOTALS = ['TotalAmt', 'Balance', 'HomeTotalAmt', 'HomeBalance', 'Deposit'];
const QUANTITIES = ['Qty', 'UnitPrice', 'TaxInclusiveAmt'];

function zeroLines(holder: JsonObject): JsonObject[] {
  return objectsOf(holder, 'Line').map((line) => {
    const { LinkedTxn: _, ...zero } = zeroed(line, ['Amount']);
    const sold = objectOf(line, 'SalesItemLineDetail');
    if (sold !== undefined) zero['SalesItemLineDetail'] = zeroed(sold, QUANTITIES);
    const group = objectOf(line, 'GroupLineDetail');
    if (group !== undefined) zero['GroupLineDetail'] = { ...group, Line: zeroLines(group) };
    return zero;
  });
}

function zeroed(object: JsonObject, members: readonly string[]): JsonObject {
  const present = members.filter((member) => object[member] !== undefined);
  return { ...object, ...Object.fromEntries(present.map((member) => [member, 0])) };
}

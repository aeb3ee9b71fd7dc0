import type { ComparedField } from '../../contract/inspection.js';
import { decimalsOf } from '../../contract/money.js';
import { at, entityOf, isObject, text } from './both-sides.js';

/**
 * What is wanted next to what QuickBooks answered, for a person's eye: property names are those of
 * the contract and of Intuit's API reference. What counts is decided elsewhere, before it is sent.
 */
export function comparedFields(wanted: unknown, answer: unknown): ComparedField[] {
  const there = entityOf(answer) ?? {};
  const here = isObject(wanted) ? wanted : {};
  const currency = at(there, 'CurrencyRef', 'value') ?? here['currency'];
  const money = (amount: unknown) =>
    typeof amount === 'number'
      ? amount.toFixed(decimalsOf(typeof currency === 'string' ? currency : undefined))
      : amount;
  const rows: [ComparedField['field'], unknown, unknown][] = [
    ['number', here['number'], there['DocNumber']],
    ['date', here['issueDate'] ?? here['date'], there['TxnDate']],
    ['dueDate', here['dueDate'], there['DueDate']],
    ['party', partyHere(here), partyThere(there)],
    ['total', here['total'] ?? here['amount'], money(there['TotalAmt'])],
    ['tax', at(here, 'tax', 'total'), money(at(there, 'TxnTaxDetail', 'TotalTax'))],
    ['lines', countOf(here['lines']), countOf(there['Line'])],
    ['currency', here['currency'], at(there, 'CurrencyRef', 'value')],
  ];
  return rows
    .map(([field, ours, theirs]) => ({ field, wanted: text(ours), quickbooks: text(theirs) }))
    .filter((row) => row.wanted !== null || row.quickbooks !== null);
}

function partyHere(here: Record<string, unknown>): unknown {
  return at(here, 'customer', 'name') ?? at(here, 'vendor', 'name') ?? here['displayName'];
}

function partyThere(there: Record<string, unknown>): unknown {
  return at(there, 'CustomerRef', 'name') ?? at(there, 'VendorRef', 'name') ?? there['DisplayName'];
}

/** Lines that QuickBooks adds to any form are none of the document's. */
function countOf(lines: unknown): number | undefined {
  if (!Array.isArray(lines)) return undefined;
  return lines.filter((line) => at(line, 'DetailType') !== 'SubTotalLineDetail').length;
}

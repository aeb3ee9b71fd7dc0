/** The preference `AutoApplyCredit`: credits pay invoices without anybody asking. */

import type { Company } from '../../engine/company.js';
import type { Effect } from '../../engine/definition.js';
import { amountOf, cents } from '../../engine/money.js';
import { ServiceFault } from '../../engine/service-fault.js';
import { write } from '../../engine/write.js';
import { type JsonObject, numberOf, refIdOf, textOf } from '../../json.js';

/**
 * A new credit memo is set against the customer's open invoices, the oldest first, by a payment
 * without money; a new invoice likewise takes up what credit there is. That this happens is on
 * the Preferences reference page; in what order is a guess.
 */
export const creditIsApplied: Effect = (company, before, after, nowMs) => {
  const definition = company.definitions.get('Payment');
  const applies = company.preference('SalesFormsPrefs')?.['AutoApplyCredit'] === true;
  if (!applies || definition === undefined || before !== undefined || after === undefined) return;
  const customer = refIdOf(after, 'CustomerRef') ?? '';
  const invoices = openOf(company, 'Invoice', customer);
  const credits = openOf(company, 'CreditMemo', customer);
  const usable = Math.min(sumOf(invoices), sumOf(credits));
  if (usable === 0) return;
  const body: JsonObject = {
    CustomerRef: { value: customer },
    CurrencyRef: { value: refIdOf(after, 'CurrencyRef') ?? company.currency.value },
    TxnDate: after['TxnDate'],
    TotalAmt: 0,
    Line: [...linesUpTo(usable, invoices), ...linesUpTo(usable, credits)],
  };
  const options = { allowDuplicateNumber: false };
  try {
    write({ company, definition, operation: 'create', body, options, nowMs });
  } catch (error) {
    // The form is stored already: what cannot be applied to it stays open.
    if (!(error instanceof ServiceFault)) throw error;
  }
};

interface Open {
  entity: string;
  id: string;
  date: string;
  openCents: number;
}

function openOf(company: Company, entity: string, customer: string): Open[] {
  return [...(company.collection(entity).withKey('CustomerRef', customer) ?? [])]
    .map((id) => {
      const form = company.find(entity, id);
      const openCents = cents(numberOf(form, 'Balance') ?? 0);
      return { entity, id, date: textOf(form, 'TxnDate') ?? '', openCents };
    })
    .filter(({ openCents }) => openCents > 0)
    .sort((a, b) => a.date.localeCompare(b.date) || Number(a.id) - Number(b.id));
}

function sumOf(open: readonly Open[]): number {
  return open.reduce((sum, { openCents }) => sum + openCents, 0);
}

function linesUpTo(limitCents: number, open: readonly Open[]): JsonObject[] {
  const lines: JsonObject[] = [];
  let left = limitCents;
  for (const { entity, id, openCents } of open) {
    const applied = Math.min(left, openCents);
    if (applied === 0) break;
    left -= applied;
    lines.push({ Amount: amountOf(applied), LinkedTxn: [{ TxnId: id, TxnType: entity }] });
  }
  return lines;
}

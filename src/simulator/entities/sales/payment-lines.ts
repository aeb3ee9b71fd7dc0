/** The lines of a payment: what each is applied to, what may be applied, and what is left. */

import type { Draft, Step } from '../../engine/definition.js';
import { amountOf, cents } from '../../engine/money.js';
import {
  businessValidation,
  cannotBeLinked,
  missingMember,
  objectNotFound,
} from '../../engine/service-fault.js';
import { type JsonObject, numberOf, objectsOf, refIdOf, textOf } from '../../json.js';
import { applicationsOf, appliedToEach } from '../transaction/links.js';
import { netAppliedCents, withOpenBalances } from '../transaction/paying.js';
import { APPLICABLE, appliedCents, mayPayFor, receivable } from '../transaction/receivables.js';

/** Preference `AutoApplyPayments`: money without lines pays the oldest invoices. A guess. */
export const automaticLines: Step = ({ company, after, sent, operation }) => {
  const prefers = company.preference('SalesFormsPrefs')?.['AutoApplyPayments'] === true;
  if (operation !== 'create' || sent['Line'] !== undefined || !prefers) return;
  let left = cents(numberOf(after, 'TotalAmt') ?? 0);
  const payer = refIdOf(after, 'CustomerRef') ?? '';
  const ids = company.collection('Invoice').withKey('CustomerRef', payer) ?? [];
  const open = [...ids]
    .map((id) => ({ id, invoice: company.find('Invoice', id) }))
    .map(({ id, invoice }) => ({
      id,
      date: textOf(invoice, 'TxnDate') ?? '',
      open: cents(numberOf(invoice, 'Balance') ?? 0),
    }))
    .filter((each) => each.open > 0)
    .sort((a, b) => a.date.localeCompare(b.date) || Number(a.id) - Number(b.id));
  const lines: JsonObject[] = [];
  for (const each of open) {
    const paid = Math.min(left, each.open);
    if (paid === 0) break;
    left -= paid;
    lines.push({ Amount: amountOf(paid), LinkedTxn: [{ TxnId: each.id, TxnType: 'Invoice' }] });
  }
  after['Line'] = lines;
};

/**
 * The lines as they are stored. A request's list replaces the stored one as a whole, also in a
 * sparse update (Payment reference page); an empty list takes all applications back.
 */
export const paymentLines: Step = (draft) => {
  const { company, after, before, sent, errors } = draft;
  if (after['Line'] === undefined) after['Line'] = [];
  if (sent['Line'] === undefined && sent['CustomerRef'] === undefined && before !== undefined) {
    return;
  }
  const lines = objectsOf(after, 'Line').map((line) => plainLine(draft, line));
  if (errors.length > 0) return;
  after['Line'] = lines;
  checkTargets(draft);
  if (errors.length > 0) return;
  const payer = refIdOf(after, 'CustomerRef');
  after['Line'] = withOpenBalances(company, lines, payer, (one) => appliedCents(before, one));
};

function plainLine({ errors }: Draft, line: JsonObject): JsonObject {
  const [link] = objectsOf(line, 'LinkedTxn');
  const id = textOf(link, 'TxnId');
  const type = textOf(link, 'TxnType');
  const amount = numberOf(line, 'Amount');
  if (amount === undefined) errors.push(missingMember('Line.Amount'));
  if (id === undefined) errors.push(missingMember('Line.LinkedTxn.TxnId'));
  if (type === undefined) errors.push(missingMember('Line.LinkedTxn.TxnType'));
  else if (!APPLICABLE.has(type)) errors.push(cannotBeLinked(type, id ?? ''));
  if ((amount ?? 0) < 0)
    errors.push(businessValidation('Transaction amount must be 0 or greater.'));
  return {
    Amount: amountOf(cents(amount ?? 0)),
    LinkedTxn: [{ TxnId: id, TxnType: type }],
  };
}

function checkTargets(draft: Draft): void {
  const { company, after, before, errors } = draft;
  const payer = refIdOf(after, 'CustomerRef');
  for (const application of appliedToEach(applicationsOf(after)).values()) {
    const { entity, id } = application;
    const found = receivable(company, application, payer);
    if (company.find(entity, id) === undefined) errors.push(objectNotFound());
    else if (found === undefined || !mayPayFor(company, payer, found.customerId)) {
      errors.push(cannotBeLinked(entity, id));
    } else if (application.cents > found.openCents + appliedCents(before, application)) {
      errors.push(
        businessValidation('The amount applied is more than the open balance of the transaction.'),
      );
    }
  }
}

/** `UnappliedAmt`: the money and the credits, less the charges they pay. */
export const unapplied: Step = ({ company, after, sent, before, errors }) => {
  const asked = ['Line', 'TotalAmt', 'CustomerRef'].some((member) => sent[member] !== undefined);
  if (!asked && before !== undefined && after['UnappliedAmt'] !== undefined) return;
  if (errors.length > 0) return;
  const total = cents(numberOf(after, 'TotalAmt') ?? 0);
  const net = netAppliedCents(company, after);
  if (net > total) {
    errors.push(businessValidation('The amount applied is more than the amount received.'));
  } else if (net < 0) {
    errors.push(businessValidation('The credits applied are more than the charges they pay.'));
  }
  after['UnappliedAmt'] = amountOf(total - net);
};

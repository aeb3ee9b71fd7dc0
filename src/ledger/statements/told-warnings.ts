import { toDecimalString } from '../../contract/money.js';
import type { Warning } from '../../contract/warnings.js';
import type { AnswerSource } from '../answers/answers.js';
import type { AnySql } from '../database/open.js';
import { statedMinor, statedMinorOf } from './stated-money.js';

/** Warnings that follow from how other documents stand now: said when asked for, and stored nowhere. */

/** Payments that are still to be applied to it; asked of invoices that say what was paid alone. */
export function comingPayments(sql: AnySql) {
  const amount = statedMinorOf(sql, {
    minor: sql`a.amount_minor`,
    currency: sql`p.currency`,
    homeCurrency: sql`m.home_currency`,
  });
  return sql`case when d.paid_minor is null then 0 else coalesce((
    select sum(${amount} - a.applied_minor) from applications a
      join documents p on p.id = a.document_id
    where a.connection_id = d.connection_id and a.kind = d.kind and a.external_id = d.external_id
      and ${amount} > a.applied_minor
      and p.status in ('queued', 'syncing', 'checking', 'waiting')), 0) end::bigint`;
}

/** Why the credit of a credit memo is not applied; null for everything else. */
export function creditReason(sql: AnySql) {
  return sql`case when d.kind = 'credit_memo' then (
    select p.reason from documents p where p.connection_id = d.connection_id and p.kind = 'applied_credit'
      and p.external_id = d.external_id) end`;
}

export function toldWarnings(row: AnswerSource): Warning[] {
  return row.status === 'synced' ? [...paidWarnings(row), ...creditWarnings(row)] : [];
}

/** QuickBooks has less than the invoice says was paid, and nothing on its way fills that up. */
function paidWarnings(row: AnswerSource): Warning[] {
  const { linkTotal, linkBalance, comingMinor } = row;
  if (row.paidMinor === null || linkTotal === null || linkBalance === null) return [];
  const paidMinor = statedMinor(row.paidMinor, row.currency, row.homeCurrency);
  const paid = linkTotal - linkBalance;
  // What was paid beyond the total is the customer's credit.
  if (Math.min(paidMinor, linkTotal) <= paid + comingMinor) return [];
  const currency = row.currency ?? row.homeCurrency ?? undefined;
  const amounts = {
    stated: toDecimalString(paidMinor, currency),
    quickbooks: toDecimalString(paid, currency),
  };
  return [{ name: 'paid_differs', params: amounts }];
}

/** The memo is in QuickBooks, which has used it before it could be set against its invoice. */
function creditWarnings({ creditReason }: AnswerSource): Warning[] {
  return creditReason === 'credit_used' ? [{ name: 'credit_used' }] : [];
}

/**
 * What a payment can be applied to: charges, which a customer owes, and credits, which he has. Both
 * have an open amount that falls as payments are applied.
 */

import type { Company } from '../../engine/company.js';
import { cents } from '../../engine/money.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';
import { type Application, applicationsOf } from './links.js';

export interface Receivable {
  /** 1 for a charge, -1 for a credit. */
  sign: 1 | -1;
  /** Whose balance it is part of. */
  customerId: string | undefined;
  openCents: number;
}

/** Words of `TxnType` in a payment's lines (Payment reference page). */
export const APPLICABLE: ReadonlySet<string> = new Set([
  'Invoice',
  'CreditMemo',
  'JournalEntry',
  'Expense',
  'Check',
  'CreditCardCredit',
]);

type Target = Pick<Application, 'entity' | 'id'>;

/**
 * @param payer whose payment asks: an entry may hold lines of several customers
 * @param object the target as it is to be taken. Default: as it is stored
 */
export function receivable(
  company: Company,
  { entity, id }: Target,
  payer: string | undefined,
  object = company.find(entity, id),
): Receivable | undefined {
  if (object === undefined) return undefined;
  const customerId = refIdOf(object, 'CustomerRef');
  if (entity === 'Invoice') {
    return { sign: 1, customerId, openCents: cents(numberOf(object, 'Balance') ?? 0) };
  }
  if (entity === 'CreditMemo') {
    const open = numberOf(object, 'RemainingCredit') ?? numberOf(object, 'Balance') ?? 0;
    return { sign: -1, customerId, openCents: cents(open) };
  }
  const owed = receivableLinesCents(company, entity, object, payer);
  if (owed === 0) return undefined;
  const applied = paymentsApplying(company, { entity, id }, payer)
    .filter((payment) => refIdOf(payment, 'CustomerRef') === payer)
    .reduce((sum, payment) => sum + appliedCents(payment, { entity, id }), 0);
  return { sign: owed > 0 ? 1 : -1, customerId: payer, openCents: Math.abs(owed) - applied };
}

/** What the lines of an entry or expense add to what a customer owes. */
export function receivableLinesCents(
  company: Company,
  entity: string,
  object: JsonObject,
  customerId: string | undefined,
): number {
  const lines = objectsOf(object, 'Line');
  if (entity === 'JournalEntry') {
    return lines.reduce((sum, line) => {
      const detail = objectOf(line, 'JournalEntryLineDetail');
      const own = refIdOf(objectOf(detail, 'Entity'), 'EntityRef') === customerId;
      if (!own || !isReceivable(company, refIdOf(detail, 'AccountRef'))) return sum;
      const sign = textOf(detail, 'PostingType') === 'Credit' ? -1 : 1;
      return sum + sign * cents(numberOf(line, 'Amount') ?? 0);
    }, 0);
  }
  if (refIdOf(object, 'EntityRef') !== customerId) return 0;
  const sign = object['Credit'] === true ? -1 : 1;
  return lines
    .filter((line) => {
      const detail = objectOf(line, 'AccountBasedExpenseLineDetail');
      return isReceivable(company, refIdOf(detail, 'AccountRef'));
    })
    .reduce((sum, line) => sum + sign * cents(numberOf(line, 'Amount') ?? 0), 0);
}

function isReceivable(company: Company, accountId: string | undefined): boolean {
  return textOf(company.find('Account', accountId), 'AccountType') === 'Accounts Receivable';
}

/** What the lines of one payment apply to a target. */
export function appliedCents(payment: JsonObject | undefined, { entity, id }: Target): number {
  return applicationsOf(payment)
    .filter((each) => each.entity === entity && each.id === id)
    .reduce((sum, each) => sum + each.cents, 0);
}

/**
 * The payments applied to a transaction, the newest first. An invoice lists them; of the others
 * the payments of the customer's family are looked through.
 */
export function paymentsApplying(
  company: Company,
  target: Target,
  customerId: string | undefined,
  object = company.find(target.entity, target.id),
): JsonObject[] {
  if (target.entity === 'Invoice') {
    return objectsOf(object, 'LinkedTxn')
      .filter((link) => textOf(link, 'TxnType') === 'Payment')
      .map((link) => company.find('Payment', textOf(link, 'TxnId')))
      .filter((payment) => payment !== undefined)
      .filter((payment) => appliedCents(payment, target) !== 0);
  }
  const found: JsonObject[] = [];
  for (const member of familyOf(company, customerId)) {
    for (const id of company.collection('Payment').withKey('CustomerRef', member) ?? []) {
      const payment = company.find('Payment', id);
      if (payment !== undefined && appliedCents(payment, target) !== 0) found.push(payment);
    }
  }
  return found.sort((a, b) => Number(b['Id']) - Number(a['Id']));
}

/** Whether a payment of `payer` may be applied to what `owner` owes or has. */
export function mayPayFor(
  company: Company,
  payer: string | undefined,
  owner: string | undefined,
): boolean {
  if (payer === owner) return true;
  if (payer === undefined || owner === undefined) return false;
  switch (company.behaviours.paysInvoicesOf) {
    case 'own':
      return false;
    case 'family':
      return topOf(company, payer) === topOf(company, owner);
    case 'own_and_jobs':
      return [...above(company, owner)].includes(payer);
  }
}

/** A customer with everyone above and below the one at the top. */
function familyOf(company: Company, id: string | undefined): Set<string> {
  const family = new Set<string>();
  const wanted = id === undefined ? [] : [topOf(company, id)];
  for (const member of wanted) {
    if (family.has(member)) continue;
    family.add(member);
    wanted.push(...(company.collection('Customer').withKey('ParentRef', member) ?? []));
  }
  return family;
}

function topOf(company: Company, id: string): string {
  return [...above(company, id)].at(-1) ?? id;
}

function* above(company: Company, id: string): Generator<string> {
  const seen = new Set([id]);
  let parent = refIdOf(company.find('Customer', id), 'ParentRef');
  while (parent !== undefined && !seen.has(parent)) {
    seen.add(parent);
    yield parent;
    parent = refIdOf(company.find('Customer', parent), 'ParentRef');
  }
}

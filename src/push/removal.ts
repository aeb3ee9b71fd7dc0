import { traitsOf } from '../contract/documents/index.js';
import { reason } from '../contract/reasons.js';
import type { LoadedItem } from '../ledger/load.js';
import { readEntity } from '../qbo/mapping/quickbooks-types.js';
import type { Plan } from './job.js';
import type { SendingItem } from './sending.js';

/**
 * What is sent to take a document back.
 *
 * @param mayLook whether what has to be seen before was read; a preview asks nothing
 */
export function removalPlan({ loaded, stored }: SendingItem, mayLook = true): Plan {
  const { link, withdrawal, kind } = loaded;
  const { removals, word } = traitsOf(kind);
  if (link === null) {
    return { kind: 'fail', reason: reason('stale_conflict', { fields: [] }) };
  }
  // Stated as void: taken back the way its kind can be.
  const operation = withdrawal ?? removals[0];
  if (operation === undefined || !removals.includes(operation)) {
    const rule = `a ${word} in QuickBooks cannot be removed; make it inactive there`;
    return { kind: 'fail', reason: reason('invalid_field', { field: kind, rule }) };
  }
  // Money that came from QuickBooks never goes back.
  if (link.origin === 'imported') {
    const rule = `this ${word} was made in QuickBooks; take it back there`;
    return { kind: 'fail', reason: reason('invalid_field', { field: kind, rule }) };
  }
  let { syncToken } = link;
  if (mayLook && (syncToken === null || paidId(loaded) !== undefined)) {
    if (stored === undefined) return { kind: 'gone' };
    if (paidId(loaded) !== undefined && isApplied(kind, stored)) {
      return { kind: 'fail', reason: reason('payment_applied', {}) };
    }
    syncToken = String(stored['SyncToken']);
  }
  return {
    kind: 'write',
    operation,
    body: { Id: link.quickbooksId, SyncToken: syncToken ?? '0' },
    problems: [],
  };
}

/**
 * Id of an invoice or credit that is paid or used in part, as far as we know: before it is taken back
 * one look tells. QuickBooks refuses to void under a payment (seen live), and must not do it silently.
 */
export function paidId({ kind, link }: Pick<LoadedItem, 'kind' | 'link'>): string | undefined {
  if (kind !== 'invoice' && kind !== 'credit_memo') return undefined;
  const { totalMinor = null, balanceMinor = null } = link ?? {};
  const isPaid = totalMinor !== null && balanceMinor !== null && balanceMinor < totalMinor;
  return isPaid ? link?.quickbooksId : undefined;
}

/** A credit memo lists no payment it is used by (recorded): its open credit tells. */
function isApplied(kind: LoadedItem['kind'], stored: unknown): boolean {
  const form = readEntity(kind === 'invoice' ? 'Invoice' : 'CreditMemo', stored);
  const isPaid = form.LinkedTxn?.some(({ TxnType }) => TxnType === 'Payment') === true;
  return isPaid || (form.Balance ?? form.TotalAmt) < form.TotalAmt;
}

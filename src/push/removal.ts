import { type DocumentKind, traitsOf } from '../contract/documents/index.js';
import { type Reason, reason } from '../contract/reasons.js';
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
  // Nobody can tell whether we made it: what a person made is not removed.
  if (link.origin === 'matched' && traitsOf(kind).isTransaction) {
    const rule = `this ${word} was found in QuickBooks after a lost answer and may be somebody else's; take it back there`;
    return { kind: 'fail', reason: reason('invalid_field', { field: kind, rule }) };
  }
  let { syncToken } = link;
  if (mayLook && (syncToken === null || paidId(loaded) !== undefined)) {
    if (stored === undefined) return { kind: 'gone' };
    const why = paidId(loaded) === undefined ? undefined : usedBy(loaded, stored);
    if (why !== undefined) return { kind: 'fail', reason: why };
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
 * Id of what one look tells about before it is taken back: a form that is paid or used in part, as far
 * as we know, and a purchase order, of which people may have made a bill. QuickBooks refuses to void
 * under a payment (seen live), and must not do it silently.
 */
export function paidId({ kind, storedAs, link }: Removed): string | undefined {
  if (usedType(storedAs ?? kind) === undefined) return undefined;
  if ((storedAs ?? kind) === 'purchase_order') return link?.quickbooksId;
  const { totalMinor = null, balanceMinor = null } = link ?? {};
  const isPaid = totalMinor !== null && balanceMinor !== null && balanceMinor < totalMinor;
  return isPaid ? link?.quickbooksId : undefined;
}

type Removed = Pick<LoadedItem, 'kind' | 'storedAs' | 'link'>;

function usedType(kind: DocumentKind) {
  return Object.hasOwn(USED, kind) ? USED[kind as keyof typeof USED] : undefined;
}

/** Forms that others in QuickBooks may use. */
const USED = {
  invoice: 'Invoice',
  credit_memo: 'CreditMemo',
  purchase_order: 'PurchaseOrder',
  bill: 'Bill',
  vendor_credit: 'VendorCredit',
} as const;

/** Why it stays: something is applied to it, or was made of it. */
function usedBy({ kind, storedAs }: Removed, stored: unknown): Reason | undefined {
  const entity = usedType(storedAs ?? kind);
  if (entity === undefined) return undefined;
  const { LinkedTxn = [], TotalAmt, ...rest } = readEntity(entity, stored);
  const types = LinkedTxn.map(({ TxnType }) => TxnType);
  if (entity === 'PurchaseOrder') {
    const rule =
      'a bill was made of it in QuickBooks; take the bill back first, or its order off it';
    return types.length === 0 ? undefined : reason('invalid_field', { field: kind, rule });
  }
  // A credit memo lists no payment it is used by (recorded): its open credit tells.
  const { Balance = TotalAmt } = rest;
  const isPaid = types.includes('Payment') || Balance < TotalAmt;
  return isPaid ? reason('payment_applied', {}) : undefined;
}

import { type DocumentKind, traitsOf } from '../contract/documents/index.js';
import { type Reason, type ReasonParams, reason } from '../contract/reasons.js';
import type { LoadedItem } from '../ledger/pushes/load.js';
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
  const { removals } = traitsOf(kind);
  if (link === null) {
    return { kind: 'fail', reason: reason('stale_conflict', { fields: [] }) };
  }
  const left = (why: ReasonParams<'not_removed'>['why']): Plan => ({
    kind: 'fail',
    reason: reason('not_removed', { kind, why, id: link.quickbooksId }),
  });
  // Stated as void: taken back the way its kind can be.
  const operation = withdrawal ?? removals[0];
  if (operation === undefined || !removals.includes(operation)) return left('listed');
  // Money that came from QuickBooks never goes back.
  if (link.origin === 'imported') return left('made_there');
  // Nobody can tell whether we made it: what a person made is not removed unless a person says so.
  if (link.origin === 'matched' && traitsOf(kind).isTransaction) return left('found');
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
function usedBy({ kind, storedAs, link }: Removed, stored: unknown): Reason | undefined {
  const entity = usedType(storedAs ?? kind);
  if (entity === undefined) return undefined;
  const { LinkedTxn = [], TotalAmt, ...rest } = readEntity(entity, stored);
  const types = LinkedTxn.map(({ TxnType }) => TxnType);
  if (entity === 'PurchaseOrder') {
    const id = link?.quickbooksId ?? '';
    return types.length === 0 ? undefined : reason('not_removed', { kind, why: 'billed', id });
  }
  // A credit memo lists no payment it is used by (recorded): its open credit tells.
  const { Balance = TotalAmt } = rest;
  const isPaid = types.includes('Payment') || Balance < TotalAmt;
  return isPaid ? reason('payment_applied', {}) : undefined;
}

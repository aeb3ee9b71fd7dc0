import { applyDeletions, applyTransactions } from '../ledger/changes/changed-documents.js';
import { linkedTransactions, mergedRecords } from '../ledger/changes/gone-records.js';
import { applyPayments, knownPayments } from '../ledger/changes/received-payments.js';
import { applyReviewRequests, type PaidInvoice } from '../ledger/changes/review-requests.js';
import type { AppliedKind } from '../ledger/documents/applications.js';
import type { ChangeBatch } from '../qbo/changes.js';
import { type ChangedPayment, changedPayment } from '../qbo/mapping/changed.js';
import type { Changing } from './changing.js';
import { judgeOf } from './drift.js';
import { lookForDeleted } from './forms.js';
import { standing } from './gone.js';

const KINDS = ['payment', 'applied_credit'] as const;

const APPLIED_KINDS: Readonly<Record<string, AppliedKind>> = {
  Invoice: 'invoice',
  CreditMemo: 'credit_memo',
};

/** Payments: those that were sent as documents are, and all that take something from what was sent. */
export async function applyReceived(changing: Changing, batch: ChangeBatch): Promise<Date[]> {
  const { ledger, scope } = changing;
  const known = async (ids?: readonly string[]) => [
    ...(await linkedTransactions(ledger, scope.id, KINDS, ids)),
    ...(await knownPayments(ledger, scope.id, ids)),
  ];
  const looked = await lookForDeleted(changing, batch, known);
  const rows = standing(batch.changed, looked);
  const now = rows.map((row) => changedPayment(row, scope.homeCurrency));
  const jsonById = new Map(rows.map((row) => [String(row['Id']), row]));
  const merged = await mergedRecords(ledger, scope.id, 'customer');
  const again = await ledger.sql.begin(async (tx) => {
    const forms = now.map((payment) => ({ ...payment, applied: appliedOf(payment) }));
    const judge = judgeOf('Payment', jsonById, merged);
    await applyTransactions(ledger, tx, scope, { kinds: KINDS, now: forms }, judge);
    const gone = { kinds: KINDS, ids: looked.gone };
    const removedByThem = await applyDeletions(tx, scope, gone);
    await applyReviewRequests(tx, scope, paidBy(changing, now));
    return applyPayments(tx, scope, { now, gone: looked.gone, removedByThem });
  });
  const deferred = new Set(again);
  return now.flatMap(({ quickbooksId, changedAt }) =>
    deferred.has(quickbooksId) && changedAt !== null ? [new Date(changedAt)] : [],
  );
}

function appliedOf({ applied }: ChangedPayment) {
  return applied.flatMap(({ type, quickbooksId, minor }) => {
    const kind = APPLIED_KINDS[type];
    return kind === undefined ? [] : [{ kind, quickbooksId, minor }];
  });
}

/** Invoices of this run that have nothing open, and that one of these payments settled. */
function paidBy({ settled }: Changing, now: readonly ChangedPayment[]): PaidInvoice[] {
  return now.flatMap(({ applied, createdAt }) =>
    applied.flatMap(({ type, quickbooksId }) => {
      const invoice = type === 'Invoice' ? settled.get(quickbooksId) : undefined;
      if (invoice === undefined || createdAt === null) return [];
      return [{ ...invoice, quickbooksId, settledAfter: new Date(createdAt) }];
    }),
  );
}

import { type ChangesScope, changesScope, saveChangesSince } from '../ledger/changes-scope.js';
import { followToldMerges } from '../ledger/merges.js';
import { noteProgress, succeedRun } from '../ledger/runs.js';
import { type ChangeBatch, type ChangingEntity, changesSince } from '../qbo/changes.js';
import { FORM_ENTITIES, type FormEntity } from '../qbo/mapping/changed.js';
import type { Changing } from './changing.js';
import { countedReads } from './counted-reads.js';
import { applyForms } from './forms.js';
import type { Pulling } from './job.js';
import { applyList, LIST_ENTITIES, type ListEntity } from './lists.js';
import { applyReceived } from './payments.js';

/** Changes are asked for from so long before: clocks differ, and some are written late. */
const OVERLAP_MS = 300_000;

/**
 * Brings what changed in QuickBooks since the last time to the ledger, and from there to the apps. All
 * of it may be done again without harm: the moment it starts from moves on only once everything before
 * is applied, and not past what could not be told from a write of ours that is on its way.
 */
export async function bringChanges(pulling: Pulling): Promise<void> {
  const { ledger, quickbooks, run, signal, leaseMs } = pulling;
  const scope = await changesScope(ledger, run.companyId);
  if (scope === undefined) return succeedRun(ledger, run, 0, async () => undefined);
  await followToldMerges(ledger, scope, run.id);
  const reads = countedReads(quickbooks);
  const changing: Changing = { ledger, signal, scope, reads, settled: new Map() };
  const { asOf, batches } = await changesSince(
    reads,
    run.companyId,
    {
      entities: entitiesFor(scope),
      since: new Date(scope.since.getTime() - OVERLAP_MS),
      now: ledger.clock(),
    },
    { signal },
  );
  let done = 0;
  let through = asOf;
  for await (const batch of batches) {
    const deferred = await apply(changing, batch);
    for (const at of deferred) if (at < through) through = at;
    done += batch.changed.length + batch.deletedIds.length;
    await noteProgress(ledger.sql, run, { cursor: null, done, reads: reads.taken(), leaseMs });
  }
  await succeedRun(ledger, run, reads.taken(), (tx) => saveChangesSince(tx, run, through));
}

/** What the settings of the company's connections make worth reading, in the order it is applied. */
function entitiesFor({ connections }: ChangesScope): ChangingEntity[] {
  const settings = [...connections.values()].map((connection) => connection.settings);
  const sends = (kind: (typeof settings)[number]['modules'][number]) =>
    settings.some(({ modules }) => modules.includes(kind));
  const money = settings.some(({ payments, reviewRequest }) => payments || reviewRequest);
  return [
    ...LIST_ENTITIES,
    ...wanted('PurchaseOrder', sends('purchase_order')),
    // Orders may be sent as bills.
    ...wanted('Bill', sends('bill') || sends('purchase_order')),
    ...wanted('VendorCredit', sends('vendor_credit')),
    ...wanted('CreditMemo', sends('credit_memo')),
    ...wanted('SalesReceipt', sends('sales_receipt')),
    ...wanted('Invoice', sends('invoice') || money),
    // Behind the invoices, whose balances are known by then.
    ...wanted('Payment', sends('payment') || sends('credit_memo') || money),
  ];
}

const wanted = (entity: ChangingEntity, isWanted: boolean) => (isWanted ? [entity] : []);

const isForm = (entity: ChangingEntity): entity is FormEntity =>
  FORM_ENTITIES.some((form) => form === entity);
const isList = (entity: ChangingEntity): entity is ListEntity =>
  LIST_ENTITIES.some((list) => list === entity);

/** @returns since when something of it has to be read again */
async function apply(changing: Changing, batch: ChangeBatch): Promise<Date[]> {
  const { entity } = batch;
  if (isList(entity)) return applyList(changing, { ...batch, entity });
  if (isForm(entity)) return applyForms(changing, { ...batch, entity });
  return entity === 'Payment' ? applyReceived(changing, batch) : [];
}

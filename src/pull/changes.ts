import {
  changesScope,
  FOLLOWED_LISTS,
  followedEntities,
  saveChangesSince,
} from '../ledger/changes/changes-scope.js';
import { followToldMerges } from '../ledger/changes/merges.js';
import { forgetStaged, listAgeMs, swapRecords } from '../ledger/companies/records.js';
import { isToldOfTaxes, letWaitAnew } from '../ledger/runs/changes-wanted.js';
import { noteProgress } from '../ledger/runs/claimed-runs.js';
import { succeedRun } from '../ledger/runs/run-endings.js';
import { type ChangeBatch, type ChangingEntity, changesSince } from '../qbo/changes.js';
import { FORM_ENTITIES, type FormEntity } from '../qbo/mapping/changed.js';
import type { Changing } from './changing.js';
import { countedReads } from './counted-reads.js';
import { applyForms } from './forms.js';
import type { Pulling } from './job.js';
import { applyList, type ListEntity } from './lists.js';
import { applyReceived } from './payments.js';
import { pageThroughLists } from './refresh-lists.js';
import { judgeWebhooksBy } from './unannounced.js';

const TAX_TYPES = ['tax_code', 'tax_rate'] as const;

/** Changes are asked for from so long before: clocks differ, and some are written late. */
export const CHANGES_OVERLAP_MS = 300_000;

/**
 * Brings what changed in QuickBooks since the last time to the ledger, and from there to the apps. All
 * of it may be done again without harm: the moment it starts from moves on only once everything before
 * is applied, and not past what could not be told from a write of ours that is on its way.
 */
export async function bringChanges(pulling: Pulling): Promise<void> {
  const { ledger, quickbooks, run, signal, leaseMs } = pulling;
  const scope = await changesScope(ledger, run.companyId);
  if (scope === undefined) return succeedRun(ledger, run, 0, async () => []);
  await followToldMerges(ledger, scope, run.id);
  const reads = countedReads(quickbooks);
  const changing: Changing = { ledger, signal, scope, reads, settled: new Map() };
  const { asOf, batches } = await changesSince(
    reads,
    run.companyId,
    {
      entities: followedEntities([...scope.connections.values()].map(({ settings }) => settings)),
      since: new Date(scope.since.getTime() - CHANGES_OVERLAP_MS),
      now: ledger.clock(),
    },
    { signal },
  );
  let done = 0;
  let through = asOf;
  for await (const batch of batches) {
    const deferred = await apply(changing, batch);
    await judgeWebhooksBy(changing, batch, { asOf, overlapMs: CHANGES_OVERLAP_MS });
    for (const at of deferred) if (at < through) through = at;
    done += batch.changed.length + batch.deletedIds.length;
    await noteProgress(ledger.sql, run, { cursor: null, done, reads: reads.taken(), leaseMs });
  }
  const taxes = await readTaxes(pulling, done);
  await succeedRun(ledger, run, reads.taken(), async (tx) => {
    for (const type of taxes) await swapRecords(tx, run, type);
    await saveChangesSince(tx, run, through);
    if (through < asOf) await letWaitAnew(tx, run.id, through);
    return taxes;
  });
}

/** Read whole where they are older: a bit more than a day, so that a nightly refresh is not repeated. */
const TAX_LISTS_MS = 26 * 3_600_000;

/**
 * Reads the lists that change data leaves out, tax codes and rates, where they are old or Intuit told of
 * something that changes with them. Not before the first refresh, which brings them with all others.
 */
async function readTaxes(
  pulling: Pulling,
  progressDone: number,
): Promise<readonly (typeof TAX_TYPES)[number][]> {
  const { ledger, run } = pulling;
  const ageMs = await listAgeMs(ledger, run.companyId, 'tax_code');
  if (ageMs === undefined) return [];
  if (ageMs < TAX_LISTS_MS && !(await isToldOfTaxes(ledger, run.id))) return [];
  await forgetStaged(ledger.sql, run.id);
  const types = [...TAX_TYPES];
  await pageThroughLists({ ...pulling, run: { ...run, types, cursor: null, progressDone } });
  return TAX_TYPES;
}

const isForm = (entity: ChangingEntity): entity is FormEntity =>
  FORM_ENTITIES.some((form) => form === entity);
const isList = (entity: ChangingEntity): entity is ListEntity =>
  FOLLOWED_LISTS.some((list) => list === entity);

/** @returns since when something of it has to be read again */
async function apply(changing: Changing, batch: ChangeBatch): Promise<Date[]> {
  const { entity } = batch;
  if (isList(entity)) return applyList(changing, { ...batch, entity });
  if (isForm(entity)) return applyForms(changing, { ...batch, entity });
  return entity === 'Payment' ? applyReceived(changing, batch) : [];
}

import { detailsOf, type Outcome } from '../contract/details.js';
import type { PreviewAnswer } from '../contract/preview.js';
import type { Reason } from '../contract/reasons.js';
import type { RecordType } from '../contract/run.js';
import { documentWordOf } from '../contract/settings.js';
import { type DocumentStatus, labelOf } from '../contract/status.js';
import { countsAsWarning, type Warning } from '../contract/warnings.js';
import type { CompanyFacts } from '../ledger/companies/companies.js';
import type { Ending } from '../ledger/pushes/ending.js';
import type { LoadedItem } from '../ledger/pushes/load.js';
import { LANE_CLASS } from '../ledger/rows.js';
import type { QuickBooks } from '../qbo/quickbooks.js';
import { currentIdOf, othersOf } from './current.js';
import { DEFAULT_PACE } from './failure-policy.js';
import { FilePlaces } from './files.js';
import { passGates } from './gates.js';
import { groupedIn } from './grouped.js';
import { matchReferences } from './match.js';
import { waitForOthers } from './needed.js';
import { planBodies, today, wrongAnyway } from './plan.js';
import {
  endItem,
  newSendingItem,
  type PushTools,
  type Rehearsal,
  type Sending,
  type SendingItem,
  unbegun,
} from './sending.js';
import { otherKind } from './stored-as.js';

/** The way of a push without its ends: nothing is resolved, looked for or sent. */
const STEPS = [passGates, waitForOthers, matchReferences, planWhatIsKnown];

/** A rehearsal makes no call; a step that asks for one has to be left out before. */
const NO_CALLS = new Proxy({} as QuickBooks, {
  get: (_, name) => () => {
    throw new Error(`A rehearsal asked QuickBooks for ${String(name)}`);
  },
});

/** What a rehearsal needs; made once per process. */
export type RehearsalTools = Pick<PushTools, 'ledger' | 'jobs' | 'waits'>;

/** A sending that is not one: it went the way of a push and calls and writes nothing. */
export type Rehearsed = Sending & { rehearsal: Rehearsal };

/** What documents are rehearsed with. */
export interface Stage {
  company: CompanyFacts;
  /** Lists that were never read, where what they lack is not to count as missing. */
  unread: ReadonlySet<RecordType>;
}

/**
 * Sends documents of one kind for show, all at once as a push does, by the lists as they were read
 * last. Items may be of the same document, under different settings.
 *
 * @returns the sending as it ended, and its items in the order of `loaded`
 */
export async function rehearse(
  tools: RehearsalTools,
  loaded: readonly [LoadedItem, ...LoadedItem[]],
  stage: Stage,
): Promise<{ sending: Rehearsed; items: SendingItem[] }> {
  const items = loaded.map(newSendingItem);
  const sending = rehearsal(tools, loaded[0], items, stage);
  for (const step of STEPS) if (sending.open.length > 0) await step(sending);
  return { sending, items };
}

/**
 * What planning has to see as QuickBooks holds it now is not asked for: no body is shown then, and
 * only what is wrong with the document itself.
 */
async function planWhatIsKnown(sending: Sending): Promise<void> {
  const unread = sending.open.filter(
    (item) => currentIdOf(sending, item) !== undefined || othersOf(sending, item).length > 0,
  );
  for (const item of unread) {
    const why = wrongAnyway(sending, item);
    if (why !== undefined) endItem(sending, item, { kind: 'failed', reason: why });
  }
  sending.open = sending.open.filter((item) => !unread.includes(item));
  await planBodies(sending);
}

function rehearsal(
  tools: RehearsalTools,
  { kind, companyId }: LoadedItem,
  items: SendingItem[],
  { company, unread }: Stage,
): Rehearsed {
  const job = tools.jobs.get(kind);
  if (job === undefined) throw new Error(`There is no job for ${kind}`);
  return {
    tools: {
      ...tools,
      quickbooks: NO_CALLS,
      // Nothing is retried and nothing crashes beyond the request.
      random: () => 0,
      pace: DEFAULT_PACE,
      onCrash: () => undefined,
      filePlaces: new FilePlaces(),
    },
    push: {
      id: 0,
      companyId,
      kind,
      laneClass: LANE_CLASS.live,
      batch: false,
      epoch: 0,
      priority: 0,
      crashes: 0,
      lease: 0,
    },
    job,
    company,
    companyReread: false,
    rehearsal: { creates: new Map(), unread, unknown: new Map() },
    ...unbegun(items),
    signal: new AbortController().signal,
    mayStillSend: () => false,
    callMs: 0,
  };
}

const STATUS: Record<Ending['kind'], DocumentStatus> = {
  synced: 'synced',
  voided: 'voided',
  deleted: 'deleted',
  cancelled: 'cancelled',
  failed: 'failed',
  waiting: 'waiting',
  blocked: 'waiting',
  parked: 'waiting',
  reread: 'queued',
  returned: 'queued',
  not_ready: 'not_ready',
  skipped: 'skipped',
  dropped: 'synced',
  kept_as_exported: 'synced',
  deleted_in_quickbooks: 'deleted_in_quickbooks',
};

const OUTCOME = {
  create: 'created',
  update: 'updated',
  void: 'voided',
  delete: 'deleted',
} as const;
const DONE = { create: 'synced', update: 'synced', void: 'voided', delete: 'deleted' } as const;

/** What would become of an item: by its ending, else by what is planned for it. */
export type RehearsedOutcome = Omit<PreviewAnswer, 'creates' | 'request'>;

export function outcomeOf(
  sending: Sending,
  item: SendingItem,
  ending: Ending | undefined,
): RehearsedOutcome {
  const { planned } = item;
  const why = ending !== undefined && 'reason' in ending ? ending.reason : undefined;
  const status =
    ending !== undefined
      ? STATUS[ending.kind]
      : planned === undefined
        ? 'queued'
        : DONE[planned.operation];
  const warnings = warningsOf(item, ending);
  return {
    status,
    label: labelOf({
      status,
      syncedRevision: 0,
      revision: 1,
      hasWarnings: warnings.some(countsAsWarning),
      connectionWaits: ending?.kind === 'parked',
    }),
    details: detailsIn(sending, item, { status, why, warnings }),
    reason: why?.name ?? null,
    params: why?.params ?? {},
    warnings,
  };
}

function warningsOf(item: SendingItem, ending: Ending | undefined): Warning[] {
  if (ending?.kind === 'kept_as_exported') return [{ name: 'changed_after_export' }];
  return item.warnings;
}

function detailsIn(
  sending: Sending,
  { loaded, planned }: SendingItem,
  found: { status: DocumentStatus; why: Reason | undefined; warnings: Warning[] },
): string {
  const { kind, document, connection, externalId } = loaded;
  const number = 'number' in document ? document.number : null;
  const currency = document.currency ?? sending.company.homeCurrency;
  const total = 'total' in document ? document.total : null;
  const outcome: Outcome | undefined =
    planned === undefined
      ? undefined
      : {
          operation: OUTCOME[planned.operation],
          quickbooksId: loaded.link?.quickbooksId ?? 'new',
          as: otherKind(sending.job, loaded),
          number,
          total,
          grouped: groupedIn(loaded, planned.operation),
          on: today(sending),
        };
  return detailsOf({
    kind,
    status: found.status,
    reason: found.why,
    outcome,
    warnings: found.warnings,
    title: number ?? externalId,
    context: {
      kind,
      number,
      currency,
      documentWord: documentWordOf(kind, connection.settings),
      refreshLabel: connection.settings.refreshLabel,
    },
  });
}

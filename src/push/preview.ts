import { detailsOf, type Outcome } from '../contract/details.js';
import type { PreviewAnswer } from '../contract/preview.js';
import type { Reason } from '../contract/reasons.js';
import { documentWordOf } from '../contract/settings.js';
import { type DocumentStatus, labelOf } from '../contract/status.js';
import { countsAsWarning, type Warning } from '../contract/warnings.js';
import { type CompanyFacts, readCompanyFacts } from '../ledger/companies.js';
import type { Connection } from '../ledger/connections.js';
import type { Ending } from '../ledger/ending.js';
import type { LoadedItem } from '../ledger/load.js';
import { type Rehearsed, rehearsedItem } from '../ledger/rehearsed.js';
import { LANE_CLASS } from '../ledger/rows.js';
import type { QuickBooks } from '../qbo/quickbooks.js';
import { currentIdOf, othersOf } from './current.js';
import { DEFAULT_PACE } from './failure-policy.js';
import { passGates } from './gates.js';
import { groupedIn } from './grouped.js';
import { matchReferences } from './match.js';
import { waitForOthers } from './needed.js';
import { planBodies, today } from './plan.js';
import { newSendingItem, type PushTools, type Sending, type SendingItem } from './sending.js';
import { entityOf, otherKind } from './stored-as.js';

/** The way of a push without its ends: nothing is resolved, looked for or sent. */
const STEPS = [passGates, waitForOthers, matchReferences, planWhatIsKnown];

/** A preview makes no call; a step that asks for one has to be left out before. */
const NO_CALLS = new Proxy({} as QuickBooks, {
  get: (_, name) => () => {
    throw new Error(`A preview asked QuickBooks for ${String(name)}`);
  },
});

/** What a preview needs; made once per process. */
export type PreviewTools = Pick<PushTools, 'ledger' | 'jobs' | 'waits'>;

/**
 * What would become of a document if it were sent now: the exact body, what would be created first,
 * warnings, and the status it would get. By the lists as they were read last; calls nothing and
 * writes nothing. `unread` where the company's facts were never read, undefined where there is no
 * such document.
 */
export async function previewDocument(
  tools: PreviewTools,
  connection: Connection,
  asked: Rehearsed,
): Promise<PreviewAnswer | 'unread' | undefined> {
  const { companyId } = connection;
  const known = companyId === null ? undefined : await readCompanyFacts(tools.ledger, companyId);
  if (companyId === null || known === undefined) return 'unread';
  const item = await rehearsedItem(tools.ledger, { ...connection, companyId }, asked);
  return item === undefined ? undefined : previewItem(tools, item, known.facts);
}

async function previewItem(
  tools: PreviewTools,
  loaded: LoadedItem,
  company: CompanyFacts,
): Promise<PreviewAnswer> {
  const sending = rehearsal(tools, loaded, company);
  const [item] = sending.open;
  if (item === undefined) throw new Error('A preview has one item');
  for (const step of STEPS) if (sending.open.length > 0) await step(sending);
  const [ended] = sending.ended;
  return answerOf(sending, item, ended?.ending);
}

/** What planning has to see as QuickBooks holds it now is not asked for: no body is shown then. */
async function planWhatIsKnown(sending: Sending): Promise<void> {
  const [item] = sending.open;
  if (item === undefined || currentIdOf(sending, item) !== undefined) return;
  if (othersOf(sending, item).length === 0) await planBodies(sending);
}

function rehearsal(tools: PreviewTools, loaded: LoadedItem, company: CompanyFacts): Sending {
  const job = tools.jobs.get(loaded.kind);
  if (job === undefined) throw new Error(`There is no job for ${loaded.kind}`);
  return {
    tools: {
      ...tools,
      quickbooks: NO_CALLS,
      // Nothing is retried and nothing crashes beyond the request.
      random: () => 0,
      pace: DEFAULT_PACE,
      onCrash: () => undefined,
    },
    push: {
      id: 0,
      companyId: loaded.companyId,
      kind: loaded.kind,
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
    rehearsal: { creates: [] },
    open: [newSendingItem(loaded)],
    ended: [],
    taxRates: new Map(),
    untaxedCode: undefined,
    postponed: undefined,
    unresolved: undefined,
    inDoubt: false,
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

function answerOf(sending: Sending, item: SendingItem, ending: Ending | undefined): PreviewAnswer {
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
    creates: sending.rehearsal?.creates ?? [],
    request:
      planned === undefined || ending !== undefined
        ? null
        : { operation: planned.operation, entity: entityOf(sending, item), body: planned.body },
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

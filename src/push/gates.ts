import { reason } from '../contract/reasons.js';
import {
  type CompanyFacts,
  readCompanyFacts,
  saveCompanyFacts,
} from '../ledger/companies/companies.js';
import { isWithdrawn, standingOf } from '../ledger/documents/standing.js';
import type { HeldPush } from '../ledger/pushes/claim.js';
import type { Ending } from '../ledger/pushes/ending.js';
import { LANE_CLASS } from '../ledger/rows.js';
import { readCompany } from '../qbo/company.js';
import { endItem, type PushTools, type Sending, type SendingItem } from './sending.js';

/**
 * What may keep a document from being sent now, without a call: whoever stated it anew meanwhile,
 * the connection, a withdrawal, closed books. The same rules spoke when it was stated; time passed.
 */
export async function passGates(sending: Sending): Promise<void> {
  holdBack(sending);
  if (sending.open.some((item) => refusal(sending, item) !== undefined)) {
    await refreshBeforeRefusing(sending);
  }
  for (const item of [...sending.open]) {
    const ending = refusal(sending, item);
    if (ending !== undefined) endItem(sending, item, ending);
  }
}

/** Whether no gate holds an item, by what is known of the company; nothing is asked. */
export function isLetThrough(sending: Sending, item: SendingItem): boolean {
  const now = sending.tools.ledger.clock();
  return standingEnding(item, now) === undefined && refusal(sending, item) === undefined;
}

function refusal(sending: Sending, item: SendingItem): Ending | undefined {
  return refusedEnding(sending, item) ?? closedEnding(sending, item);
}

/**
 * What may not be sent as it stands and as its connection stands. Known without the company, so that
 * nothing is read of it for what stays here.
 */
export function holdBack(sending: Sending): void {
  for (const item of [...sending.open]) {
    const ending = standingEnding(item, sending.tools.ledger.clock());
    if (ending !== undefined) endItem(sending, item, ending);
  }
}

/** Why the item is not to be sent as it stands; undefined where it is. */
export function standingEnding({ loaded }: SendingItem, now: Date): Ending | undefined {
  if (loaded.releasedRevision <= loaded.syncedRevision) return { kind: 'dropped' };
  const standing = standingOf({
    kind: loaded.kind,
    document: loaded.document,
    withdrawal: loaded.withdrawal,
    connection: loaded.connection,
    now,
    statedAt: loaded.statedAt,
    overrides: loaded.overrides,
    isDependency: loaded.isDependency,
    // It is made for whoever of the company needs it, also when the first to ask has left.
    isNeeded: loaded.isNeeded,
    isPart: loaded.isPart,
    paidMinor: loaded.paidMinor,
    wasSynced: loaded.syncedRevision > 0,
    isInQuickBooks: loaded.link !== null,
    inDoubt: loaded.inDoubt,
    isGone: false,
    imported: loaded.imported,
    clicked: true,
  });
  switch (standing.status) {
    case 'queued':
      return undefined;
    case 'waiting':
      return { kind: 'parked', reason: standing.reason };
    case 'not_ready':
    case 'skipped':
    case 'failed':
      return { kind: standing.status, reason: standing.reason };
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'changed_after_export':
      return { kind: 'kept_as_exported' };
    case 'unchanged':
      return { kind: 'dropped' };
  }
}

/** What is taken back goes there all the same. */
function refusedEnding({ job, company }: Sending, { loaded }: SendingItem): Ending | undefined {
  if (isWithdrawn(loaded)) return undefined;
  const refused = job.refusedBy?.(loaded as never, company);
  return refused === undefined ? undefined : { kind: 'failed', reason: refused };
}

function closedEnding(sending: Sending, { loaded }: SendingItem): Ending | undefined {
  const closedThrough = sending.company.bookCloseDate;
  const date = sending.job.dateOf(loaded as never);
  if (closedThrough === null || date === undefined || date > closedThrough) return undefined;
  const why = reason('period_closed', { closedThrough, date });
  switch (loaded.connection.settings.closedPeriod) {
    case 'hold':
      return { kind: 'waiting', reason: why, retryInMs: sending.tools.waits.closedPeriodMs };
    case 'first_open_day':
      return undefined;
    case 'fail':
      return { kind: 'failed', reason: why };
  }
}

/**
 * What becomes of an item that QuickBooks refused for books that were closed since we last looked, by
 * the same setting: it waits, or goes again with another date. Undefined where it fails: what was sent
 * had an open date by all we know.
 */
export function closedSinceEnding(
  sending: Sending,
  item: SendingItem,
  sentDate: unknown,
): Ending | undefined {
  const { bookCloseDate } = sending.company;
  if (bookCloseDate === null || typeof sentDate !== 'string' || sentDate > bookCloseDate) {
    return undefined;
  }
  const held = closedEnding(sending, item);
  // What keeps the date it has would be refused again for ever.
  if (held !== undefined || item.stored?.['TxnDate'] === sentDate) return held;
  return { kind: 'returned', what: 'period_closed' };
}

/**
 * A period may have been reopened since, or the plan is another one: look once before refusing, unless
 * the facts are fresh. A retry always looks, because a person who changed that retries at once.
 */
async function refreshBeforeRefusing(sending: Sending): Promise<void> {
  if (sending.rehearsal !== undefined) return;
  const { tools, push } = sending;
  const known = await readCompanyFacts(tools.ledger, push.companyId);
  const isRetry = push.laneClass === LANE_CLASS.retry;
  const isFresh = known !== undefined && known.ageMs <= tools.waits.companyFactsRefuseMs;
  if (isRetry || !isFresh) await rereadCompany(sending);
}

/** Reads the company's facts again, once per sending at most. */
export async function rereadCompany(sending: Sending): Promise<void> {
  if (sending.companyReread) return;
  sending.companyReread = true;
  sending.company = await fetchCompanyFacts(sending.tools, sending.push.companyId, sending.signal);
}

/** Facts of the company: those known where they are fresh enough, else from QuickBooks. */
export async function companyFactsFor(
  tools: PushTools,
  { companyId, facts: known }: Pick<HeldPush, 'companyId' | 'facts'>,
  signal: AbortSignal,
): Promise<CompanyFacts> {
  if (known !== undefined && known.ageMs <= tools.waits.companyFactsMs) return known.facts;
  return fetchCompanyFacts(tools, companyId, signal);
}

/** Reads CompanyInfo and Preferences (two metered reads) and keeps them. */
export async function fetchCompanyFacts(
  { ledger, quickbooks }: Pick<PushTools, 'ledger' | 'quickbooks'>,
  companyId: string,
  signal: AbortSignal,
): Promise<CompanyFacts> {
  const facts = await readCompany(quickbooks, companyId, { signal });
  await saveCompanyFacts(ledger.sql, companyId, facts);
  return facts;
}

import type { Outcome } from '../contract/details.js';
import { traitsOf } from '../contract/documents/index.js';
import { type Reason, reason } from '../contract/reasons.js';
import type { Warning } from '../contract/warnings.js';
import { isWithdrawn } from '../ledger/documents/standing.js';
import type { Ending } from '../ledger/pushes/ending.js';
import type { FieldProblem } from '../qbo/mapping/limits.js';
import { bookedOnOpenDay } from './booking-date.js';
import type { Plan } from './job.js';
import { matchMentions } from './match.js';
import type { Asked } from './missing.js';
import { recheckOpen } from './recheck.js';
import { removalPlan } from './removal.js';
import { endItem, type Sending, type SendingItem } from './sending.js';

/**
 * Says for every open item what is to be sent, before anything is written. Calls nothing, unless a
 * plan shows that something more has to be found first.
 */
export async function planBodies(sending: Sending): Promise<void> {
  const { wanting, behind } = planItems(sending, sending.open);
  for (const { item, reason: why } of behind) await recheckOpen(sending, item, why);
  if (wanting.length === 0) return;
  await matchMentions(sending, wanting);
  const items = new Set(wanting.map(({ item }) => item));
  planItems(
    sending,
    sending.open.filter((item) => items.has(item)),
  );
}

/** What some items want before they can be planned. */
interface Unplanned {
  wanting: Asked[];
  behind: { item: SendingItem; reason: Reason }[];
}

/** Plans items, and answers what some of them want before. */
function planItems(sending: Sending, items: readonly SendingItem[]): Unplanned {
  const wanting: Asked[] = [];
  const behind: Unplanned['behind'] = [];
  for (const item of [...items]) {
    const plan = planOf(sending, item);
    if (plan.kind === 'wants') wanting.push(...plan.mentions.map((mention) => ({ item, mention })));
    else if (plan.kind === 'recheck') behind.push({ item, reason: plan.reason });
    else if (plan.kind === 'fail') {
      endItem(sending, item, { kind: 'failed', reason: plan.reason, money: plan.money });
    } else if (plan.kind === 'skip')
      endItem(sending, item, { kind: 'skipped', reason: plan.reason });
    else if (plan.kind === 'gone') endItem(sending, item, { kind: 'deleted_in_quickbooks' });
    else if (plan.kind === 'have') {
      item.warnings.push(...(plan.warnings ?? []));
      endItem(sending, item, haveAlready(sending, item, plan.quickbooksId));
    } else if (plan.problems[0] !== undefined) {
      const why = problemReason(plan.problems[0], plan.problems);
      endItem(sending, item, { kind: 'failed', reason: why });
    } else {
      item.planned = { operation: plan.operation, body: plan.body };
      item.warnings.push(...(plan.warnings ?? []));
      item.warnings.push(...dateWarnings(sending.job.dateOf(item.loaded as never), plan));
      item.revision = item.loaded.revision;
    }
  }
  return { wanting, behind };
}

/**
 * Why a form is not sent, whatever QuickBooks holds of it; undefined where nothing is known to be
 * wrong without looking.
 */
export function wrongAnyway(sending: Sending, item: SendingItem): Reason | undefined {
  if (traitsOf(sending.job.kind).form === null) return undefined;
  const plan = planOf(sending, { ...item, loaded: { ...item.loaded, link: null } });
  const [first] = plan.kind === 'write' ? plan.problems : [];
  return first === undefined || plan.kind !== 'write'
    ? undefined
    : problemReason(first, plan.problems);
}

/** Fields that one sentence names. */
const FIELDS_SHOWN_MAX = 5;

/** The first problem, with all the fields that break the same rule. */
function problemReason({ rule }: FieldProblem, problems: readonly FieldProblem[]): Reason {
  const fields = [...new Set(problems.flatMap((one) => (one.rule === rule ? [one.field] : [])))];
  const left = fields.length - FIELDS_SHOWN_MAX;
  const field = `${fields.slice(0, FIELDS_SHOWN_MAX).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
  return reason('invalid_field', { field, rule });
}

function dateWarnings(stated: string | undefined, plan: Plan & { kind: 'write' }): Warning[] {
  const used = plan.body['TxnDate'];
  if (stated === undefined || typeof used !== 'string' || used === stated) return [];
  return [{ name: 'other_date', params: { stated, used } }];
}

/** What would be sent for one item as it stands: also what a preview shows. */
export function planOf(sending: Sending, item: SendingItem): Plan {
  const { loaded, matched } = item;
  if (isWithdrawn(loaded)) return removalPlan(item, sending.rehearsal === undefined);
  // Whoever voided it meant it: amounts are not put back by the next change the app states.
  if (loaded.link?.voidedThere === true) {
    return { kind: 'fail', reason: reason('voided_in_quickbooks', {}) };
  }
  const plan = sending.job.plan(loaded as never, {
    company: sending.company,
    matched,
    mark: markOf(sending, item),
    stored: item.stored,
    others: item.others,
    needed: item.needed,
    records: item.records,
    taxRates: sending.taxRates,
    untaxedCode: sending.untaxedCode,
  });
  return bookedOnOpenDay(plan, sending, item);
}

/** The opaque token by which a document's copy in QuickBooks is known again; null where unwanted. */
export function markOf(sending: Sending, { loaded }: SendingItem): string | null {
  if (!loaded.connection.settings.provenanceMark) return null;
  const seed = [loaded.connection.id, loaded.kind, loaded.externalId].join(' ');
  // 96 bits keep two documents of one company apart; nothing can be read out of them.
  return sending.tools.ledger.hash.hash('provenance', seed).subarray(0, 12).toString('base64url');
}

function haveAlready(sending: Sending, item: SendingItem, quickbooksId: string): Ending {
  const { loaded } = item;
  const outcome: Outcome = {
    operation: 'matched',
    quickbooksId,
    number: null,
    total: null,
    on: today(sending),
  };
  return {
    kind: 'synced',
    outcome,
    warnings: item.warnings,
    links: [
      ...item.links,
      {
        connectionId: loaded.connection.id,
        companyId: sending.push.companyId,
        kind: loaded.kind,
        externalId: loaded.externalId,
        quickbooksId,
        origin: 'matched',
        exclusive: sending.job.exclusive,
        syncToken: null,
        number: null,
        totalMinor: null,
        balanceMinor: null,
        currency: null,
      },
    ],
    records: [],
  };
}

/** Plain date of now where the company is. */
export function today({ tools, company }: Pick<Sending, 'tools' | 'company'>): string {
  return dateFormat(company.timeZone ?? 'UTC').format(tools.ledger.clock());
}

/** One per time zone of the world, of which there are some hundreds: each is dear to make. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

function dateFormat(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone);
  if (known !== undefined) return known;
  try {
    // Swedish dates are written year-month-day.
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone });
    FORMATS.set(timeZone, format);
    return format;
  } catch {
    return dateFormat('UTC');
  }
}

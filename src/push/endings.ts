import type { Outcome } from '../contract/details.js';
import { type DocumentKind, kindWord, traitsOf } from '../contract/documents/index.js';
import { toDecimalString } from '../contract/money.js';
import { type Reason, reason } from '../contract/reasons.js';
import type { Warning } from '../contract/warnings.js';
import type { NewLink } from '../ledger/documents/links.js';
import type { Ending } from '../ledger/pushes/ending.js';
import type { LoadedItem } from '../ledger/pushes/load.js';
import type { WriteOperation } from '../qbo/entities.js';
import { brokenReferenceOf, takenNumberOf } from '../qbo/failure-class.js';
import type { JsonObject, QuickBooksFault } from '../qbo/fault.js';
import { changedAtOf } from '../qbo/mapping/changed.js';
import { FAILURE_POLICY, type PolicyClass, retryDelayMs } from './failure-policy.js';
import { groupedIn } from './grouped.js';
import type { AnswerFacts } from './job.js';
import { today } from './plan.js';
import { typeWord } from './references.js';
import type { Sending, SendingItem } from './sending.js';
import { otherKind, storedAs } from './stored-as.js';

const OPERATION: Record<WriteOperation, Outcome['operation']> = {
  create: 'created',
  update: 'updated',
  void: 'voided',
  delete: 'deleted',
};

/** The ending of an item QuickBooks took, from the object it answered. */
export function takenEnding(
  sending: Sending,
  item: SendingItem,
  operation: WriteOperation,
  entity: JsonObject,
  extra: Warning[] = [],
): Ending {
  if (operation === 'delete') return removedEnding(sending, item);
  const facts = sending.job.read(entity, item.loaded as never, sending.company);
  const link = linkOf(sending, item, facts, entity);
  // A newer revision was stated meanwhile: what the answer lacks of it comes with the next sending.
  const isLatest = item.revision === item.loaded.revision;
  if (facts.problem !== null && operation !== 'void' && isLatest) {
    const links = [...item.links, link];
    const { problem, money, applied } = facts;
    return { kind: 'failed', reason: problem, links, money, applied };
  }
  return {
    kind: operation === 'void' ? 'voided' : 'synced',
    outcome: {
      operation: OPERATION[operation],
      quickbooksId: facts.quickbooksId,
      as: otherKind(sending.job, item.loaded),
      number: facts.number,
      total: operation === 'void' ? null : totalOf(sending, item, facts),
      grouped: groupedIn(item.loaded, operation),
      on: today(sending),
    },
    warnings: operation === 'void' ? extra : [...item.warnings, ...facts.warnings, ...extra],
    links: [...item.links, link],
    records: facts.record === null ? [] : [facts.record],
    money: operation === 'void' ? null : facts.money,
    applied: operation === 'void' ? undefined : facts.applied,
  };
}

function totalOf(sending: Sending, { loaded }: SendingItem, facts: AnswerFacts): string | null {
  const currency = loaded.currency ?? sending.company.homeCurrency;
  return facts.totalMinor === null ? null : toDecimalString(facts.totalMinor, currency);
}

function removedEnding(sending: Sending, { loaded }: SendingItem): Ending {
  return {
    kind: 'deleted',
    outcome: {
      operation: 'deleted',
      quickbooksId: loaded.link?.quickbooksId ?? '',
      as: otherKind(sending.job, loaded),
      number: loaded.link?.number ?? null,
      total: null,
      on: today(sending),
    },
    warnings: [],
    links: [],
    records: [],
  };
}

/** The link of an object of which only its id is understood. */
export function bareLink(sending: Sending, item: SendingItem, entity: JsonObject) {
  const syncToken = entity['SyncToken'];
  const facts = {
    quickbooksId: String(entity['Id']),
    syncToken: typeof syncToken === 'string' ? syncToken : null,
    number: null,
    totalMinor: null,
    balanceMinor: null,
    warnings: [],
    record: null,
    problem: null,
  };
  return linkOf(sending, item, facts, entity);
}

/** @param entity the object all of it was read from */
export function linkOf(
  sending: Sending,
  { loaded }: SendingItem,
  facts: AnswerFacts,
  entity: JsonObject,
): NewLink {
  const other = otherKind(sending.job, loaded);
  return {
    connectionId: loaded.connection.id,
    companyId: sending.push.companyId,
    kind: loaded.kind,
    ...(other === undefined ? {} : { storedAs: other }),
    externalId: loaded.externalId,
    quickbooksId: facts.quickbooksId,
    origin: 'pushed',
    exclusive: sending.job.exclusive,
    syncToken: facts.syncToken,
    number: facts.number,
    totalMinor: facts.totalMinor,
    balanceMinor: facts.balanceMinor,
    changedAt: changedAtOf(entity),
    currency: loaded.currency ?? sending.company.homeCurrency,
  };
}

/**
 * The ending a failure class asks for, by the policy. Undefined where the policy wants a step of its
 * own first: `reread` and `resolve`.
 */
export function failureEnding(
  sending: Sending,
  item: SendingItem,
  failure: PolicyClass,
  faults: readonly QuickBooksFault[] = [],
): Ending | undefined {
  const rule = FAILURE_POLICY[failure];
  const { pace, random } = sending.tools;
  switch (rule.next) {
    case 'retry': {
      const attempts = item.loaded.attempts + 1;
      if (attempts >= (rule.attempts ?? 1)) {
        return { kind: 'failed', reason: passingReason(failure), attempts };
      }
      return {
        kind: 'waiting',
        reason: passingReason(failure),
        retryInMs: retryDelayMs(attempts, pace, random),
        attempts,
      };
    }
    case 'wait': {
      const retryInMs = sending.tools.waits.throttledMs;
      return { kind: 'waiting', reason: reason('rate_limited', {}), retryInMs };
    }
    case 'reconnect':
      return { kind: 'parked', reason: reason('reconnect_needed', {}) };
    case 'renew':
      return { kind: 'parked', reason: reason('company_suspended', {}) };
    case 'alone':
      return { kind: 'returned', what: 'sent_alone', alone: true };
    case 'gone':
      return { kind: 'deleted_in_quickbooks' };
    case 'fail':
      return { kind: 'failed', reason: refusalReason(sending, item, failure, faults) };
    case 'reread':
    case 'resolve':
      return undefined;
  }
}

function passingReason(failure: PolicyClass): Reason {
  return failure === 'crash' ? reason('crashed', {}) : reason('quickbooks_unavailable', {});
}

/** Why QuickBooks refused it, in our words; its own code and text where we have none. */
function refusalReason(
  sending: Sending,
  { loaded, planned, numberHolders = [] }: SendingItem,
  failure: PolicyClass,
  faults: readonly QuickBooksFault[],
): Reason {
  const [fault] = faults;
  const date = sending.job.dateOf(loaded as never);
  const number = 'number' in loaded.document ? loaded.document.number : '';
  switch (failure) {
    case 'duplicate_number':
      return numberReason(number, faults, numberHolders);
    case 'duplicate_name':
      return reason('duplicate_name', {
        name: nameOf(loaded.document),
        type: 'customer, supplier or employee',
      });
    case 'period_closed': {
      const sent = planned?.body['TxnDate'];
      return reason('period_closed', {
        closedThrough: sending.company.bookCloseDate,
        date: typeof sent === 'string' ? sent : (date ?? ''),
      });
    }
    case 'payment_applied':
      return reason('payment_applied', {});
    case 'deposited':
      return reason('deposited', {});
    case 'plan':
      return reason('plan_lacks', { feature: lackingFeature(sending, loaded, fault) });
    case 'reference': {
      const broken = fault === undefined ? undefined : brokenReferenceOf(fault);
      if (broken?.inactive && broken.list !== null) {
        return reason('record_inactive', {
          type: listWord(broken.list, loaded.kind),
          name: broken.id ?? '',
        });
      }
      return refused(fault);
    }
    default:
      return refused(fault);
  }
}

/** Whose the number is decides what can be done: what is another one's is never linked. */
function numberReason(
  number: string,
  faults: readonly QuickBooksFault[],
  holders: NonNullable<SendingItem['numberHolders']>,
): Reason {
  const id = faults.map(takenNumberOf).find((taken) => taken !== undefined)?.txnId ?? null;
  const { isLinked = false, theirs } = holders.find((one) => one.quickbooksId === id) ?? {};
  return reason('duplicate_number', {
    number,
    id,
    ...(isLinked ? { isLinked } : {}),
    ...(theirs === undefined || isLinked ? {} : { theirs }),
  });
}

/** Of purchase forms it is they themselves that small plans have not; else QuickBooks names it. */
function lackingFeature(
  { job }: Sending,
  loaded: LoadedItem,
  fault: QuickBooksFault | undefined,
): string {
  const kind = storedAs(job, loaded);
  if (traitsOf(kind).form === 'purchase') return `${kindWord(kind)}s`;
  return fault?.detail ?? fault?.message ?? 'this feature';
}

/** QuickBooks' list as people call what is on it; customers and suppliers share one. */
function listWord(list: string, kind: DocumentKind): string {
  switch (list) {
    case 'Names':
      return typeWord(
        kind === 'vendor' || traitsOf(kind).form === 'purchase' ? 'vendor' : 'customer',
      );
    case 'Items':
      return typeWord('item');
    case 'Accounts':
      return typeWord('account');
    default:
      return 'record';
  }
}

export function refused(fault: QuickBooksFault | undefined): Reason {
  const text = (fault?.detail ?? fault?.message ?? 'no text').replace(/\s+/g, ' ').slice(0, 500);
  return reason('refused_by_quickbooks', { code: fault?.code ?? 'unknown', text });
}

function nameOf(document: object): string {
  if ('displayName' in document && typeof document.displayName === 'string')
    return document.displayName;
  return 'name' in document && typeof document.name === 'string' ? document.name : '';
}

import type { DocumentKind } from '../contract/documents/index.js';
import type { Reason } from '../contract/reasons.js';
import type { RecordType } from '../contract/run.js';
import type { Warning } from '../contract/warnings.js';
import type { CompanyFacts } from '../ledger/companies/companies.js';
import { type CheckPace, DEFAULT_CHECK_PACE } from '../ledger/companies/company-checks.js';
import type { FoundRecord } from '../ledger/companies/found-records.js';
import type { UntaxedCode } from '../ledger/companies/untaxed-code.js';
import type { Ledger } from '../ledger/database/open.js';
import type { Dependency } from '../ledger/documents/dependencies.js';
import type { NewLink } from '../ledger/documents/links.js';
import type { Needed } from '../ledger/documents/needs.js';
import type { EndedItem, Ending } from '../ledger/pushes/ending.js';
import type { LoadedItem } from '../ledger/pushes/load.js';
import type { ClaimedPush } from '../ledger/pushes/pushes.js';
import type { StoredRequest } from '../ledger/pushes/requests.js';
import type { WriteOperation } from '../qbo/entities.js';
import type { JsonObject } from '../qbo/fault.js';
import type { QuickBooks } from '../qbo/quickbooks.js';
import type { RetryPace } from './failure-policy.js';
import type { FilePlaces } from './files.js';
import type { PushJob, Told } from './job.js';

/** What every push needs; made once per worker. */
export interface PushTools {
  ledger: Ledger;
  quickbooks: QuickBooks;
  jobs: ReadonlyMap<DocumentKind, PushJob>;
  random: () => number;
  /** Called when our own code fails on a push: error name and place, no contents. */
  onCrash(crash: { pushId: number; companyId: string; error: string; stack: string }): void;
  pace: RetryPace;
  waits: PushWaits;
  /** Room for files while they are sent. */
  filePlaces: FilePlaces;
}

/** Waits of a push, in milliseconds on the database's clock. */
export interface PushWaits extends CheckPace {
  /** Facts of a company are read again after this. Default a day. */
  companyFactsMs: number;
  /** Facts younger than this may refuse a document without looking again. Default 5 min. */
  companyFactsRefuseMs: number;
  /** A list younger than this is believed when it lacks a name that would be created. Default 1 h. */
  recordsTrustMs: number;
  /** A request whose sender died is left alone this long. Default 30 s. */
  senderDiedMs: number;
  /** Before this a negative look-up proves nothing. Default 130 s. */
  lateCommitMs: number;
  /** After a 429 the push comes back then; the lane's own pause decides. Default 60 s. */
  throttledMs: number;
  /** Between the two negative look-ups that allow sending anew. Default 10 min. */
  secondLookUpMs: number;
  /** A document held by closed books is looked at again after this. Default a day. */
  closedPeriodMs: number;
  /** A file that found no room in the memory of the process is tried again after this. Default 1 s. */
  filePlaceMs: number;
}

export const DEFAULT_PUSH_WAITS: PushWaits = {
  ...DEFAULT_CHECK_PACE,
  companyFactsMs: 86_400_000,
  companyFactsRefuseMs: 300_000,
  recordsTrustMs: 3_600_000,
  senderDiedMs: 30_000,
  lateCommitMs: 130_000,
  throttledMs: 60_000,
  secondLookUpMs: 600_000,
  closedPeriodMs: 86_400_000,
  filePlaceMs: 1_000,
};

/** An item on its way through the steps. */
export interface SendingItem {
  loaded: LoadedItem;
  /** The revision that is judged or was sent. */
  revision: number;
  /** Ids of what it mentions, once matched. */
  matched: Map<string, string>;
  /** The records themselves, as the mirror has them. */
  records: Map<string, FoundRecord>;
  /** What it says of customers and suppliers that were matched. */
  told: (Told & { record: FoundRecord })[];
  /** What it needs in QuickBooks, by role, once it is there. */
  needed: Map<string, Needed>;
  /** Said in its Details once it is settled. */
  warnings: Warning[];
  /** Links that references of the app earn by being matched. */
  links: NewLink[];
  /** The object as QuickBooks holds it now, where its job asked for that. */
  stored: JsonObject | undefined;
  /** Other objects its job asked for, by their ids. */
  others: Map<string, JsonObject>;
  planned: { operation: WriteOperation; body: JsonObject } | undefined;
  /** What has its number in QuickBooks and is not it, once that was looked for. */
  numberHolders?: { quickbooksId: string; theirs?: string; isLinked: boolean }[];
  evidence: Record<string, unknown>;
}

/** The push goes on later: why, and after how long. */
export interface Postponement {
  delayMs: number;
  /** Our own code failed: done often enough, it makes a push poison. */
  crashed?: boolean;
  shown: {
    status: 'waiting' | 'checking';
    reason: Reason;
    evidence?: Record<string, unknown>;
  } | null;
}

/** What a sending that only shows what would become of documents notes on its way. */
export interface Rehearsal {
  /** Names that would be made for an item, by their key. */
  creates: Map<SendingItem, Map<string, RehearsedName>>;
  /** Lists that were never read, where what they lack is not to count as missing. */
  unread: ReadonlySet<RecordType>;
  /** Items that name something of such a list: nothing can be said of them. */
  unknown: Map<SendingItem, RecordType>;
}

/** A name that would be made first; in bodies it stands in the place of its id. */
export interface RehearsedName {
  /** As people call it. */
  type: string;
  dependency: Dependency;
}

/** One push on its way through the steps. */
export interface Sending {
  tools: PushTools;
  push: ClaimedPush;
  job: PushJob;
  company: CompanyFacts;
  /** The company's facts were read from QuickBooks for this sending. */
  companyReread: boolean;
  /** Items without an ending. */
  open: SendingItem[];
  ended: EndedItem[];
  /** Set where nothing is asked and nothing is written. */
  rehearsal?: Rehearsal;
  /** Facts of mirrored tax rates by QuickBooks' id, as far as documents of the push have them. */
  taxRates: Map<string, FoundRecord['facts']>;
  /** A tax code that charges nothing, where a rounding line may need one. */
  untaxedCode: UntaxedCode | undefined;
  /** Set when the push as a whole stops here and goes on later. */
  postponed: Postponement | undefined;
  /** A request that was sent before and waits for its resolution. */
  unresolved: StoredRequest | undefined;
  /** Bytes may have reached QuickBooks and nobody knows what became of them: nothing is sent anew. */
  inDoubt: boolean;
  signal: AbortSignal;
  /** Monotonic: whether the lease outlasts a call. */
  mayStillSend(): boolean;
  callMs: number;
}

/** Ends one item; it takes no part in later steps. */
export function endItem(sending: Sending, item: SendingItem, ending: Ending): void {
  sending.open = sending.open.filter((one) => one !== item);
  const { evidence, loaded, revision } = item;
  sending.ended.push({
    item: loaded,
    revision,
    ending,
    evidence: Object.keys(evidence).length === 0 ? undefined : evidence,
  });
}

/** What a sending of these items knows before its first step. */
export function unbegun(open: SendingItem[]) {
  return {
    open,
    ended: [],
    taxRates: new Map(),
    untaxedCode: undefined,
    postponed: undefined,
    unresolved: undefined,
    inDoubt: false,
  } satisfies Partial<Sending>;
}

export function newSendingItem(loaded: LoadedItem): SendingItem {
  return {
    loaded,
    // An item that was asked for before speaks of the revision that was sent then.
    revision: loaded.operation === null ? loaded.revision : loaded.itemRevision,
    matched: new Map(),
    needed: new Map(),
    records: new Map(),
    told: [],
    warnings: [],
    links: [],
    stored: undefined,
    others: new Map(),
    planned: undefined,
    evidence: {},
  };
}

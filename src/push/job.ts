import type {
  DocumentByKind,
  DocumentKind,
  PartyKind,
  StatedKind,
} from '../contract/documents/index.js';
import type { MoneyNote } from '../contract/money-note.js';
import type { Reason } from '../contract/reasons.js';
import type {
  CustomerReference,
  ItemReference,
  Reference,
  VendorReference,
} from '../contract/reference.js';
import type { RecordType } from '../contract/run.js';
import type { Warning } from '../contract/warnings.js';
import type { CompanyFacts } from '../ledger/companies/companies.js';
import type { FoundRecord } from '../ledger/companies/found-records.js';
import type { MirroredRecord } from '../ledger/companies/records.js';
import type { UntaxedCode } from '../ledger/companies/untaxed-code.js';
import type { DependencyKind } from '../ledger/documents/dependencies.js';
import type { Needed } from '../ledger/documents/needs.js';
import type { AppliedNow } from '../ledger/documents/settled-applications.js';
import type { LoadedItem } from '../ledger/pushes/load.js';
import type { EntityName, WriteOperation } from '../qbo/entities.js';
import type { JsonObject } from '../qbo/fault.js';
import type { FieldProblem } from '../qbo/mapping/limits.js';

/** An item whose document is of a known kind. */
export type ItemOf<Kind extends DocumentKind> = LoadedItem & { document: DocumentByKind[Kind] };

/** What a document says of a customer or a supplier that it mentions. */
export type Told = {
  [Kind in PartyKind]: { kind: Kind; document: DocumentByKind[Kind] };
}[PartyKind];

/** A record a document mentions, and what happens when QuickBooks does not have it. */
export interface Mention {
  /** Where the document mentions it, in the contract's words: `customer`, `lines.3.item`. */
  role: string;
  type: RecordType;
  reference: Reference | CustomerReference | VendorReference | ItemReference;
  /** How a reference without a link is found. */
  matchBy: readonly ('name' | 'email')[];
  /** Found by its name only because no e-mail address is stated, which is worth a warning. */
  lacksEmail?: boolean;
  /** The name it is looked for by, and called by in Details. */
  name: string | undefined;
  /** What QuickBooks takes in its place, where it cannot take the name itself. */
  fittingName?: string;
  /** Under what a name made on the way is known to the ledger: one per company, whoever asks. */
  key?: string;
  /** Keeps two of one name apart, and is one under two names: the e-mail address, where it decides. */
  apart?: string;
  /** Why a line cannot use such a record; undefined where it can. */
  unusable?(record: FoundRecord): Reason | undefined;
  /** What must be created first; absent where that is not allowed. */
  create?: {
    kind: DependencyKind;
    document: DocumentByKind[DependencyKind];
    problems: FieldProblem[];
  };
  /** What the document says of the customer or supplier, where that is to be brought to QuickBooks. */
  told?: Told;
  /**
   * The settings want it, whatever document comes first: that it was made is told of that one only
   * where another one was used before. What was used or made once is it under any name.
   */
  bySettings?: boolean;
  /** Missing is fine: the job plans without it. */
  optional?: boolean;
  /** Only compared with: that it cannot be found is no reason to fail. */
  onlyToCompare?: boolean;
  /** Why the document fails where the record is missing and is not created. */
  missing: Reason;
}

/** A document of the app that has to be in QuickBooks before this one. */
export interface Need {
  /** Where the document names it, in the contract's words: `applies.0.invoice`. */
  role: string;
  kind: StatedKind;
  externalId: string;
  /** It is attached to the other one: it goes where that is, and not at all where that is gone. */
  isHost?: true;
  /** It is merely linked to the other one: where that never comes, it goes without. */
  isLinkOnly?: true;
}

/** QuickBooks ids of what a document mentions, by role. */
export type Matched = ReadonlyMap<string, string>;

/** What a job plans with. */
export interface PlanContext {
  company: CompanyFacts;
  matched: Matched;
  /** Opaque provenance token, or null where the settings want none. */
  mark: string | null;
  /** The object as QuickBooks holds it, where `currentId` asked for it. */
  stored: JsonObject | undefined;
  /** Objects that `alsoReads` asked for, by their ids; transactions share one sequence of ids. */
  others: ReadonlyMap<string, JsonObject>;
  /** The records themselves, by role, as the mirror has them. */
  records: ReadonlyMap<string, FoundRecord>;
  /** Facts of mirrored tax rates by QuickBooks' id, as far as the tax codes above have them. */
  taxRates: ReadonlyMap<string, FoundRecord['facts']>;
  /** A tax code that charges nothing, where one is known and a rounding line may need it. */
  untaxedCode: UntaxedCode | undefined;
  /** How what it needs stands in QuickBooks, by role. */
  needed: ReadonlyMap<string, Needed>;
}

/** An object of QuickBooks that a document has to do with. */
export interface OtherObject {
  entity: EntityName;
  id: string;
}

/** What is to be sent for one item. */
export type Plan =
  | {
      kind: 'write';
      operation: WriteOperation;
      body: JsonObject;
      problems: FieldProblem[];
      warnings?: Warning[];
    }
  /** Something more is mentioned, as only planning shows: it is planned again once that is matched. */
  | { kind: 'wants'; mentions: Mention[] }
  /** QuickBooks has it already, by a name or a link: nothing is sent. */
  | { kind: 'have'; quickbooksId: string; warnings?: Warning[] }
  /** It was there and is not any more. */
  | { kind: 'gone' }
  /** By what is known nothing can be applied: that is read once more, and if it stays so it fails. */
  | { kind: 'recheck'; reason: Reason }
  /** It is not to be there: nothing is sent, and nobody has to act. */
  | { kind: 'skip'; reason: Reason }
  | { kind: 'fail'; reason: Reason; money?: MoneyNote };

/** What an answer means for the ledger. */
export interface AnswerFacts {
  quickbooksId: string;
  syncToken: string | null;
  number: string | null;
  totalMinor: number | null;
  balanceMinor: number | null;
  warnings: Warning[];
  /** How its amounts came out; absent for what has none. */
  money?: MoneyNote;
  /** The object for the mirror, where it belongs there. */
  record: MirroredRecord | null;
  /** What QuickBooks has applied it to; absent for what is no payment. */
  applied?: AppliedNow['applied'];
  /** Set where QuickBooks holds it but not as it was meant. */
  problem: Reason | null;
}

/** How a lost one is found again. */
export interface LookUp {
  /** Statements of the query language; each answers candidates, 30 at most. */
  queries: string[];
  judge(candidate: JsonObject): 'same' | 'different' | 'maybe' | 'inactive';
  /** The app gave it a number, by which it is found whenever it is there. Default: it gave none. */
  numbered?: boolean;
}

/**
 * Sending one kind of document. One file in `jobs/` per kind: what is mentioned, what is sent, what
 * the answer means. All of it pure; the steps around it are the same for every kind.
 */
export interface PushJob<Kind extends DocumentKind = DocumentKind> {
  name: `push-${string}`;
  kind: Kind;
  entity: EntityName;
  /** The kind it goes as, where that is by the settings; asked until it was sent. Default: its own. */
  storedAs?(item: ItemOf<Kind>): DocumentKind;
  /** One QuickBooks object belongs to one document alone: transactions yes, names no. */
  exclusive: boolean;
  /** The date a closed period is held against; undefined for names. */
  dateOf(item: ItemOf<Kind>): string | undefined;
  /** Why nothing of it is sent to this company at all, before anything is looked for. */
  refusedBy?(item: ItemOf<Kind>, company: CompanyFacts): Reason | undefined;
  /** Documents of the app that it waits for. */
  needs?(item: ItemOf<Kind>): Need[];
  mentions(item: ItemOf<Kind>, company: CompanyFacts): Mention[];
  /** Id of an object that planning has to see as it is now: one metered read for a whole push. */
  currentId?(item: ItemOf<Kind>, matched: Matched): string | undefined;
  /** Other objects that planning has to see as they are now; one metered read for each entity. */
  alsoReads?(item: ItemOf<Kind>, needed: PlanContext['needed']): OtherObject[];
  plan(item: ItemOf<Kind>, context: PlanContext): Plan;
  read(entity: JsonObject, item: ItemOf<Kind>, company: CompanyFacts): AnswerFacts;
  /** `since`: what was sent cannot have been created before; null where that is not known. */
  lookUp(item: ItemOf<Kind>, sent: JsonObject, mark: string | null, since: Date | null): LookUp;
  /** QuickBooks is not known to keep the requestid of such a write: it is only ever looked up. */
  isOnlyLookedUp?: true;
  /** Another name to try where QuickBooks refused `tried` as taken; undefined where none is. */
  nextName?(item: ItemOf<Kind>, tried: string): string | undefined;
  /** Why a name that is taken cannot be had, where what was found under it tells. */
  heldBy?(found: readonly JsonObject[]): Reason | undefined;
  /** Whether the stored object already says what the body says. */
  holds(stored: JsonObject, sent: JsonObject, item: ItemOf<Kind>): boolean;
}

/** Defines a job; the kind types everything below it. */
export function definePush<Kind extends DocumentKind>(job: PushJob<Kind>): PushJob<Kind> {
  return job;
}

import type { DocumentByKind, DocumentKind } from '../contract/documents/index.js';
import type { Reason } from '../contract/reasons.js';
import type { CustomerReference, ItemReference, Reference } from '../contract/reference.js';
import type { RecordType } from '../contract/run.js';
import type { Warning } from '../contract/warnings.js';
import type { CompanyFacts } from '../ledger/companies.js';
import type { DependencyKind } from '../ledger/dependencies.js';
import type { LoadedItem } from '../ledger/load.js';
import type { MirroredRecord } from '../ledger/records.js';
import type { EntityName, WriteOperation } from '../qbo/entities.js';
import type { JsonObject } from '../qbo/fault.js';
import type { FieldProblem } from '../qbo/mapping/limits.js';

/** An item whose document is of a known kind. */
export type ItemOf<Kind extends DocumentKind> = LoadedItem & { document: DocumentByKind[Kind] };

/** A record a document mentions, and what happens when QuickBooks does not have it. */
export interface Mention {
  /** Where the document mentions it, in the contract's words: `customer`, `lines.3.item`. */
  role: string;
  type: RecordType;
  reference: Reference | CustomerReference | ItemReference;
  /** How a reference without a link is found. */
  matchBy: readonly ('name' | 'email')[];
  /** The name it is looked for by, and called by in Details. */
  name: string | undefined;
  /** What must be created first; absent where that is not allowed. */
  create?: {
    kind: DependencyKind;
    document: DocumentByKind[DependencyKind];
    problems: FieldProblem[];
  };
  /** Missing is fine: the job plans without it. */
  optional?: boolean;
  /** Why the document fails where the record is missing and is not created. */
  missing: Reason;
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
}

/** What is to be sent for one item. */
export type Plan =
  | { kind: 'write'; operation: WriteOperation; body: JsonObject; problems: FieldProblem[] }
  /** QuickBooks has it already, by a name or a link: nothing is sent. */
  | { kind: 'have'; quickbooksId: string }
  /** It was there and is not any more. */
  | { kind: 'gone' }
  | { kind: 'fail'; reason: Reason };

/** What an answer means for the ledger. */
export interface AnswerFacts {
  quickbooksId: string;
  syncToken: string | null;
  number: string | null;
  totalMinor: number | null;
  balanceMinor: number | null;
  warnings: Warning[];
  /** The object for the mirror, where it belongs there. */
  record: MirroredRecord | null;
  /** Set where QuickBooks holds it but not as it was meant. */
  problem: Reason | null;
}

/** How a lost one is found again. */
export interface LookUp {
  /** Statements of the query language; each answers candidates. */
  queries: string[];
  judge(candidate: JsonObject): 'same' | 'different' | 'maybe';
}

/**
 * Sending one kind of document. One file in `jobs/` per kind: what is mentioned, what is sent, what
 * the answer means. All of it pure; the steps around it are the same for every kind.
 */
export interface PushJob<Kind extends DocumentKind = DocumentKind> {
  name: `push-${string}`;
  kind: Kind;
  entity: EntityName;
  /** One QuickBooks object belongs to one document alone: transactions yes, names no. */
  exclusive: boolean;
  /** The date a closed period is held against; undefined for names. */
  dateOf(item: ItemOf<Kind>): string | undefined;
  mentions(item: ItemOf<Kind>, company: CompanyFacts): Mention[];
  /** Id of an object that planning has to see as it is now: one metered read for a whole push. */
  currentId?(item: ItemOf<Kind>, matched: Matched): string | undefined;
  plan(item: ItemOf<Kind>, context: PlanContext): Plan;
  read(entity: JsonObject, item: ItemOf<Kind>, company: CompanyFacts): AnswerFacts;
  lookUp(item: ItemOf<Kind>, sent: JsonObject, mark: string | null): LookUp;
  /** Whether the stored object already says what the body says. */
  holds(stored: JsonObject, sent: JsonObject): boolean;
}

/** Defines a job; the kind types everything below it. */
export function definePush<Kind extends DocumentKind>(job: PushJob<Kind>): PushJob<Kind> {
  return job;
}

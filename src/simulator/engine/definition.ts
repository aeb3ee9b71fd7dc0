/**
 * What makes an entity an entity. The engine knows nothing of invoices or customers: it runs the
 * steps written in a definition, in this order.
 *
 *   body checked against `fields` → `defaults` (create only) → `derive` → `checks` → stored
 *   → `effects`
 */

import type { JsonObject } from '../json.js';
import type { Company } from './company.js';
import type { Shape } from './fields.js';
import type { Condition } from './query/parse.js';
import type { FaultError } from './service-fault.js';

export type WriteOperation = 'create' | 'update' | 'void' | 'delete' | 'send';

/** What has become of an object, whoever changed it and whether it was asked for or followed. */
export interface Change {
  entity: string;
  id: string;
  kind: WriteOperation | 'merge';
  /** Epoch milliseconds on the simulator's clock. */
  atMs: number;
  /** Of a merge: the object that is gone, whose everything `id` has now. */
  mergedAwayId?: string;
}

/** Who writes: an app, or (in `act`) a person inside QuickBooks. */
export interface Writer {
  clientId: string | null;
  requestid: string | null;
}

export interface WriteOptions {
  /** `include=allowduplicatedocnum`: store a number that is taken. */
  allowDuplicateNumber: boolean;
}

/** One write on its way. Steps replace members of `after`, never what is inside them. */
export interface Draft {
  readonly definition: EntityDefinition;
  readonly company: Company;
  readonly operation: WriteOperation;
  readonly options: WriteOptions;
  /** The request's members, checked; a member to be cleared is null. */
  readonly sent: JsonObject;
  readonly before: JsonObject | undefined;
  readonly after: JsonObject;
  readonly errors: FaultError[];
  readonly nowMs: number;
}

export type Step = (draft: Draft) => void;

/** What a committed change does to other objects. `after` is undefined for a delete. */
export type Effect = (
  company: Company,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  nowMs: number,
) => void;

export interface UniqueName {
  /** Entities with the same namespace share their names. */
  namespace: string;
  member: string;
  /** The member that deactivation renames, where it is another one. */
  renamed?: string;
  /** What the fault calls the one that has the name. */
  holder: string;
  /** Whether the behaviour `deletedSuffix` speaks of it. */
  otherSuffix?: boolean;
}

export interface EntityDefinition {
  /** As in answers: `Invoice`. */
  name: string;
  /** As in addresses: `invoice`. */
  path: string;
  /** A `company` entity exists once in a company and is read without an id. */
  family: 'transaction' | 'list' | 'company';
  operations: readonly WriteOperation[];
  fields: Shape;
  /** Members that must be there after a create or update (fault 2020). */
  required: readonly string[];
  /** The counter its ids come from, and where that counter begins. */
  ids: { series: string; first: number };
  /** What faults call the list it belongs to: Names, Accounts, Items. */
  listName: string;
  /** The member that labels references to it; without one, references carry no name. */
  label?: string;
  uniqueName?: UniqueName;
  /** Whether a query answers `totalCount`. */
  totalCount: boolean;
  /** Order of a query without ORDERBY: a member, upwards, or the newest change first. */
  defaultOrder: string;
  /** Members found without a scan by `=` and `IN`. */
  equalityIndexes: readonly string[];
  /** Members kept sorted for ORDERBY and ranges. */
  sortedIndexes: readonly string[];
  defaults: readonly Step[];
  derive: readonly Step[];
  checks: readonly Step[];
  /** Turns `after` into its voided form. */
  voiding?: Step;
  /** Turns `after` into its e-mailed form; `sent` holds `sendTo` where an address was given. */
  sending?: Step;
  effects: readonly Effect[];
  /** The sequence its document numbers come from; entities may share one. */
  numberSequence?: string;
  /** Transactions record who changed them; name lists do not. */
  recordsModifier: boolean;
  /** What the service adds to every new or loaded object, such as a pseudonym. */
  complete?: (object: JsonObject, company: Company) => JsonObject;
  /** How an answer shows an object, where that is not as it is stored. */
  shown?: (object: JsonObject, as: ShownAs) => JsonObject;
  /** Makes the Id of objects that are known by something else, such as a currency and a day. */
  keyOf?: (body: JsonObject, company: Company, nowMs: number) => string | undefined;
  /** Default: nothing adds up and nothing has to agree. */
  merging?: Merging;
  /** Objects that come into being when they are asked for. */
  onDemand?: OnDemand;
}

/** The answer to a create, to anything else about one object, or a row of a query. */
export type ShownAs = 'created' | 'single' | 'row';

/** What merging two objects of an entity adds up, and what has to be the same before. */
export interface Merging {
  /** Amounts that the one that stays takes over. */
  sums: readonly string[];
  /** An amount that is part of everything above an object, too. */
  total?: string;
  /** Members in which the two must agree. */
  same: readonly string[];
}

export interface OnDemand {
  /** The object that a read without an id asks for in its address. @throws ServiceFault */
  read: (company: Company, parameters: URLSearchParams, nowMs: number) => JsonObject;
  /** Stores what a query's conditions ask for. */
  forQuery: (company: Company, conditions: readonly Condition[], nowMs: number) => void;
}

export const NEWEST_FIRST = 'newest first';

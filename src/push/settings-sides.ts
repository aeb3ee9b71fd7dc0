import type { RecordType } from '../contract/run.js';
import type { RehearsedConnection } from '../ledger/documents/rehearsed.js';
import type { Ending } from '../ledger/pushes/ending.js';
import type { LoadedItem } from '../ledger/pushes/load.js';
import type { FormBody } from '../qbo/mapping/coded-form.js';
import {
  outcomeOf,
  type RehearsalTools,
  type Rehearsed,
  type RehearsedOutcome,
  rehearse,
  type Stage,
} from './rehearsal.js';
import { type NameFate, type NameFates, rehearseNames } from './rehearsed-names.js';
import type { RehearsedName, SendingItem } from './sending.js';
import { entityOf } from './stored-as.js';

/** The connection with the settings in force, and with the proposed ones. */
export interface Connections {
  before: RehearsedConnection;
  after: RehearsedConnection;
}

/** Why nothing can be said of a document. */
export interface Unknown {
  why: 'list_unread' | 'needs_reading' | 'unreadable';
  /** The list. */
  type: RecordType | null;
}

/** A document as it would be sent. */
export interface Side {
  item: SendingItem;
  /** Names that would be created first for it. */
  creates: readonly RehearsedName[];
  outcome: RehearsedOutcome;
  /** What would be written; undefined where nothing would be. */
  written: FormBody | undefined;
}

/** A document under both settings. */
export interface Sides {
  before: Side;
  after: Side;
}

/**
 * Rehearses documents of one kind under both settings at once, and the names they would have created:
 * what cannot be created fails what needs it.
 */
export async function rehearseSides(
  tools: RehearsalTools,
  { before, after }: Connections,
  documents: readonly LoadedItem[],
  stage: Stage,
): Promise<(Sides | Unknown)[]> {
  const [first, ...others] = [before, after].flatMap((connection) =>
    documents.map((loaded): LoadedItem => ({ ...loaded, connection })),
  );
  if (first === undefined) return [];
  const { sending, items } = await rehearse(tools, [first, ...others], stage);
  const fates = await rehearseNames(tools, [before, after], sending.rehearsal, stage);
  const endings = new Map(sending.ended.map(({ item, ending }) => [item, ending]));
  const sides = items.map((item) => sideOf(sending, item, endings.get(item.loaded), fates));
  return documents.flatMap((_, index) => {
    const [one, other] = [sides[index], sides[index + documents.length]];
    return one === undefined || other === undefined ? [] : [bothSides(one, other)];
  });
}

function bothSides(before: Side | Unknown, after: Side | Unknown): Sides | Unknown {
  if ('why' in before) return before;
  return 'why' in after ? after : { before, after };
}

function sideOf(
  sending: Rehearsed,
  item: SendingItem,
  ended: Ending | undefined,
  fates: NameFates,
): Side | Unknown {
  const creates = [...(sending.rehearsal.creates.get(item)?.values() ?? [])];
  const needed = new Map(creates.map((name) => [name, fateOf(item, name, fates)]));
  const all = [...needed.values()];
  const unread =
    sending.rehearsal.unknown.get(item) ?? all.find((fate) => fate?.unread !== undefined)?.unread;
  if (unread !== undefined) return { why: 'list_unread', type: unread };
  const ending = ended ?? all.find((fate) => fate?.failure !== undefined)?.failure;
  const { planned } = item;
  if (ending === undefined && planned === undefined) return { why: 'needs_reading', type: null };
  const isWritten = ending === undefined && planned !== undefined;
  const entity = entityOf(sending, item);
  const accountOf = accountsOf(item, needed, POSTING.has(entity) ? 'expense' : 'income');
  // Said by themselves: a document may need thousands of them.
  const warnings = item.warnings.filter(({ name }) => name !== 'created');
  return {
    item,
    creates,
    outcome: outcomeOf(sending, { ...item, warnings }, ending),
    written: isWritten ? { entity, body: planned.body, accountOf } : undefined,
  };
}

/** The connection of an item is one of the two that were rehearsed. */
function fateOf({ loaded }: SendingItem, { dependency }: RehearsedName, fates: NameFates) {
  for (const [connection, byKey] of fates) {
    if (connection === loaded.connection) return byKey.get(dependency.key);
  }
  return undefined;
}

/** Forms whose lines post to the expense account of their item. */
const POSTING: ReadonlySet<string> = new Set(['Bill', 'PurchaseOrder', 'VendorCredit']);

const FACT = { income: 'incomeAccountId', expense: 'expenseAccountId' } as const;

/** Accounts of the products of an item, by their ids, or by their names where they would be created. */
function accountsOf(
  { records }: SendingItem,
  needed: ReadonlyMap<RehearsedName, NameFate | undefined>,
  account: keyof typeof FACT,
): FormBody['accountOf'] {
  const accounts = new Map<string, string | undefined>();
  for (const [{ dependency }, fate] of needed) {
    if (dependency.kind === 'item') accounts.set(dependency.name, fate?.accounts[account]);
  }
  for (const { type, quickbooksId, facts } of records.values()) {
    const id = facts[FACT[account]];
    if (type === 'item' && typeof id === 'string') accounts.set(quickbooksId, id);
  }
  return (itemId) => accounts.get(itemId);
}

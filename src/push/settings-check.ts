import type { DocumentKind } from '../contract/documents/index.js';
import type { Settings } from '../contract/settings.js';
import { CHECKED_DOCUMENTS_MAX, type SettingsCheckAnswer } from '../contract/settings-check.js';
import { readCompanyFacts } from '../ledger/companies/companies.js';
import { unreadTypes } from '../ledger/companies/records.js';
import { standingAnew } from '../ledger/connections/connection-standing.js';
import type { Connection } from '../ledger/connections/connections.js';
import { letGoBy } from '../ledger/connections/let-go.js';
import {
  type NewestDocument,
  newestTransactions,
  unsentItems,
} from '../ledger/documents/rehearsed.js';
import type { LoadedItem } from '../ledger/pushes/load.js';
import { namedChanges } from './coded-names.js';
import type { RehearsalTools, Stage } from './rehearsal.js';
import { type Connections, rehearseSides, type Sides, type Unknown } from './settings-sides.js';
import { SettingsTally } from './settings-tally.js';

/** How much of a connection one check looks at. */
export interface CheckBounds {
  documents: number;
  /** Ciphertext of the documents that are in memory at once; one document at least. */
  bytes: number;
  /** Nothing more is taken up after this, in milliseconds. */
  ms: number;
}

/** Half of what a request may take by default is left for what was taken up last. */
export const DEFAULT_CHECK_BOUNDS: CheckBounds = {
  documents: CHECKED_DOCUMENTS_MAX,
  bytes: 524_288,
  ms: 5_000,
};

/**
 * What a change of settings would do to the newest documents: which lines would be booked otherwise,
 * which documents would fail or wait, what would be created. Every document is taken as if it had
 * never been sent and were released now, whatever its status and that of the connection: the question
 * is what it would be coded to. By the lists as they were read last; calls nothing and writes nothing.
 *
 * @param settings the proposed ones, whole
 * @returns `unread` where the company's facts were never read
 */
export async function checkSettings(
  tools: RehearsalTools,
  connection: Connection,
  settings: Settings,
  bounds: CheckBounds = DEFAULT_CHECK_BOUNDS,
): Promise<SettingsCheckAnswer | 'unread'> {
  const { ledger } = tools;
  const { id, companyId } = connection;
  const known = companyId === null ? undefined : await readCompanyFacts(ledger, companyId);
  if (companyId === null || known === undefined) return 'unread';
  const startedAt = performance.now();
  const before = { ...connection, companyId, status: 'connected' as const };
  const after = { ...before, settings };
  const stage = { company: known.facts, unread: await unreadTypes(ledger, companyId) };
  const tally = new SettingsTally(stage);
  const kinds = new Set(tools.jobs.keys());
  const newest = await newestTransactions(ledger, id, kinds, bounds.documents);
  let complete = true;
  for (const [index, ids] of portionsOf(newest, bounds.bytes).entries()) {
    complete = index === 0 || performance.now() - startedAt < bounds.ms;
    if (!complete) break;
    await addPortion(tools, { before, after }, { ids, stage, tally });
  }
  const { count, first } = tally.coding();
  const coding = { count, first: await namedChanges(ledger, companyId, first) };
  const saved = await standingAnew(ledger.sql, { ...connection, settings });
  const stands = { before: connection.status, after: saved.status };
  const letGo = await letGoBy(ledger, connection, saved);
  return { ...tally.rest(), connection: stands, letGo, complete, coding };
}

/** Documents that are rehearsed together, newest first. */
function portionsOf(newest: readonly NewestDocument[], bytesMax: number): number[][] {
  const portions: number[][] = [];
  let left = 0;
  for (const { id, bytes } of newest) {
    const portion = portions.at(-1);
    if (portion === undefined || bytes > left) {
      portions.push([id]);
      left = bytesMax - bytes;
    } else {
      portion.push(id);
      left -= bytes;
    }
  }
  return portions;
}

async function addPortion(
  tools: RehearsalTools,
  connections: Connections,
  { ids, stage, tally }: { ids: readonly number[]; stage: Stage; tally: SettingsTally },
): Promise<void> {
  const loaded = await unsentItems(tools.ledger, connections.before, ids);
  const byKind = new Map<DocumentKind, LoadedItem[]>();
  for (const item of loaded) {
    if (item !== null) byKind.set(item.kind, [...(byKind.get(item.kind) ?? []), item]);
  }
  const found = new Map<LoadedItem | null, Sides | Unknown>();
  for (const documents of byKind.values()) {
    const sides = await rehearseSides(tools, connections, documents, stage);
    for (const [index, item] of documents.entries()) {
      const ofItem = sides[index];
      if (ofItem !== undefined) found.set(item, ofItem);
    }
  }
  // Whatever its kind, the newest first.
  for (const item of loaded) {
    const sides = found.get(item) ?? UNREADABLE;
    if ('why' in sides) tally.addUnknown(sides);
    else tally.add(sides);
  }
}

const UNREADABLE: Unknown = { why: 'unreadable', type: null };

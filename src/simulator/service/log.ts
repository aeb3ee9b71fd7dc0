/** What happened in a company: every commit, and every HTTP call that asked for something. */

import type { WriteOperation } from '../engine/definition.js';
import { type CallKind, readsSomething } from './call.js';

export interface Commit {
  /** ISO 8601, on the simulator's clock. */
  time: string;
  realmId: string;
  entity: string;
  id: string;
  operation: WriteOperation;
  syncToken: string | null;
  requestid: string | null;
  /** The batch item that wrote, where one did. */
  bId: string | null;
  /** The app that wrote; null for a person inside QuickBooks. */
  clientId: string | null;
}

export interface LoggedCall {
  time: string;
  realmId: string;
  method: string;
  /** The path behind the realm, without the query. */
  path: string;
  kind: CallKind;
  entity: string | null;
  operation: WriteOperation | null;
  /** Null where the answer was dropped. */
  status: number | null;
  requestid: string | null;
  clientId: string | null;
  tid: string;
  /** Answered from the requestid store. */
  replayed: boolean;
  /** Items of a batch. */
  items: number | null;
  /** How many of them only read. */
  queries: number | null;
  /** The statement of a query. */
  query: string | null;
}

export interface CallCounts {
  calls: number;
  /** Reads and queries, sent by GET or POST, and batches of nothing else. */
  reads: number;
  /** Calls that ask for a change; a batch that does is one. */
  writes: number;
  batches: number;
  throttled: number;
  commits: number;
}

export interface CompanyLog {
  commits: Commit[];
  calls: LoggedCall[];
  counts: CallCounts;
}

const WRITES: ReadonlySet<CallKind> = new Set<CallKind>(['write', 'batch', 'upload', 'taxservice']);

/** Entries kept of each kind; the oldest go first, the counts stay. */
const KEPT_MAX = 100_000;

export class ActivityLog {
  readonly #logs = new Map<string, CompanyLog>();
  readonly #commitListeners = new Set<(commit: Commit) => void>();
  readonly #callListeners = new Set<(call: LoggedCall) => void>();

  of(realmId: string): CompanyLog {
    const log = this.#logs.get(realmId);
    if (log !== undefined) return log;
    const fresh = emptyLog();
    this.#logs.set(realmId, fresh);
    return fresh;
  }

  clear(realmId: string): void {
    this.#logs.set(realmId, emptyLog());
  }

  commit(commit: Commit): void {
    const log = this.of(commit.realmId);
    push(log.commits, commit);
    log.counts.commits += 1;
    for (const listener of this.#commitListeners) listener(commit);
  }

  call(call: LoggedCall): void {
    const { calls, counts } = this.of(call.realmId);
    push(calls, call);
    counts.calls += 1;
    const { items, queries } = call;
    const onlyAsks = queries !== null && queries > 0 && queries === items;
    if (onlyAsks || readsSomething(call)) counts.reads += 1;
    if (!onlyAsks && WRITES.has(call.kind)) counts.writes += 1;
    if (call.kind === 'batch') counts.batches += 1;
    if (call.status === 429) counts.throttled += 1;
    for (const listener of this.#callListeners) listener(call);
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    this.#commitListeners.add(listener);
    return () => this.#commitListeners.delete(listener);
  }

  onCall(listener: (call: LoggedCall) => void): () => void {
    this.#callListeners.add(listener);
    return () => this.#callListeners.delete(listener);
  }
}

function emptyLog(): CompanyLog {
  const counts = { calls: 0, reads: 0, writes: 0, batches: 0, throttled: 0, commits: 0 };
  return { commits: [], calls: [], counts };
}

function push<Entry>(entries: Entry[], entry: Entry): void {
  entries.push(entry);
  // Cut in large steps: shifting one by one would move the whole list each time.
  if (entries.length > KEPT_MAX * 1.1) entries.splice(0, entries.length - KEPT_MAX);
}

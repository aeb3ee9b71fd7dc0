/** Keeps the simulator's state in a file, so that a restart goes on where it stopped. */

import { readFile, rename, writeFile } from 'node:fs/promises';
import type { CompanyFacts } from './engine/company.js';
import { storeShared } from './engine/load.js';
import type { JsonObject } from './json.js';
import type { GrantsSnapshot } from './oauth/grants.js';
import type { QuickBooks } from './quickbooks.js';
import type { FileSnapshot } from './service/files.js';
import type { ReplayStore } from './service/replay.js';

interface CompanySnapshot {
  facts: CompanyFacts;
  sequences: [string, number][];
  lastNumbers: [string, string][];
  objects: Record<string, JsonObject[]>;
  deletions: Record<string, [id: string, time: string][]>;
}

interface Snapshot {
  version: 1;
  /** Difference to the machine's clock, and whether it stands. */
  clock: { offsetMs: number; stopped: boolean };
  companies: CompanySnapshot[];
  grants: GrantsSnapshot;
  replays: ReturnType<ReplayStore['entries']>;
  /** Small uploaded files. Older data files have none. */
  files?: FileSnapshot[];
}

/** A change is written at the latest this long after it was made. */
const WRITE_AFTER_MS = 500;

export class DataFile {
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  readonly #unsubscribe: () => void;

  private constructor(
    private readonly quickbooks: QuickBooks,
    private readonly file: string,
  ) {
    this.#unsubscribe = quickbooks.onChange(() => this.#writeSoon());
  }

  /** Restores what the file holds, if it exists, and keeps it written from then on. */
  static async open(quickbooks: QuickBooks, file: string): Promise<DataFile> {
    const text = await readIfThere(file);
    if (text !== undefined) restore(quickbooks, JSON.parse(text));
    return new DataFile(quickbooks, file);
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
  }

  #writeSoon(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write());
    }, WRITE_AFTER_MS);
  }

  /** Written beside and renamed: a crash leaves the old file or the new one, never half of one. */
  async #write(): Promise<void> {
    const beside = `${this.file}.new`;
    await writeFile(beside, JSON.stringify(snapshotOf(this.quickbooks)), { mode: 0o600 });
    await rename(beside, this.file);
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error && error.code;
    if (code === 'ENOENT') return undefined;
    throw error;
  }
}

function snapshotOf(quickbooks: QuickBooks): Snapshot {
  const { nowMs, stopped } = quickbooks.clock.state();
  return {
    version: 1,
    clock: { offsetMs: nowMs - Date.now(), stopped },
    companies: [...quickbooks.companies.values()].map((company) => {
      const objects: Record<string, JsonObject[]> = {};
      const deletions: CompanySnapshot['deletions'] = {};
      for (const collection of company.collections()) {
        objects[collection.definition.name] = [...collection.objects()];
        deletions[collection.definition.name] = collection.deletions();
      }
      return {
        facts: company.facts,
        sequences: [...company.sequences],
        lastNumbers: [...company.lastNumbers],
        objects,
        deletions,
      };
    }),
    grants: quickbooks.grants.snapshot(),
    replays: quickbooks.replays.entries(),
    files: quickbooks.files.snapshot(),
  };
}

function restore(quickbooks: QuickBooks, snapshot: Snapshot): void {
  if (snapshot.version !== 1) throw new TypeError('the data file is of an unknown version');
  const { offsetMs, stopped } = snapshot.clock;
  if (stopped || Math.abs(offsetMs) > 1_000) {
    const now = new Date(Date.now() + offsetMs).toISOString();
    quickbooks.clock.change({ now, stopped });
  }
  for (const { facts, sequences, lastNumbers, objects, deletions } of snapshot.companies) {
    const company = quickbooks.addCompany(facts);
    for (const { definition } of company.collections()) {
      for (const object of objects[definition.name] ?? []) storeShared(company, definition, object);
      company.collection(definition.name).restoreDeletions(deletions[definition.name] ?? []);
    }
    for (const [series, last] of sequences) company.sequences.set(series, last);
    for (const [sequence, last] of lastNumbers) company.lastNumbers.set(sequence, last);
  }
  quickbooks.grants.restore(snapshot.grants);
  quickbooks.replays.restore(snapshot.replays);
  quickbooks.files.restore(snapshot.files ?? []);
}

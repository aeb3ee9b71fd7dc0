import type { FoundRecord } from '../ledger/companies/found-records.js';
import { emailKey, foldedNameKey } from '../qbo/mapping/names.js';

/**
 * Records of one type by each part of a mention that may point to them, in the order they were found:
 * a document of thousands of lines looks for each of them at once, and not through all of them.
 */
export class Pointers {
  readonly #byId = new Map<string, FoundRecord[]>();
  readonly #byName = new Map<string, FoundRecord[]>();
  readonly #byEmail = new Map<string, FoundRecord[]>();
  readonly #byNumber = new Map<string, FoundRecord[]>();
  readonly #byGiven = new Map<string, FoundRecord[]>();

  constructor(records: Iterable<FoundRecord>) {
    for (const record of records) {
      this.#add(record, record);
      // Whoever means what was merged into it means it.
      for (const gone of record.mergedFrom ?? []) this.#add(gone, record);
    }
  }

  /** Finds `record` by what is known of `known`. */
  #add(known: FoundRecord, record: FoundRecord): void {
    const { quickbooksId, foldedKey, email, number, givenFor } = known;
    add(this.#byId, quickbooksId, record);
    for (const name of new Set([foldedKey, foldedFullName(known)])) {
      add(this.#byName, name, record);
    }
    add(this.#byEmail, email === null ? undefined : emailKey(email), record);
    add(this.#byNumber, number ?? undefined, record);
    for (const key of new Set(givenFor)) add(this.#byGiven, key, record);
  }

  withId(id: string | undefined): readonly FoundRecord[] {
    return listed(this.#byId, id);
  }

  /** Of that folded name, be it the full one (`Parent:Child`) or its last part. */
  named(folded: string): readonly FoundRecord[] {
    return listed(this.#byName, folded);
  }

  /** Of that e-mail address, active or not. */
  mailed(email: string): readonly FoundRecord[] {
    return listed(this.#byEmail, emailKey(email));
  }

  numbered(number: string): readonly FoundRecord[] {
    return listed(this.#byNumber, number);
  }

  /** That got another name because the one of this key was taken. */
  givenFor(key: string | undefined): readonly FoundRecord[] {
    return listed(this.#byGiven, key);
  }
}

function add(
  index: Map<string, FoundRecord[]>,
  key: string | undefined,
  record: FoundRecord,
): void {
  if (key === undefined) return;
  const there = index.get(key);
  if (there === undefined) index.set(key, [record]);
  else if (!there.includes(record)) there.push(record);
}

const listed = (index: ReadonlyMap<string, FoundRecord[]>, key: string | undefined) =>
  (key === undefined ? undefined : index.get(key)) ?? [];

/** The full name, folded; undefined for what has no parents. */
export function foldedFullName({ facts }: Pick<FoundRecord, 'facts'>): string | undefined {
  const fullName = facts['fullName'];
  return typeof fullName === 'string' ? foldedNameKey(fullName) : undefined;
}

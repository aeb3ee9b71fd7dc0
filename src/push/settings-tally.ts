import { decimalsOf } from '../contract/money.js';
import {
  type CodedPart,
  type ContentChange,
  EXAMPLES_MAX,
  LISTED_CHANGES_MAX,
  NAMED_DOCUMENTS_MAX,
  type OtherwiseDocument,
  type SettingsCheckAnswer,
} from '../contract/settings-check.js';
import type { LoadedItem } from '../ledger/pushes/load.js';
import { bodyTotal } from '../qbo/mapping/body-total.js';
import { codedForm, type FormBody } from '../qbo/mapping/coded-form.js';
import {
  type CodeId,
  type ContentDifference,
  type FormDifferences,
  formDifferences,
} from '../qbo/mapping/form-differences.js';
import { decimalOf, type Minor } from '../qbo/mapping/minor-units.js';
import { newsOf } from './mentioned.js';
import type { Stage } from './rehearsal.js';
import type { Side, Sides, Unknown } from './settings-sides.js';

/** Changes of coding, and names, that are told apart: more than anyone reads, and little memory. */
const KEPT_MAX = 5_000;

type Which = 'before' | 'after';
interface Compared {
  before: number;
  after: number;
}

/** A change of coding before its records have names. */
export interface CountedChange {
  what: CodedPart;
  from: CodeOf;
  to: CodeOf;
  lines: number;
  documents: number;
}

/** A code as far as the body tells: a record by its id, or the name of one that would be created. */
export type CodeOf = CodeId | { is: 'new'; name: string };

type Counts = Pick<SettingsCheckAnswer, 'documents' | 'lines' | 'otherwise' | 'updates'>;

/**
 * What a check has counted so far. It keeps sums, and of documents no more than are answered: their
 * bodies are let go.
 */
export class SettingsTally {
  readonly #counts: Counts = {
    documents: { checked: 0, unchanged: 0, changed: 0, otherwise: 0, unknown: 0 },
    lines: { checked: 0, changed: 0 },
    otherwise: { count: 0, first: [] },
    updates: { before: 0, after: 0 },
  };
  readonly #coding = new Map<string, CountedChange>();
  readonly #contents = new Map<string, ContentChange>();
  readonly #outcomes = new Map<string, SettingsCheckAnswer['outcomes'][number]>();
  readonly #unknown = new Map<string, SettingsCheckAnswer['unknown'][number]>();
  readonly #creates = new Map<string, SettingsCheckAnswer['creates']['first'][number]>();
  readonly #warnings = new Map<string, SettingsCheckAnswer['warnings'][number]>();
  readonly #totals = new Map<string, { documents: number; before: Minor; after: Minor }>();
  readonly #told = { before: new Set<string>(), after: new Set<string>() };

  constructor(private readonly stage: Pick<Stage, 'company'>) {}

  addUnknown({ why, type }: Unknown): void {
    this.#counts.documents.checked += 1;
    this.#counts.documents.unknown += 1;
    const entry = entryOf(this.#unknown, `${why} ${type}`, () => ({ why, type, documents: 0 }));
    entry.documents += 1;
  }

  add(sides: Sides): void {
    const { documents } = this.#counts;
    documents.checked += 1;
    for (const which of ['before', 'after'] as const) this.#addSide(sides[which], which);
    const { before, after } = sides;
    const isSame =
      before.outcome.status === after.outcome.status &&
      before.outcome.reason === after.outcome.reason;
    if (!isSame) {
      documents.otherwise += 1;
      this.#addOtherwise(sides);
    } else if (this.#differ(sides)) documents.changed += 1;
    else documents.unchanged += 1;
  }

  #addSide({ item, outcome, creates }: Side, which: Which): void {
    const { status, reason, warnings } = outcome;
    const nothing = { before: 0, after: 0 };
    const key = `${status} ${reason}`;
    entryOf(this.#outcomes, key, () => ({ status, reason, ...nothing }))[which] += 1;
    for (const name of new Set(warnings.map((warning) => warning.name))) {
      entryOf(this.#warnings, name, () => ({ name, ...nothing }))[which] += 1;
    }
    for (const { type, dependency } of creates) {
      const { key: id, name } = dependency;
      const entry = keptOf(this.#creates, id, () => ({ type, name, ...nothing }));
      if (entry !== undefined) entry[which] += 1;
    }
    for (const { record, document } of item.told) {
      const isNews = newsOf(record, document) !== undefined;
      if (isNews) this.#told[which].add(`${record.type} ${record.quickbooksId}`);
    }
  }

  #addOtherwise({ before, after }: Sides): void {
    const { otherwise } = this.#counts;
    otherwise.count += 1;
    if (otherwise.first.length >= NAMED_DOCUMENTS_MAX) return;
    const standing = ({ outcome: { status, reason, params, details } }: Side) => ({
      status,
      reason,
      params,
      details,
    });
    const named = namedAs(before.item.loaded);
    otherwise.first.push({ ...named, before: standing(before), after: standing(after) });
  }

  /** @returns whether a document that is sent either way is sent otherwise */
  #differ({ before, after }: Sides): boolean {
    if (before.written === undefined || after.written === undefined) return false;
    const found = formDifferences(codedForm(before.written), codedForm(after.written));
    this.#counts.lines.checked += found.lines;
    this.#counts.lines.changed += found.changedLines;
    this.#addCoding(found, before, after);
    this.#addContents(found.contents, before.item.loaded);
    this.#addTotals(before.item.loaded, before.written, after.written);
    return found.coding.length + found.contents.length > 0;
  }

  #addCoding({ coding }: FormDifferences, before: Side, after: Side): void {
    const [created, wouldBe] = [createdBy(before), createdBy(after)];
    for (const { what, from, to, lines } of coding) {
      const change = { what, from: codeOf(what, from, created), to: codeOf(what, to, wouldBe) };
      const none = () => ({ ...change, lines: 0, documents: 0 });
      const entry = keptOf(this.#coding, JSON.stringify(change), none);
      if (entry === undefined) continue;
      entry.lines += lines;
      entry.documents += 1;
    }
  }

  #addContents(contents: readonly ContentDifference[], loaded: LoadedItem): void {
    const seen = new Set<ContentChange>();
    for (const { what, line, from, to } of contents) {
      const empty = (): ContentChange => ({ what, lines: 0, documents: 0, examples: [] });
      const entry = entryOf(this.#contents, what, empty);
      if (line !== null) entry.lines += 1;
      if (seen.has(entry)) continue;
      seen.add(entry);
      entry.documents += 1;
      if (entry.examples.length >= EXAMPLES_MAX) continue;
      const place = line === null ? null : line + 1;
      entry.examples.push({ ...namedAs(loaded), line: place, from, to });
    }
  }

  #addTotals({ currency }: LoadedItem, before: FormBody, after: FormBody): void {
    const { homeCurrency, usingSalesTax } = this.stage.company;
    const inCurrency = currency ?? homeCurrency;
    const how = { decimals: decimalsOf(inCurrency), usingSalesTax };
    const [one, other] = [bodyTotal(before.body, how), bodyTotal(after.body, how)];
    if (one === undefined || other === undefined || one === other) return;
    const none = () => ({ documents: 0, before: 0n, after: 0n });
    const entry = entryOf(this.#totals, inCurrency, none);
    entry.documents += 1;
    entry.before += one;
    entry.after += other;
  }

  /** Changes of coding, those of most lines first. */
  coding(): { count: number; first: CountedChange[] } {
    const all = [...this.#coding.values()].sort(
      (a, b) => b.lines - a.lines || b.documents - a.documents,
    );
    return { count: all.length, first: all.slice(0, LISTED_CHANGES_MAX) };
  }

  /** All the rest of the answer. */
  rest(): Omit<SettingsCheckAnswer, 'coding' | 'complete' | 'connection' | 'letGo'> {
    const creates = [...this.#creates.values()].filter(
      ({ before, after }) => (before === 0) !== (after === 0),
    );
    return {
      ...this.#counts,
      contents: [...this.#contents.values()].sort(
        (a, b) => b.documents - a.documents || b.lines - a.lines,
      ),
      outcomes: [...this.#outcomes.values()].sort(byMost),
      unknown: [...this.#unknown.values()],
      creates: { count: creates.length, first: creates.slice(0, LISTED_CHANGES_MAX) },
      updates: { before: this.#told.before.size, after: this.#told.after.size },
      warnings: [...this.#warnings.values()].sort(byMost),
      totals: [...this.#totals].map(([currency, { documents, before, after }]) => {
        const shown = (minor: Minor) => decimalOf(minor, decimalsOf(currency));
        const difference = shown(after - before);
        return { currency, documents, before: shown(before), after: shown(after), difference };
      }),
    };
  }
}

const byMost = (a: Compared, b: Compared) =>
  Math.max(b.before, b.after) - Math.max(a.before, a.after);

function entryOf<Entry>(entries: Map<string, Entry>, key: string, made: () => Entry): Entry {
  const known = entries.get(key);
  if (known !== undefined) return known;
  const entry = made();
  entries.set(key, entry);
  return entry;
}

/** The same, unless there are enough. */
function keptOf<Entry>(entries: Map<string, Entry>, key: string, made: () => Entry) {
  return entries.has(key) || entries.size < KEPT_MAX ? entryOf(entries, key, made) : undefined;
}

function namedAs({ kind, externalId, document }: LoadedItem) {
  const number = 'number' in document ? document.number : null;
  return { kind, externalId, number } satisfies Partial<OtherwiseDocument>;
}

/** Kinds of names that would be created, by what they code. */
const CREATED_KIND: Readonly<Partial<Record<CodedPart, string>>> = {
  item: 'item',
  customer: 'customer',
  customerOrProject: 'customer',
  vendor: 'vendor',
};

const createdBy = ({ creates }: Side) =>
  new Set(creates.map(({ dependency: { kind, name } }) => `${kind} ${name}`));

/** In bodies the name of what would be created stands in the place of its id. */
function codeOf(what: CodedPart, code: CodeId, created: ReadonlySet<string>): CodeOf {
  if (code.is !== 'id') return code;
  const isNew = created.has(`${CREATED_KIND[what]} ${code.id}`);
  return isNew ? { is: 'new', name: code.id } : code;
}

import type { DocumentKind } from '../../contract/documents/index.js';
import type { DocumentStatus } from '../../contract/status.js';
import { KIND_LABELS } from '../document/kinds.js';
import { STATUS_LOOKS } from '../document/statuses.js';

/** What the list of documents shows; kept in the address, so that it can be sent to a colleague. */
export interface DocumentSearch {
  status?: DocumentStatus;
  kind?: DocumentKind;
  /** Part of a number, an external id or a name. */
  q?: string;
  /** Words of the filter language: `status:failed reason:customer_missing amount:>1000`. */
  filter?: string;
  /** Cursor of the page. */
  after?: string;
}

const QUERY_LENGTH_MAX = 200;
const FILTER_LENGTH_MAX = 1_000;

/** Reads the address; what it does not know it leaves out. */
export function readDocumentSearch(raw: Record<string, unknown>): DocumentSearch {
  const search: DocumentSearch = {};
  if (isKey(STATUS_LOOKS, raw.status)) search.status = raw.status;
  if (isKey(KIND_LABELS, raw.kind)) search.kind = raw.kind;
  if (isText(raw.q)) search.q = raw.q.slice(0, QUERY_LENGTH_MAX);
  if (isText(raw.filter)) search.filter = raw.filter.slice(0, FILTER_LENGTH_MAX);
  if (isText(raw.after)) search.after = raw.after;
  return search;
}

/** Whether rows are left out by a filter; the page number does not count. */
export function isFiltered(search: DocumentSearch): boolean {
  const { status, kind, q, filter } = search;
  return [status, kind, q, filter].some((given) => given !== undefined);
}

/** A refused status in the words of the tabs; any other refusal as it came. */
export function inChipWords(error: Error, { filter = '' }: DocumentSearch): Error {
  const named = [...filter.matchAll(/(?:^|\s)status:(\S+)/gi)].flatMap(([, words = '']) =>
    words.replaceAll('"', '').split(','),
  );
  const wrong = named.find((word) => !isKey(STATUS_LOOKS, word.toLowerCase()));
  if (wrong === undefined) return error;
  const known = Object.entries(STATUS_LOOKS).map(([word, { label }]) =>
    label.toLowerCase() === word ? label : `${label} (${word})`,
  );
  return new Error(`“${wrong}” is no status. A status is one of ${known.join(', ')}.`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isKey<Table extends object>(table: Table, value: unknown): value is keyof Table {
  return typeof value === 'string' && Object.hasOwn(table, value);
}

import { DOCUMENT_KINDS, type DocumentKind } from './documents/kinds.js';
import type { FieldError } from './problem.js';
import { REASON_NAMES, type ReasonName } from './reasons.js';
import { DOCUMENT_STATUSES, type DocumentStatus } from './status.js';

/**
 * The language in which people and apps say which documents they mean:
 *
 *     connection:acme status:failed,waiting reason:customer_missing kind:invoice amount:>1000 age:<7d harbor
 *
 * Everything that is given must hold. Words of a list are either of them; what is no `key:value` is part
 * of a number, an externalId or a name. Values with spaces stand in double quotes.
 */
export interface DocumentQuery {
  /** Connections by id, by the app's own id or by name; whole, whatever the case. */
  connections?: string[];
  statuses?: DocumentStatus[];
  reasons?: ReasonName[];
  kinds?: DocumentKind[];
  /** Id of the cause that it fails for. */
  cause?: string;
  /** Of the total, in units of the document's own currency. */
  amounts?: AmountBound[];
  /** Of the time since it reached its status. */
  ages?: AgeBound[];
  words?: string;
}

export type Comparison = '<' | '<=' | '=' | '>=' | '>';
export interface AmountBound {
  is: Comparison;
  /** A decimal string. */
  amount: string;
}
export interface AgeBound {
  is: '<' | '>';
  seconds: number;
}

export const FILTER_LENGTH_MAX = 1_000;

export type ParsedFilter = { query: DocumentQuery } | { errors: FieldError[] };

/** Reads a filter; every mistake is named with the word it is in and the rule it breaks. */
export function parseFilter(text: string): ParsedFilter {
  const query: DocumentQuery = {};
  const errors: FieldError[] = [];
  const words: string[] = [];
  for (const { key, value, whole } of termsOf(text)) {
    if (key === undefined) words.push(value);
    else {
      const rule = readTerm(query, key, value);
      if (rule !== undefined) errors.push({ field: 'filter', rule, got: whole });
    }
  }
  if (words.length > 0) query.words = words.join(' ');
  return errors.length > 0 ? { errors } : { query };
}

interface Term {
  key: string | undefined;
  value: string;
  whole: string;
}

const TERM = /(?:([a-z_]+):)?(?:"([^"]*)"|(\S+))/gi;

function termsOf(text: string): Term[] {
  return [...text.matchAll(TERM)].map(([whole, key, quoted, plain]) => ({
    key: key?.toLowerCase(),
    value: quoted ?? plain ?? '',
    whole,
  }));
}

/** Reads one term into the query; answers the rule it breaks. */
function readTerm(query: DocumentQuery, key: string, value: string): string | undefined {
  if (value === '') return 'must have a value behind the colon';
  const read = Object.hasOwn(READERS, key) ? READERS[key as keyof typeof READERS] : undefined;
  return read === undefined
    ? `must begin with one of ${Object.keys(READERS).join(', ')}; put words that hold a colon in quotes`
    : read(query, value);
}

const READERS = {
  connection(query: DocumentQuery, value: string) {
    query.connections = [...(query.connections ?? []), value];
    return undefined;
  },
  status(query: DocumentQuery, value: string) {
    return readList(DOCUMENT_STATUSES, value, (read) => {
      query.statuses = [...(query.statuses ?? []), ...read];
    });
  },
  reason(query: DocumentQuery, value: string) {
    return readList(REASON_NAMES, value, (read) => {
      query.reasons = [...(query.reasons ?? []), ...read];
    });
  },
  kind(query: DocumentQuery, value: string) {
    return readList(DOCUMENT_KINDS, value, (read) => {
      query.kinds = [...(query.kinds ?? []), ...read];
    });
  },
  cause(query: DocumentQuery, value: string) {
    if (!/^\d{1,15}$/.test(value)) return 'must be the id of a cause';
    if (query.cause !== undefined) return 'may be given once';
    query.cause = value;
    return undefined;
  },
  amount(query: DocumentQuery, value: string) {
    const [, is, amount] = /^(<=|>=|<|>|=)?(\d{1,15}(?:\.\d{1,3})?)$/.exec(value) ?? [];
    if (amount === undefined) return 'must be an amount, as amount:>1000 or amount:99.50';
    query.amounts = [...(query.amounts ?? []), { is: (is ?? '=') as Comparison, amount }];
    return undefined;
  },
  age(query: DocumentQuery, value: string) {
    const [, is, count, unit] = /^([<>])(\d{1,6})([mhdw])$/.exec(value) ?? [];
    if (count === undefined || unit === undefined) {
      return 'must be < or >, a number and one of m, h, d, w, as age:<7d';
    }
    const seconds = Number(count) * SECONDS_BY_UNIT[unit as keyof typeof SECONDS_BY_UNIT];
    query.ages = [...(query.ages ?? []), { is: is as AgeBound['is'], seconds }];
    return undefined;
  },
};

const SECONDS_BY_UNIT = { m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;

function readList<Word extends string>(
  allowed: readonly Word[],
  value: string,
  take: (read: Word[]) => void,
): string | undefined {
  const given = value.toLowerCase().split(',');
  const unknown = given.filter((word) => !(allowed as readonly string[]).includes(word));
  if (unknown.length > 0) return `must be of ${allowed.join(', ')}`;
  take(given as Word[]);
  return undefined;
}

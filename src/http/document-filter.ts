import { z } from 'zod';
import { type DocumentQuery, FILTER_LENGTH_MAX, parseFilter } from '../contract/filter.js';
import { isStorableText } from '../contract/text.js';
import type { DocumentFilter } from '../ledger/answers/document-pages.js';
import { type SelectionScope, selectionOf } from '../ledger/documents/document-selection.js';
import type { WebParts } from './parts.js';
import { invalidRequest } from './problems.js';

/** A filter as people write it; see docs/operating.md. */
export const filterText = z
  .string()
  .max(FILTER_LENGTH_MAX)
  .refine(isStorableText, { error: 'must not contain NUL or lone surrogates' })
  .describe('For example `status:failed reason:customer_missing amount:>1000 age:<7d harbor`.');

/** What a filter asks for. @throws HttpProblem 422 naming the words that are wrong */
export function queryFrom(text: string): DocumentQuery {
  const parsed = parseFilter(text);
  if ('errors' in parsed) throw invalidRequest(parsed.errors);
  return parsed.query;
}

/** The filter of a list, its text and its words with what is given beside them. */
export async function listFilter(
  { ledger }: WebParts,
  scope: SelectionScope,
  { filter, q, ...given }: DocumentFilter & { filter?: string | undefined },
): Promise<DocumentFilter> {
  if (filter === undefined && q === undefined) return given;
  const query = filter === undefined ? {} : queryFrom(filter);
  const words = [q, query.words].filter((one) => one !== undefined).join(' ');
  const meant = words === '' ? query : { ...query, words };
  return { ...given, selection: await selectionOf(ledger, scope, meant) };
}

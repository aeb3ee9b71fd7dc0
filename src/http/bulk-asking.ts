import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { BULK_ACTIONS, BULK_RATE, type BulkActionAnswer } from '../contract/bulk-action.js';
import { rehearseBulkAction, startBulkAction } from '../ledger/documents/bulk-actions.js';
import { selectionOf } from '../ledger/documents/document-selection.js';
import { actorOf } from './auth/access.js';
import { filterText, queryFrom } from './document-filter.js';
import type { WebParts } from './parts.js';
import { notFound } from './problems.js';
import { cursor, pageLimit } from './schemas.js';

/** What apps and people ask for alike. */
export const bulkActionBody = z.strictObject({
  filter: filterText.regex(/\S/, { error: 'must say which documents are meant' }),
  action: z.enum(BULK_ACTIONS),
  dryRun: z.boolean().default(false).describe('Only say what it would be done to.'),
  rate: z
    .int()
    .min(1)
    .max(BULK_RATE.max)
    .default(BULK_RATE.default)
    .describe('Documents per second, at most.'),
});
export const byBulkAction = z.strictObject({ id: z.string().max(100) });
export const bulkPageQuery = z.strictObject({ after: cursor, limit: pageLimit });
export const bulkResultQuery = bulkPageQuery.extend({
  done: z.enum(['true', 'false']).optional().describe('Only those that were done, or were not.'),
});

/** Who asks: shown in histories, and in the audit log. */
export function askerOf(request: FastifyRequest): { by: string; actor: string } {
  const actor = actorOf(request);
  return { by: request.person === null ? 'app' : actor, actor };
}

/** Starts it, or says what it would do. @throws HttpProblem 422 where the filter is wrong */
export async function askForBulkAction(
  request: FastifyRequest,
  { ledger }: WebParts,
  appId: string | null,
  { dryRun, ...asked }: z.output<typeof bulkActionBody>,
): Promise<BulkActionAnswer> {
  const scope = appId === null ? {} : { appId };
  const selection = await selectionOf(ledger, scope, queryFrom(asked.filter));
  const { by, actor } = askerOf(request);
  return dryRun
    ? rehearseBulkAction(ledger, { ...asked, appId, selection }, by)
    : startBulkAction(ledger, { ...asked, appId, selection }, { by, actor });
}

/** `done` of a query as it is meant. */
export function resultFilter({ done, ...page }: z.output<typeof bulkResultQuery>) {
  return { ...page, done: done === undefined ? undefined : done === 'true' };
}

/** @throws HttpProblem 404 */
export function foundBulkAction<Answer>(answer: Answer | undefined): Answer {
  if (answer === undefined) throw notFound('bulk action');
  return answer;
}

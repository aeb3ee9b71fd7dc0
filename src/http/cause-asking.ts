import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type CauseRelease, RELEASE_SCOPES } from '../contract/causes.js';
import { REASON_NAMES } from '../contract/reasons.js';
import type { CauseOwner } from '../ledger/causes/cause-answers.js';
import { releaseCause } from '../ledger/causes/cause-release.js';
import { askerOf } from './bulk-asking.js';
import type { WebParts } from './parts.js';
import { conflict, notFound } from './problems.js';
import { cursor, pageLimit } from './schemas.js';

/** What apps and people ask for alike. */
export const causeQuery = z.strictObject({
  reason: z.enum(REASON_NAMES).optional(),
  connection: z.uuid().optional().describe('Only causes that hold something up there.'),
  after: cursor,
  limit: pageLimit,
});
export const byCause = z.strictObject({ id: z.string().max(100) });
export const releaseBody = z
  .strictObject({
    only: z
      .enum(RELEASE_SCOPES)
      .default('fixed')
      .describe('`fixed`: where it was seen to be fixed; `all`: whatever was seen.'),
  })
  .nullish();

/** The filter of a list as the ledger knows it. */
export function causeFilter({ connection, ...rest }: z.output<typeof causeQuery>) {
  return { ...rest, connectionId: connection };
}

/** Releases it and wakes what was started. @throws HttpProblem 404, or 409 saying why not */
export async function release(
  request: FastifyRequest,
  parts: WebParts,
  owner: CauseOwner,
  asked: { id: string; body: z.output<typeof releaseBody> },
): Promise<CauseRelease> {
  const only = asked.body?.only ?? 'fixed';
  const released = await releaseCause(parts.ledger, owner, asked.id, {
    only,
    ...askerOf(request),
  });
  if (released === undefined) throw notFound('cause');
  if (released.outcome === 'refused') throw conflict('not_fixed', released.detail);
  for (const runId of released.runIds) request.afterAnswer.push(() => parts.wakeRun(runId));
  return released.release;
}

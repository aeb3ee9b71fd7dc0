import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  type ActedOn,
  type AskedAction,
  actOnDocument,
  type PersonAction,
} from '../ledger/documents/document-actions.js';
import type { Addressed } from '../ledger/statements/statements.js';
import { dispatchAfter } from './after-answer.js';
import { actorOf } from './auth/access.js';
import type { WebParts } from './parts.js';
import { conflict, notFound } from './problems.js';
import { noBody } from './schemas.js';

/** Actions on one document that have a route each, for apps and for people alike. */
export const ACTION_ROUTES = [
  {
    action: 'skip',
    path: 'skip',
    role: 'operator',
    summary: 'Leave a document out: nothing of it is sent until somebody retries it',
    body: noBody,
  },
  {
    action: 'link',
    path: 'link',
    role: 'support',
    summary: 'Say which object of QuickBooks the document is; it is brought to what the app states',
    body: z.strictObject({
      recordId: z
        .string()
        .regex(/^\d{1,20}$/, { error: 'must be an id of QuickBooks: digits alone' }),
    }),
  },
  {
    action: 'look_again',
    path: 'look-again',
    role: 'operator',
    summary: 'Look for a failed document in QuickBooks, and send it only where it is not there',
    body: noBody,
  },
  {
    action: 'mark_handled',
    path: 'mark-handled',
    role: 'operator',
    summary: 'Say that a failed document was taken care of by hand',
    body: noBody,
  },
  {
    action: 'recreate',
    path: 'recreate',
    role: 'support',
    summary: 'Make a document anew that was deleted or voided in QuickBooks',
    body: z.strictObject({
      confirm: z.literal(true).describe('Somebody removed it there on purpose.'),
    }),
  },
] as const satisfies readonly {
  action: Exclude<PersonAction, 'retry'>;
  path: string;
  role: 'operator' | 'support';
  summary: string;
  body: z.ZodType;
}[];

/** Does it, and has what is due now sent. @throws HttpProblem 404 or, with the reason, 409 */
export async function actNow(
  request: FastifyRequest,
  parts: WebParts,
  which: number | (Addressed & { connectionId: string }),
  action: PersonAction,
): Promise<ActedOn> {
  const actor = actorOf(request);
  const by = request.person === null ? 'app' : actor;
  const asked: AskedAction = { action, recordId: recordIdOf(request.body) };
  const acted = await actOnDocument(parts.ledger, which, asked, { by, actor });
  if (acted === undefined) throw notFound('document');
  if (!acted.done) throw conflict('not_possible', acted.detail);
  dispatchAfter(request, parts, [acted.companyId]);
  return acted;
}

function recordIdOf(body: unknown): string | undefined {
  return (body as { recordId?: string } | null | undefined)?.recordId;
}

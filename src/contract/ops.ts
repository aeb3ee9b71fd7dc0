import { z } from 'zod';
import { documentAnswer, documentRow } from './answers.js';
import { DOCUMENT_STATUSES } from './status.js';

/** What the dashboard's own API answers under /ops. People with a role see every connection. */

export const ROLES = ['viewer', 'operator', 'support', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Roles from the least to the most: a role may do what those before it may. */
export function mayActAs(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

export const opsSession = z.object({
  email: z.string(),
  role: z.enum(ROLES),
  /** Sent back as `x-csrf-token` with every unsafe request. */
  csrfToken: z.string(),
  /** How they may show again who they are. */
  signsInBy: z.array(z.enum(['password', 'single_sign_on'])),
  /** They came in with a password an admin made: nothing is answered before they set their own. */
  mustSetPassword: z.boolean(),
});
export type OpsSession = z.infer<typeof opsSession>;

/** What the login offers. */
export const loginWays = z.object({
  singleSignOn: z.boolean(),
  /** False on a fresh installation: somebody with a shell has to make the first person. */
  hasPeople: z.boolean(),
});
export type LoginWays = z.infer<typeof loginWays>;

const place = {
  /** The ledger's own id, the key of the dashboard's routes. */
  id: z.string(),
  connection: z.object({ id: z.string(), name: z.string() }),
  app: z.string(),
  /** Seconds since the document reached its status. */
  ageSeconds: z.int(),
};
export const opsDocumentRow = documentRow.extend(place);
export type OpsDocumentRow = z.infer<typeof opsDocumentRow>;

export const opsDocumentPage = z.object({
  documents: z.array(opsDocumentRow),
  after: z.string().nullable(),
  counts: z.record(z.enum(DOCUMENT_STATUSES), z.int()),
  /** Counted no further: a count of this much means so many or more. */
  countMax: z.int(),
});
export type OpsDocumentPage = z.infer<typeof opsDocumentPage>;

export const opsDocument = documentAnswer.extend({
  ...place,
  /** Why nobody can correct what it says, in a sentence; null where support can. */
  uncorrectable: z.string().nullable(),
});
export type OpsDocument = z.infer<typeof opsDocument>;

/** Retry of the rows of a page: what was made due again, and what was not and why. */
export const opsRetryAnswer = z.object({
  results: z.array(z.object({ id: z.string(), retried: z.boolean(), detail: z.string() })),
});
export type OpsRetryAnswer = z.infer<typeof opsRetryAnswer>;

export const opsQueue = z.object({
  /** Where Bull Board shows the raw queues; null where they are not on Redis. */
  board: z.string().nullable(),
});
export type OpsQueue = z.infer<typeof opsQueue>;

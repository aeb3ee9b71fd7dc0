import { z } from 'zod';
import { ROLES } from './ops.js';

/** People who use the dashboard, as those who administer them see them. */

export const person = z.object({
  id: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  /** How they prove who they are; both where somebody with a password also came by single sign-on. */
  signsInBy: z.array(z.enum(['password', 'single_sign_on'])),
  /** Logins that are not over. */
  sessions: z.int(),
  /** When one of these was used last; null without one. */
  lastSeenAt: z.string().nullable(),
  createdAt: z.string(),
  /** Since when they may not log in; null: they may. */
  disabledAt: z.string().nullable(),
});
export type Person = z.infer<typeof person>;
export const personPage = z.object({ people: z.array(person) });
export type PersonPage = z.infer<typeof personPage>;

/** With the password, which is shown this once. */
export const personWithPassword = z.object({ person, password: z.string() });
export type PersonWithPassword = z.infer<typeof personWithPassword>;

/** One of a person's own logins. */
export const ownSession = z.object({
  /** Names it to be ended; worth nothing as a cookie. */
  id: z.string(),
  /** `Firefox on Windows`; null: not known. */
  browser: z.string().nullable(),
  startedAt: z.string(),
  lastSeenAt: z.string(),
  /** The one that asks. */
  isThis: z.boolean(),
});
export type OwnSession = z.infer<typeof ownSession>;
export const ownSessionList = z.object({ sessions: z.array(ownSession) });
export type OwnSessionList = z.infer<typeof ownSessionList>;

/** Shortest password somebody may choose, in characters. */
export const PASSWORD_LENGTH_MIN = 12;

export const endedSessions = z.object({ ended: z.int() });

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

export const endedSessions = z.object({ ended: z.int() });

/** One thing somebody did. Rows are only ever added. */
export const auditRow = z.object({
  id: z.string(),
  at: z.string(),
  /** `key:…` of an app, a person's e-mail address, `browser`, `command line` or `single sign-on`. */
  actor: z.string(),
  action: z.string(),
  app: z.string().nullable(),
  connection: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  /** Ids and counts, no contents. */
  subject: z.record(z.string(), z.unknown()),
});
export type AuditRow = z.infer<typeof auditRow>;
export const auditPage = z.object({ rows: z.array(auditRow), after: z.string().nullable() });
export type AuditPage = z.infer<typeof auditPage>;

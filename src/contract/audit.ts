import { z } from 'zod';

/** What people, apps and the command line do that is worth knowing later. */
export const AUDIT_ACTIONS = [
  'app.created',
  'app.budget_changed',
  'app.embed_origins_changed',
  'key.created',
  'key.revoked',
  'user.created',
  'user.role_changed',
  'user.disabled',
  'user.enabled',
  'user.sessions_ended',
  'user.password_renewed',
  'user.password_changed',
  'user.joined_single_sign_on',
  'session.started',
  'session.proven',
  'session.refused',
  'session.ended',
  'connection.created',
  'connection.changed',
  'connection.settings_changed',
  'connection.link_made',
  'connection.page_link_made',
  'connection.page_opened',
  'connection.connected',
  'connection.refused',
  'connection.disconnected',
  'connection.finalized',
  'connection.access_requested',
  'connection.unlocked',
  'connection.paused',
  'connection.resumed',
  'connection.exported',
  'connection.purged',
  'connection.held',
  'connection.hold_ended',
  'document.gate_opened',
  'document.skipped',
  'document.linked',
  'document.looked_again',
  'document.marked_handled',
  'document.recreated',
  'documents.retried',
  'documents.exported',
  'request.revealed',
  'bulk_action.started',
  'bulk_action.aborted',
  'cause.released',
  'endpoint.created',
  'endpoint.changed',
  'endpoint.disabled',
  'endpoint.secret_changed',
  'endpoint.removed',
  'record.hidden_changed',
  'run.started',
  'run.cancelled',
  'audit.exported',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

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

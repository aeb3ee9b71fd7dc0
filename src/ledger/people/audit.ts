import type { AnySql } from '../database/open.js';

/** What people and keys do that is worth knowing later. */
export type AuditAction =
  | 'app.created'
  | 'key.created'
  | 'key.revoked'
  | 'user.created'
  | 'user.role_changed'
  | 'user.disabled'
  | 'user.enabled'
  | 'user.sessions_ended'
  | 'user.password_renewed'
  | 'user.joined_single_sign_on'
  | 'session.started'
  | 'session.refused'
  | 'session.ended'
  | 'connection.created'
  | 'connection.changed'
  | 'connection.settings_changed'
  | 'connection.link_made'
  | 'connection.page_link_made'
  | 'connection.page_opened'
  | 'connection.connected'
  | 'connection.refused'
  | 'connection.disconnected'
  | 'connection.finalized'
  | 'connection.access_requested'
  | 'connection.unlocked'
  | 'connection.paused'
  | 'connection.resumed'
  | 'document.gate_opened'
  | 'document.skipped'
  | 'document.linked'
  | 'document.looked_again'
  | 'document.marked_handled'
  | 'document.recreated'
  | 'connection.exported'
  | 'connection.purged'
  | 'documents.retried'
  | 'documents.exported'
  | 'request.revealed'
  | 'bulk_action.started'
  | 'bulk_action.aborted'
  | 'cause.released'
  | 'connection.held'
  | 'connection.hold_ended'
  | 'endpoint.created'
  | 'endpoint.changed'
  | 'endpoint.disabled'
  | 'endpoint.secret_changed'
  | 'endpoint.removed'
  | 'record.hidden_changed'
  | 'run.started'
  | 'run.cancelled'
  | 'app.budget_changed'
  | 'app.embed_origins_changed';

export interface AuditEntry {
  /**
   * `key:…`, a person's e-mail address, `browser` (a customer connecting), `customer` or
   * `customer:…` (on their page, with the app's id of them), `command line`, or
   * `single sign-on`.
   */
  actor: string;
  action: AuditAction;
  appId?: string | null;
  connectionId?: string | null;
  /** Ids and counts only, no contents. */
  subject?: Record<string, string | number | boolean | string[] | null>;
}

/**
 * Adds one row to the audit log, in the transaction of what it tells. Rows cannot be changed or
 * removed: a trigger refuses it (migration `people`).
 */
export async function recordAudit(sql: AnySql, entry: AuditEntry): Promise<void> {
  await sql`
    insert into audit_log (actor, action, app_id, connection_id, subject)
    values (${entry.actor}, ${entry.action}, ${entry.appId ?? null},
      ${entry.connectionId ?? null}, ${sql.json(entry.subject ?? {})})`;
}

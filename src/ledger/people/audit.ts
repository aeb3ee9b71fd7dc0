import type { AuditAction } from '../../contract/audit.js';
import type { AnySql } from '../database/open.js';

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

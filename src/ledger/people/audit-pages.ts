import { AUDIT_ACTIONS, type AuditPage } from '../../contract/audit.js';
import type { AnySql, Ledger } from '../database/open.js';

/** Which rows of the audit log are asked for; everything that is given must hold. */
export interface AuditFilter {
  actor?: string | undefined;
  /** One action, or all of a subject: `user.` */
  action?: string | undefined;
  connectionId?: string | undefined;
  /** From this moment on. */
  from?: Date | undefined;
  /** Before this one. */
  to?: Date | undefined;
  after?: string | undefined;
  limit: number;
}

interface AuditSource {
  id: number;
  at: Date;
  actor: string;
  action: string;
  app: string | null;
  connectionId: string | null;
  connection: string | null;
  subject: Record<string, unknown>;
}

/** One page, newest first. Rows of a connection that was purged stay, without its name. */
export async function listAudit({ sql }: Ledger, filter: AuditFilter): Promise<AuditPage> {
  const { action, limit } = filter;
  const rows = await sql<AuditSource[]>`
    select l.id, l.at, l.actor, l.action, a.name as app, l.connection_id, c.name as connection,
      l.subject
    from (${
      action?.endsWith('.') === true ? rowsOfSubject(sql, action, filter) : rowsOf(sql, filter)
    }) l left join apps a on a.id = l.app_id left join connections c on c.id = l.connection_id
    order by l.at desc, l.id desc limit ${limit + 1}`;
  const shown = rows.slice(0, limit);
  return {
    rows: shown.map((row) => ({
      id: String(row.id),
      at: row.at.toISOString(),
      actor: row.actor,
      action: row.action,
      app: row.app,
      connection: row.connectionId === null ? null : { id: row.connectionId, name: row.connection },
      subject: row.subject,
    })),
    after: rows.length > limit ? String(shown.at(-1)?.id) : null,
  };
}

function rowsOf(sql: AnySql, filter: AuditFilter) {
  const { action, limit } = filter;
  return sql`
    select l.* from audit_log l where ${conditions(sql, filter)}
      ${action === undefined ? sql`` : sql`and l.action = ${action}`}
    order by l.at desc, l.id desc limit ${limit + 1}`;
}

/** Each action is a stretch of an index in the order of time; all of them together are none. */
function rowsOfSubject(sql: AnySql, subject: string, filter: AuditFilter) {
  const actions = AUDIT_ACTIONS.filter((action) => action.startsWith(subject));
  return sql`
    select newest.* from unnest(${actions}::text[]) one(action), lateral (
      select l.* from audit_log l where ${conditions(sql, filter)} and l.action = one.action
      order by l.at desc, l.id desc limit ${filter.limit + 1}) newest`;
}

function conditions(sql: AnySql, { actor, connectionId, from, to, after }: AuditFilter) {
  return sql`
    ${after === undefined || !/^\d{1,15}$/.test(after) ? sql`true` : behind(sql, Number(after))}
    ${actor === undefined ? sql`` : sql`and l.actor = ${actor}`}
    ${from === undefined ? sql`` : sql`and l.at >= ${from}`}
    ${to === undefined ? sql`` : sql`and l.at < ${to}`}
    ${connectionId === undefined ? sql`` : sql`and l.connection_id = ${connectionId}`}`;
}

/** Behind the last row of the page before. */
function behind(sql: AnySql, id: number) {
  return sql`(l.at, l.id) < ((select last.at from audit_log last where last.id = ${id}), ${id})`;
}

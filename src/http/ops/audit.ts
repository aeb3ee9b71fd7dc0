import { Readable } from 'node:stream';
import { z } from 'zod';
import { type AuditRow, auditPage } from '../../contract/audit.js';
import { filledText } from '../../contract/text.js';
import type { Ledger } from '../../ledger/database/open.js';
import { recordAudit } from '../../ledger/people/audit.js';
import { type AuditFilter, listAudit } from '../../ledger/people/audit-pages.js';
import { actorOf } from '../auth/access.js';
import { CSV_ANSWER, csvOf, EXPORT_MS_MAX } from '../csv.js';
import type { Web, WebParts } from '../parts.js';
import { invalidRequest } from '../problems.js';
import { cursor, pageLimit, problems } from '../schemas.js';

const tags = ['dashboard'];
const ADMIN = { access: { by: 'person', role: 'admin' } } as const;
const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const auditQuery = z.strictObject({
  actor: filledText(320).optional(),
  action: filledText(100)
    .optional()
    .describe('One action, or all of a subject with a dot at its end: `user.`'),
  connection: z.uuid().optional(),
  from: moment.optional().describe('From this moment on.'),
  to: moment.optional().describe('Before this one.'),
});

/** What everybody did: for admins. */
export function addAuditRoutes(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'GET',
    url: '/ops/audit',
    config: ADMIN,
    schema: {
      tags,
      summary: 'What people, apps and the command line did, newest first',
      querystring: auditQuery.extend({ after: cursor, limit: pageLimit }),
      response: { 200: auditPage, ...problems },
    },
    handler: ({ query: { after, limit, ...asked } }) =>
      listAudit(ledger, { ...filterOf(asked), after, limit }),
  });
  web.route({
    method: 'GET',
    url: '/ops/audit.csv',
    handlerTimeout: EXPORT_MS_MAX,
    config: ADMIN,
    schema: {
      tags,
      summary: 'The same as CSV; the download stands in the audit log itself',
      querystring: auditQuery,
      response: { 200: CSV_ANSWER, ...problems },
    },
    handler: async (request, reply) => {
      const filter = filterOf(request.query);
      const { from = null, to = null, connection = null } = request.query;
      await recordAudit(ledger.sql, {
        actor: actorOf(request),
        action: 'audit.exported',
        connectionId: connection,
        subject: { from: from?.toISOString() ?? null, to: to?.toISOString() ?? null },
      });
      return reply
        .header('content-disposition', 'attachment; filename="audit.csv"')
        .type('text/csv; charset=utf-8')
        .send(Readable.from(csvOf(COLUMNS, pagesOf(ledger, filter))));
    },
  });
}

type Filter = Omit<AuditFilter, 'after' | 'limit'>;

/** @throws HttpProblem 422 for a span that ends before it begins */
function filterOf({ connection, ...rest }: z.output<typeof auditQuery>): Filter {
  if (rest.from !== undefined && rest.to !== undefined && rest.to <= rest.from) {
    throw invalidRequest([{ field: 'to', rule: 'must be later than from' }]);
  }
  return { ...rest, connectionId: connection };
}

const COLUMNS: Record<string, (row: AuditRow) => string | null> = {
  Time: ({ at }) => at,
  Who: ({ actor }) => actor,
  Action: ({ action }) => action,
  App: ({ app }) => app,
  Connection: ({ connection }) => connection?.name ?? null,
  'Connection id': ({ connection }) => connection?.id ?? null,
  About: ({ subject }) => JSON.stringify(subject),
};

function pagesOf(ledger: Ledger, filter: Filter) {
  return async (after: string | undefined, limit: number) => {
    const { rows, after: next } = await listAudit(ledger, { ...filter, after, limit });
    return { rows, after: next };
  };
}

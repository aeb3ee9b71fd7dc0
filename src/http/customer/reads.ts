import { z } from 'zod';
import type { RecordAnswer } from '../../contract/answers.js';
import {
  CUSTOMER_PAGES,
  customerConnection,
  customerDocumentPage,
  customerRecordPage,
} from '../../contract/customer-page.js';
import { RECORD_TYPES } from '../../contract/run.js';
import { listRecords, type RecordFilter } from '../../ledger/companies/record-pages.js';
import type { Connection } from '../../ledger/connections/connections.js';
import {
  accountAt,
  customerDocuments,
  customerConnection as readCustomerConnection,
} from '../../ledger/connections/customer-page.js';
import { TYPES_BY_ACCOUNT } from '../../ledger/connections/setup-accounts.js';
import { connectionOf, customerOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { notFound } from '../problems.js';
import { byConnection, cursor, pageLimit, problems, searchText } from '../schemas.js';

export const CUSTOMER_BASE = '/customer/connections/:connectionId';
export const customerTags = ['customers'];
export const CUSTOMER = { access: { by: 'customer' } } as const;
export const byList = byConnection.extend({ type: z.enum(RECORD_TYPES) });

/** What the customers' page shows: its own connection and nothing else. */
export function addCustomerReads(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'GET',
    url: CUSTOMER_BASE,
    config: CUSTOMER,
    schema: {
      tags: customerTags,
      summary: 'Where the customer’s connection stands, and what they may do',
      params: byConnection,
      response: { 200: customerConnection, ...problems },
    },
    handler: async (request) => ({
      ...(await readCustomerConnection(ledger, connectionOf(request))),
      csrfToken: customerOf(request).csrfToken,
    }),
  });
  web.route({
    method: 'GET',
    url: `${CUSTOMER_BASE}/documents`,
    config: CUSTOMER,
    schema: {
      tags: customerTags,
      summary: 'What waits or failed, newest first',
      params: byConnection,
      querystring: z.strictObject({ after: cursor, limit: pageLimit }),
      response: { 200: customerDocumentPage, ...problems },
    },
    handler: (request) => customerDocuments(ledger, connectionOf(request), request.query),
  });
  web.route({
    method: 'GET',
    url: `${CUSTOMER_BASE}/records/:type`,
    config: CUSTOMER,
    schema: {
      tags: customerTags,
      summary: 'List records of QuickBooks by name, as far as the customer’s page shows them',
      params: byList,
      querystring: z.strictObject({ q: searchText, after: cursor, limit: pageLimit }),
      response: { 200: customerRecordPage, ...problems },
    },
    handler: (request) => {
      const connection = connectionOf(request);
      const { type } = request.params;
      if (!CUSTOMER_PAGES[connection.profile].lists.includes(type)) throw notFound('list');
      return recordsOf({ ledger }, connection, type, request.query);
    },
  });
  addAccountChoices(web, { ledger });
}

function addAccountChoices(web: Web, { ledger }: Pick<WebParts, 'ledger'>): void {
  web.route({
    method: 'GET',
    url: `${CUSTOMER_BASE}/accounts`,
    config: CUSTOMER,
    schema: {
      tags: customerTags,
      summary:
        'Accounts of QuickBooks that fit a setting of the customer’s page; hidden ones are left out',
      params: byConnection,
      querystring: z.strictObject({
        setting: z.string().max(100),
        q: searchText,
        limit: pageLimit,
      }),
      response: { 200: customerRecordPage, ...problems },
    },
    handler: (request) => {
      const connection = connectionOf(request);
      const { setting, ...query } = request.query;
      const account = accountAt(setting);
      const isShown = CUSTOMER_PAGES[connection.profile].settings.some(
        ({ path }) => path === setting,
      );
      if (account === undefined || !isShown) throw notFound('setting');
      const accountTypes = TYPES_BY_ACCOUNT[account];
      const filter = { ...query, accountTypes, hidden: false };
      return recordsOf({ ledger }, connection, 'account', filter);
    },
  });
}

async function recordsOf(
  { ledger }: Pick<WebParts, 'ledger'>,
  { companyId, status }: Connection,
  type: (typeof RECORD_TYPES)[number],
  filter: RecordFilter,
) {
  if (companyId === null || status === 'locked') return { records: [], after: null };
  const { records, after } = await listRecords(ledger, companyId, type, filter);
  const named = records.map((record) => ({ ...record, fullName: fullNameOf(record) }));
  return { records: named, after };
}

/** Names repeat below different ones; lists read by an earlier version have no full ones. */
function fullNameOf({ name, facts: { fullName } }: RecordAnswer): string {
  return typeof fullName === 'string' ? fullName : name;
}

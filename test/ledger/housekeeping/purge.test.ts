import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mirrorRecords } from '../../../src/ledger/companies/records.js';
import { completeConnect, disconnect } from '../../../src/ledger/connections/connecting.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import { PLACES } from '../../../src/ledger/database/places.js';
import { type ExportedRow, exportConnection } from '../../../src/ledger/housekeeping/export.js';
import { PurgeRefused, purgeConnection } from '../../../src/ledger/housekeeping/purge.js';
import { storeWebhooks } from '../../../src/ledger/runs/inbound-webhooks.js';
import { startRun } from '../../../src/ledger/runs/runs.js';
import { stateInvoice } from '../../support/documents.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, aConnection, aGrant, anApp, CLIENT_ID } from '../../support/tenancy.js';
import { aToldChange } from '../../support/webhooks.js';

const CANARY = 'canary-customer';
const NEIGHBOUR = 'neighbour-customer';

describe('all data of a connection', () => {
  let fresh: FreshLedger;
  let one: Connection;
  let two: Connection;
  let companyId: string;

  beforeAll(async () => {
    fresh = await freshLedger();
    const { app } = await anApp(fresh.ledger);
    ({ connection: one, companyId } = await aConnected(fresh.ledger, app.id));
    two = await aConnection(fresh.ledger, app.id);
    await completeConnect(fresh.ledger, aGrant(two.id), 'test');
    const record = {
      name: CANARY,
      nameKey: CANARY,
      foldedKey: CANARY,
      number: null,
      email: null,
      active: true,
      syncToken: '0',
    };
    await fresh.ledger.sql.begin((tx) =>
      mirrorRecords(tx, companyId, [
        { ...record, type: 'customer', quickbooksId: '7', updatedAt: null, facts: {} },
      ]),
    );
    await startRun(fresh.ledger, one, { job: 'refresh_master_data', trigger: 'api' });
    const mine = await stateInvoice(fresh.ledger, one, 'A', { customer: { name: CANARY } });
    const theirs = await stateInvoice(fresh.ledger, two, 'A', { customer: { name: NEIGHBOUR } });
    await aSent('single', [mine], CANARY);
    await aSent('shared', [mine, theirs], `${CANARY} and ${NEIGHBOUR}`);
    await fresh.ledger.sql`
      insert into links (connection_id, company_id, kind, external_id, quickbooks_id, origin, exclusive)
      values (${one.id}, ${companyId}, 'invoice', 'A', '77', 'pushed', true)`;
    await fresh.ledger.sql`
      insert into imported_invoices (connection_id, company_id, quickbooks_id, issued_on, customer_id,
        customer_name, currency, total_minor, balance_minor)
      values (${one.id}, ${companyId}, '17', '2026-03-02', '7', ${CANARY}, 'USD', 100, 0),
        (${two.id}, ${companyId}, '17', '2026-03-02', '7', ${NEIGHBOUR}, 'USD', 100, 0)`;
    await fresh.ledger.sql`
      insert into applications (document_id, connection_id, kind, external_id, record_id, amount_minor)
      values (${mine}, ${one.id}, 'invoice', 'A', '', 100),
        (${theirs}, ${two.id}, 'invoice', ${NEIGHBOUR}, '', 100)`;
  });
  afterAll(() => fresh?.close());

  /** A closed push with its request. */
  async function aSent(requestId: string, documentIds: number[], body: string): Promise<void> {
    const { sql, cipher } = fresh.ledger;
    const bytes = cipher.encrypt(PLACES.requestBody(companyId, requestId), body);
    const path = cipher.encrypt(PLACES.requestPath(companyId, requestId), 'invoice');
    await sql`
      with pushed as (
        insert into pushes (company_id, kind, lane_class, priority, batch, closed_at)
        values (${companyId}, 'invoice', 1, 101, true, now()) returning id
      ), items as (
        insert into push_items (push_id, document_id, revision, outcome)
        select pushed.id, d.id, 1, 'synced' from pushed, unnest(${documentIds}::bigint[]) d(id)
      )
      insert into requests (push_id, company_id, request_id, call, path_cipher, body_cipher, state)
      select id, ${companyId}, ${requestId}, 'batch', ${path}, ${bytes}, 'answered' from pushed`;
  }

  async function exported(): Promise<ExportedRow[]> {
    const rows: ExportedRow[] = [];
    for await (const row of exportConnection(fresh.ledger, one.id)) rows.push(row);
    return rows;
  }
  /** Every row of every table as text. */
  async function dump(): Promise<string> {
    const { sql } = fresh.ledger;
    const tables = await sql<{ name: string }[]>`
      select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`;
    const texts = await Promise.all(
      tables.map(({ name }) => sql`select t::text as text from ${sql(name)} t`),
    );
    return texts.flatMap((rows) => rows.map(({ text }) => String(text))).join('\n');
  }

  it('is exported in clear text, with nothing of another connection and no token', async () => {
    const rows = await exported();
    const types = [...new Set(rows.map(({ type }) => type))];
    expect(types).toEqual([
      'connection',
      'settings',
      'document',
      'history',
      'application',
      'link',
      'request',
      'record',
      'imported_invoice',
      'run',
      'event',
      'audit',
    ]);
    expect(rows.find(({ type }) => type === 'document')).toMatchObject({
      externalId: 'A',
      wanted: { customer: { name: CANARY } },
    });
    expect(rows.filter(({ type }) => type === 'request')).toMatchObject([
      { requestId: 'single', body: CANARY, path: 'invoice' },
      { requestId: 'shared', body: null, path: null },
    ]);
    const text = JSON.stringify(rows);
    expect(text).not.toContain(NEIGHBOUR);
    expect(text).not.toContain('canary-access');
    expect(text).not.toContain('canary-refresh');
  });

  it('is not deleted while it is connected or being sent', async () => {
    await expect(purgeConnection(fresh.ledger, one.id, 'test')).rejects.toThrow(PurgeRefused);
    await disconnect(fresh.ledger, one.id, 'test');
    const { sql } = fresh.ledger;
    await sql`update pushes set closed_at = null where id = (select min(id) from pushes)`;
    await expect(purgeConnection(fresh.ledger, one.id, 'test')).rejects.toThrow('being sent');
    await sql`update pushes set closed_at = now()`;
    expect(await exported()).not.toEqual([]);
  });

  it('is deleted without a trace but ids, and another connection of the company keeps its own', async () => {
    const waiting = await stateInvoice(fresh.ledger, two, 'B', { customer: { name: NEIGHBOUR } });
    const { sql } = fresh.ledger;
    await sql`
      update documents set status = 'waiting', due_at = null, blocked_by =
        (select id from documents where connection_id = ${one.id} limit 1) where id = ${waiting}`;
    const purged = await purgeConnection(fresh.ledger, one.id, 'someone');

    expect(purged).toEqual({ documents: 1, company: false });
    expect([...new Set((await exported()).map(({ type }) => type))]).toEqual(['audit']);
    const left = await dump();
    expect(
      left.split('\n').filter((row) => row.includes(one.id) && !row.includes('connection.')),
    ).toEqual([]);
    expect(left).toContain(NEIGHBOUR);
    const [freed] = await sql`select status, blocked_by from documents where id = ${waiting}`;
    expect(freed).toEqual({ status: 'queued', blockedBy: null });
    const requests = await sql`select request_id, body_cipher from requests`;
    expect(requests).toEqual([{ requestId: 'shared', bodyCipher: null }]);
    const [audit] =
      await sql`select actor, subject from audit_log where action = 'connection.purged'`;
    expect(audit).toEqual({ actor: 'someone', subject: { documents: 1, company: false } });
  });

  it('takes the company along when its last connection goes', async () => {
    const told = [aToldChange({ entityId: CANARY })];
    await storeWebhooks(fresh.ledger, CLIENT_ID, told);
    // Nobody's, as those of before the first connect are.
    const before = [aToldChange({ entityId: `${CANARY}-before` })];
    await storeWebhooks(fresh.ledger, 'another Intuit app', before);
    await disconnect(fresh.ledger, two.id, 'test');
    expect(await purgeConnection(fresh.ledger, two.id, 'test')).toEqual({
      documents: 2,
      company: true,
    });
    const left = await dump();
    expect(left).not.toContain(CANARY);
    expect(left).not.toContain(NEIGHBOUR);
    expect(left).not.toContain(companyId);
  });

  it('goes through any number of documents', async () => {
    const { app } = await anApp(fresh.ledger);
    const { connection } = await aConnected(fresh.ledger, app.id, '4620816365000000009');
    await fresh.ledger.sql`
      insert into documents (connection_id, kind, external_id, wanted_cipher, wanted_hash)
      select ${connection.id}, 'invoice', 'many-' || n, '', '' from generate_series(1, 1200) n`;
    let documents = 0;
    for await (const { type } of exportConnection(fresh.ledger, connection.id)) {
      if (type === 'document') documents += 1;
    }
    expect(documents).toBe(1_200);
    await disconnect(fresh.ledger, connection.id, 'test');
    expect(await purgeConnection(fresh.ledger, connection.id, 'test')).toMatchObject({
      documents: 1_200,
    });
  });
});

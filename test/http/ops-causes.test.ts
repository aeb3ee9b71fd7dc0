import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpsCauseAnswer } from '../../src/contract/causes.js';
import { reason } from '../../src/contract/reasons.js';
import { holdConnection } from '../../src/ledger/connections/hold.js';
import { pauseConnection } from '../../src/ledger/connections/pausing.js';
import { moveDocuments } from '../../src/ledger/documents/moves.js';
import { stateInvoice } from '../support/documents.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { aLogin, asPerson, aWeb, type WebUnderTest } from '../support/web.js';

const HOLD = { from: new Date('2026-11-22T00:00:00Z'), to: new Date('2026-11-25T00:00:00Z') };

describe('causes as people see them', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let call: ReturnType<typeof asPerson>;
  let companies = 0;
  beforeAll(async () => {
    fresh = await freshLedger({ clock: () => new Date('2026-11-23T09:00:00Z') });
    running = await aWeb(fresh.ledger);
    call = asPerson(running.web, await aLogin(fresh.ledger, running.web, 'operator'));
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  /** A connection whose invoices have failed for a customer QuickBooks does not have. */
  async function failing(name: string, customer: string, ...numbers: string[]) {
    const { app } = await anApp(fresh.ledger);
    companies += 1;
    const { connection, companyId } = await aConnected(fresh.ledger, app.id, `90${companies}`);
    const { sql } = fresh.ledger;
    await sql`update connections set name = ${name} where id = ${connection.id}`;
    for (const number of numbers) await stateInvoice(fresh.ledger, connection, number);
    await sql.begin(async (tx) => {
      const rows = await tx<{ id: number }[]>`
        select id from documents where connection_id = ${connection.id}`;
      const why = reason('customer_missing', { name: customer });
      const ids = rows.map(({ id }) => id);
      await moveDocuments(tx, ids, () => ({ to: 'failed', what: 'failed', reason: why }), 'worker');
    });
    return { connection, companyId };
  }
  const found = async (q: string): Promise<OpsCauseAnswer[]> =>
    (await call('GET', `/ops/causes?q=${encodeURIComponent(q)}`)).json().causes;

  it('are found by a number, a name or a connection, and name their newest documents', async () => {
    await failing('Shop, Leeds', 'Kestrel Gliding', 'LD-1', 'LD-2', 'LD-3', 'LD-4');
    await failing('Shop, York', 'Otter Canoes', 'YK-1');
    for (const q of ['ld-2', 'kestrel', 'Leeds']) {
      const causes = await found(q);
      expect(causes.map(({ params }) => params)).toEqual([{ name: 'Kestrel Gliding' }]);
      expect(causes[0]?.examples.map(({ number }) => number)).toEqual(['LD-4', 'LD-3', 'LD-2']);
    }
    expect(await found('customer missing')).toHaveLength(2);
    expect(await found('nowhere')).toEqual([]);
  });

  it('say what keeps their documents back, whatever is retried', async () => {
    const held = await failing('Shop, Bath', 'Heron Kites', 'BT-1', 'BT-2');
    expect((await found('Heron'))[0]?.stops).toEqual([]);
    await holdConnection(fresh.ledger, held.connection.id, HOLD, 'test');
    expect((await found('Heron'))[0]?.stops).toEqual([
      { why: 'held', documents: 2, connections: 1, until: HOLD.to.toISOString() },
    ]);
    await pauseConnection(fresh.ledger, held.connection.id, 'test');
    expect((await found('Heron'))[0]?.stops).toEqual([
      { why: 'paused', documents: 2, connections: 1, until: null },
    ]);
  });

  it('are looked at once when somebody asks, with the names that are like the missing one', async () => {
    const { companyId } = await failing('Shop, Hull', 'Ravensworth Estates', 'HU-1');
    const add = (id: string, name: string) => fresh.ledger.sql`
      insert into records (company_id, type, quickbooks_id, name, name_key, folded_key, active)
      values (${companyId}, 'customer', ${id}, ${name}, ${name.toLowerCase()}, ${name.toLowerCase()},
        true)`;
    await add('1', 'Ravensworth Estate');
    await add('2', 'Quartz Hill Pottery');
    const [cause] = await found('Ravensworth');
    const look = () => call('POST', `/ops/causes/${cause?.id}/look`);
    expect((await look()).json()).toMatchObject({
      cause: { fixedAt: null, documents: 1 },
      similar: ['Ravensworth Estate'],
    });
    await add('3', 'Ravensworth Estates');
    const { cause: fixed, similar } = (await look()).json();
    expect([fixed.wouldRelease, similar]).toEqual([1, []]);
    expect((await call('POST', '/ops/causes/999999/look')).statusCode).toBe(404);
  });

  it('are followed after a release: where each of their documents stands', async () => {
    await failing('Shop, Deal', 'Linnet Looms', 'DE-1', 'DE-2');
    const [cause] = await found('Linnet');
    const released = await call('POST', `/ops/causes/${cause?.id}/release`, { only: 'all' });
    const { bulkAction } = released.json();
    const url = `/ops/bulk-actions/${bulkAction.id}/standing`;
    expect((await call('GET', url)).json()).toMatchObject({ documents: 2, standing: [] });
    const { sql } = fresh.ledger;
    await sql`
      insert into bulk_action_items (bulk_action_id, document_id, done, detail)
      select ${bulkAction.id}, id, number = 'DE-1', 'Retried' from documents where number in ('DE-1', 'DE-2')`;
    const { standing } = (await call('GET', url)).json();
    expect(standing).toMatchObject([
      { status: 'failed', reason: 'customer_missing', documents: 2 },
    ]);
    expect(standing[0].details).toContain('"Linnet Looms" was not found');
    expect((await call('GET', '/ops/bulk-actions/999999/standing')).statusCode).toBe(404);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changeSettings } from '../../src/ledger/connection-settings.js';
import { judgeOn } from '../../src/ledger/judging.js';
import { stateDocuments } from '../../src/ledger/submit.js';
import { aStatedInvoice, stateInvoice } from '../support/documents.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';

const OFF = { modules: ['customer'] };
const ON = { modules: ['customer', 'invoice'] };

// Any number of documents may have been kept back: a change of settings lets some go at once, and the
// sweep the rest.
describe('documents that settings kept back', () => {
  let fresh: FreshLedger;
  let appId: string;
  beforeAll(async () => {
    fresh = await freshLedger();
    appId = (await anApp(fresh.ledger)).app.id;
  });
  afterAll(() => fresh?.close());

  const change = (id: string, settings: object) =>
    changeSettings(fresh.ledger, id, settings, 'test');
  const countOf = async (id: string, status: string) => {
    const [row] = await fresh.ledger.sql<{ count: number }[]>`
      select count(*)::int as count from documents where connection_id = ${id} and status = ${status}`;
    return row?.count;
  };

  it('are judged to the last, step by step, behind what is live', async () => {
    const { connection } = await aConnected(fresh.ledger, appId, '4620816365000000401');
    const { id } = connection;
    const off = await change(id, OFF);
    const stated = Array.from({ length: 501 }, (_, index) => ({
      kind: 'invoice' as const,
      externalId: `J-${index}`,
      document: aStatedInvoice({ number: `J-${index}` }),
    }));
    await stateDocuments(fresh.ledger, off, stated, 'app');
    expect(await countOf(id, 'skipped')).toBe(501);

    await change(id, ON);
    expect([await countOf(id, 'queued'), await countOf(id, 'skipped')]).toEqual([500, 1]);
    expect(await judgeOn(fresh.ledger)).toBe(1);
    expect(await countOf(id, 'queued')).toBe(501);
    expect(await judgeOn(fresh.ledger)).toBe(0);
    const lanes = await fresh.ledger.sql`
      select distinct lane_class from documents where connection_id = ${id}`;
    expect(lanes).toEqual([{ laneClass: 3 }]);
  });

  it('are judged by the settings as they are when they are stated, not as they were read', async () => {
    const { connection } = await aConnected(fresh.ledger, appId, '4620816365000000402');
    const asRead = await change(connection.id, OFF);
    await change(connection.id, ON);
    await stateInvoice(fresh.ledger, asRead, 'J-stale');
    expect(await countOf(connection.id, 'queued')).toBe(1);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Reason, reason } from '../../../src/contract/reasons.js';
import { listCauses } from '../../../src/ledger/causes/cause-answers.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import type { Ledger } from '../../../src/ledger/database/open.js';
import { type Move, moveDocuments } from '../../../src/ledger/documents/moves.js';
import { stateInvoice } from '../../support/documents.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aLine } from '../../support/orders.js';
import { aConnected, anApp } from '../../support/tenancy.js';

const missing = (name: string) => reason('customer_missing', { name });
const failed = (why: Reason): Move => ({ to: 'failed', what: 'failed', reason: why });
const QUEUED: Move = { to: 'queued', what: 'retried', dueInMs: 0 };

describe('causes of failures', () => {
  let fresh: FreshLedger;
  let ledger: Ledger;
  beforeAll(async () => {
    fresh = await freshLedger();
    ledger = fresh.ledger;
  });
  afterAll(() => fresh.close());

  let realm = 0;
  async function anAppWithConnection() {
    realm += 1;
    const { app } = await anApp(ledger);
    const { connection } = await aConnected(ledger, app.id, `46208163650001${realm}`);
    return { appId: app.id, connection };
  }

  const invoice = (connection: Connection, externalId: string, total: string, currency = 'USD') =>
    stateInvoice(ledger, connection, externalId, {
      currency,
      total,
      lines: [aLine({ unitPrice: total, amount: total })],
    });
  const move = (ids: number[], wanted: Move) =>
    ledger.sql.begin((tx) => moveDocuments(tx, ids, () => wanted, 'test'));

  const causesOf = async (appId: string) =>
    (await listCauses(ledger, { appId }, { limit: 50 })).causes;

  /** Counts and amounts as they would be counted from the documents themselves. */
  const counted = () => ledger.sql`
    select cause_id, connection_id, coalesce(currency, '') as currency, count(*)::int as documents,
      sum(total_minor)::int as amount from documents where cause_id is not null
    group by 1, 2, 3 order by 1, 2, 3`;
  const kept = () => ledger.sql`
    select cause_id, connection_id, currency, documents::int, amount_minor::int as amount
    from cause_counts where documents <> 0 order by 1, 2, 3`;

  it('groups what one act fixes, and says what it holds up', async () => {
    const { appId, connection } = await anAppWithConnection();
    const [a, b, c] = [
      await invoice(connection, 'A', '10.00'),
      await invoice(connection, 'B', '20.50'),
      await invoice(connection, 'C', '7.00', 'GBP'),
    ];
    await move([a, b], failed(missing('Acme')));
    await move([c], failed(missing(' ACME')));
    const [cause, ...others] = await causesOf(appId);
    expect(others).toEqual([]);
    expect(cause).toMatchObject({
      reason: 'customer_missing',
      documents: 3,
      connections: [connection.id],
    });
    expect(cause?.amounts).toEqual(
      expect.arrayContaining([
        { currency: 'USD', amount: '30.50' },
        { currency: 'GBP', amount: '7.00' },
      ]),
    );
    expect(await kept()).toEqual(await counted());
  });

  it('lets go of what fails no more, and counts it under its new cause', async () => {
    const { appId, connection } = await anAppWithConnection();
    const [a, b] = [
      await invoice(connection, 'A', '10.00'),
      await invoice(connection, 'B', '20.00'),
    ];
    await move([a, b], failed(missing('Acme')));
    await move([a], QUEUED);
    await move([b], failed(missing('Brook')));
    expect(await causesOf(appId)).toMatchObject([
      {
        params: { name: 'Brook' },
        documents: 1,
        amounts: [{ currency: 'USD', amount: '20.00' }],
      },
    ]);
    await move([a], failed(missing('Acme')));
    const names = (await causesOf(appId)).map(({ params }) => params['name']);
    expect(names.sort()).toEqual(['Acme', 'Brook']);
    expect(await kept()).toEqual(await counted());
  });

  it('follows the amount of a document that is stated anew', async () => {
    const { appId, connection } = await anAppWithConnection();
    const id = await invoice(connection, 'A', '10.00');
    await move([id], failed(missing('Acme')));
    await invoice(connection, 'A', '99.00');
    expect(await causesOf(appId)).toEqual([]);
    await move([id], failed(missing('Acme')));
    expect((await causesOf(appId))[0]?.amounts).toEqual([{ currency: 'USD', amount: '99.00' }]);
    expect(await kept()).toEqual(await counted());
  });

  it('keeps apps apart', async () => {
    const [one, two] = [await anAppWithConnection(), await anAppWithConnection()];
    await move([await invoice(one.connection, 'A', '1.00')], failed(missing('Acme')));
    expect(await causesOf(one.appId)).toHaveLength(1);
    expect(await causesOf(two.appId)).toEqual([]);
  });

  it('counts right when many fail and recover at the same time', async () => {
    const { connection } = await anAppWithConnection();
    const ids = await Promise.all(
      Array.from({ length: 12 }, (_, index) => invoice(connection, `P-${index}`, '5.00')),
    );
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(
        ids.map((id, index) => move([id], failed(missing(index % 3 === round ? 'Acme' : 'Brook')))),
      );
      await Promise.all(ids.slice(0, 6).map((id) => move([id], QUEUED)));
      expect(await kept()).toEqual(await counted());
    }
  });
});

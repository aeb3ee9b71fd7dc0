import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reason } from '../../../src/contract/reasons.js';
import { moveDocuments } from '../../../src/ledger/documents/moves.js';
import { releaseStragglers } from '../../../src/ledger/documents/stragglers.js';
import { stateInvoice } from '../../support/documents.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp } from '../../support/tenancy.js';

// What waits for something that is over must go on, whoever saw the end of it and whoever did not.
describe('documents that wait for another one', () => {
  let fresh: FreshLedger;
  let connection: Awaited<ReturnType<typeof aConnected>>['connection'];

  beforeAll(async () => {
    fresh = await freshLedger();
    const { app } = await anApp(fresh.ledger);
    ({ connection } = await aConnected(fresh.ledger, app.id));
  });
  afterAll(() => fresh?.close());

  const blockOn = (id: number, blocker: number) =>
    fresh.ledger.sql.begin((tx) =>
      moveDocuments(
        tx,
        [id],
        () => ({
          to: 'waiting',
          what: 'blocked',
          blockedBy: blocker,
          reason: reason('blocked_by', { kind: 'customer', externalId: 'c' }),
        }),
        'worker',
      ),
    );
  const statusOf = async (id: number) => {
    const [row] = await fresh.ledger.sql`
      select status, blocked_by, due_at is not null as due from documents where id = ${id}`;
    return row;
  };
  /** A row of kind customer, moved by hand; what it says does not matter here. */
  async function aBlocker(name: string): Promise<number> {
    const id = await stateInvoice(fresh.ledger, connection, name);
    await fresh.ledger.sql`update documents set kind = 'customer' where id = ${id}`;
    return id;
  }

  it.each(['cancelled', 'not_ready'] as const)('go on when it is %s', async (to) => {
    const blocker = await aBlocker(`blocker-${to}`);
    const dependent = await stateInvoice(fresh.ledger, connection, `dependent-${to}`);
    await blockOn(dependent, blocker);

    await fresh.ledger.sql.begin((tx) =>
      moveDocuments(tx, [blocker], () => ({ to, what: to }), 'app'),
    );

    expect(await statusOf(dependent)).toEqual({ status: 'queued', blockedBy: null, due: true });
  });

  it('fail for the same reason when it fails', async () => {
    const blocker = await aBlocker('blocker-failed');
    const dependent = await stateInvoice(fresh.ledger, connection, 'dependent-failed');
    await blockOn(dependent, blocker);
    const why = reason('duplicate_name', { name: 'Acme', type: 'supplier' });

    await fresh.ledger.sql.begin((tx) =>
      moveDocuments(tx, [blocker], () => ({ to: 'failed', what: 'failed', reason: why }), 'worker'),
    );

    expect(await statusOf(dependent)).toMatchObject({ status: 'failed', blockedBy: null });
  });

  it('are found by the sweep when they began to wait after its end', async () => {
    const blocker = await aBlocker('blocker-late');
    const dependent = await stateInvoice(fresh.ledger, connection, 'dependent-late');
    await fresh.ledger.sql`update documents set status = 'synced' where id = ${blocker}`;
    await blockOn(dependent, blocker);

    expect(await releaseStragglers(fresh.ledger)).toBe(1);

    expect(await statusOf(dependent)).toEqual({ status: 'queued', blockedBy: null, due: true });
    expect(await releaseStragglers(fresh.ledger)).toBe(0);
  });

  it('for a reconnect go on once the connection is connected', async () => {
    const id = await stateInvoice(fresh.ledger, connection, 'parked');
    await fresh.ledger.sql.begin((tx) =>
      moveDocuments(
        tx,
        [id],
        () => ({ to: 'waiting', what: 'waiting', reason: reason('reconnect_needed', {}) }),
        'worker',
      ),
    );

    await releaseStragglers(fresh.ledger);

    expect(await statusOf(id)).toMatchObject({ status: 'queued', due: true });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reason } from '../../src/contract/reasons.js';
import { completeConnect } from '../../src/ledger/connections/connecting.js';
import { changeConnection } from '../../src/ledger/connections/connection-changes.js';
import { changeSettings } from '../../src/ledger/connections/connection-settings.js';
import { connectionById } from '../../src/ledger/connections/connections.js';
import { pauseConnection } from '../../src/ledger/connections/pausing.js';
import { markReconnectNeeded } from '../../src/ledger/connections/reconnect.js';
import { unlockConnection } from '../../src/ledger/connections/unlocking.js';
import { moveDocuments } from '../../src/ledger/documents/moves.js';
import { releaseStragglers } from '../../src/ledger/documents/stragglers.js';
import { stateInvoice } from '../support/documents.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { holdLocks, waitingForLocks } from '../support/row-lock.js';
import { aConnected, aConnection, aGrant, anApp } from '../support/tenancy.js';
import { waitFor } from '../support/wait-for.js';

// Where a connection stands follows from what is stored of it and of its company, also where both
// change at once.
describe('the gates of a connection', () => {
  let fresh: FreshLedger;
  let appId: string;
  let realms = 0;

  beforeAll(async () => {
    fresh = await freshLedger();
    appId = (await anApp(fresh.ledger)).app.id;
  });
  afterAll(() => fresh?.close());

  const aRealm = () => {
    realms += 1;
    return `46208163650000001${String(realms).padStart(2, '0')}`;
  };
  const lock = async (id: string) => {
    await changeSettings(fresh.ledger, id, { lock: 'trial' }, 'test');
    await changeConnection(fresh.ledger, id, { attributes: { trial: 'true' } }, 'test');
  };
  const aLocked = async (realmId = aRealm()) => {
    const connected = await aConnected(fresh.ledger, appId, realmId);
    await lock(connected.connection.id);
    return { ...connected, id: connected.connection.id, realmId };
  };
  const statusOf = async (id: string) => (await connectionById(fresh.ledger.sql, id))?.status;
  const generationOf = async (companyId: string) => {
    const [row] = await fresh.ledger.sql<{ generation: number }[]>`
      select generation from tokens where company_id = ${companyId}`;
    return row?.generation ?? null;
  };
  /** Lets two go at the connection in this order, each behind the one before. */
  async function inOrder(id: string, ...acts: (() => Promise<unknown>)[]) {
    const letGo = await holdLocks(
      fresh.ledger,
      (tx) => tx`select 1 from connections where id = ${id} for no key update`,
    );
    const running: Promise<unknown>[] = [];
    for (const act of acts) {
      running.push(act());
      await waitFor(
        async () => (await waitingForLocks(fresh.ledger, 'connections')) >= running.length,
        { what: 'it to wait for the connection' },
      );
    }
    await letGo();
    await Promise.all(running);
  }

  it('store nothing of a company for one that was locked on its way to Intuit', async () => {
    const { id } = await aConnection(fresh.ledger, appId);
    await lock(id);
    const outcome = await completeConnect(fresh.ledger, aGrant(id, aRealm()), 'browser');
    expect(outcome).toEqual({ result: 'locked', inUse: false });
    expect(await connectionById(fresh.ledger.sql, id)).toMatchObject({
      status: 'locked',
      companyId: null,
    });
  });

  it('answer that others use the company which a locked one was to be connected to', async () => {
    const { realmId } = await aLocked();
    const { id } = await aConnection(fresh.ledger, appId);
    await lock(id);
    const outcome = await completeConnect(fresh.ledger, aGrant(id, realmId), 'browser');
    expect(outcome).toEqual({ result: 'locked', inUse: true });
  });

  it('stay locked where the company is lost, and show that once they are open', async () => {
    const { id, companyId } = await aLocked();
    await markReconnectNeeded(fresh.ledger, companyId, await generationOf(companyId));
    expect(await statusOf(id)).toBe('locked');
    await unlockConnection(fresh.ledger, id, 'test');
    expect(await statusOf(id)).toBe('reconnect_needed');
  });

  it('stay paused over a lost company, and show that once it is back', async () => {
    const realmId = aRealm();
    const { connection, companyId } = await aConnected(fresh.ledger, appId, realmId);
    const { id } = connection;
    await pauseConnection(fresh.ledger, id, 'test');
    await markReconnectNeeded(fresh.ledger, companyId, await generationOf(companyId));
    expect(await statusOf(id)).toBe('reconnect_needed');
    await completeConnect(fresh.ledger, aGrant(id, realmId), 'test');
    expect(await statusOf(id)).toBe('paused');
  });

  it.each(['unlocked first', 'lost first'])(
    'show a company that is lost while they are opened: %s',
    async (which) => {
      const { id, companyId } = await aLocked();
      const generation = await generationOf(companyId);
      const unlock = () => unlockConnection(fresh.ledger, id, 'test');
      const lose = () => markReconnectNeeded(fresh.ledger, companyId, generation);
      await inOrder(id, ...(which === 'lost first' ? [lose, unlock] : [unlock, lose]));
      expect(await statusOf(id)).toBe('reconnect_needed');
    },
  );

  it.each(['unlocked first', 'connected first'])(
    'show a company that somebody else connects again while they are opened: %s',
    async (which) => {
      const { id, companyId, realmId } = await aLocked();
      const other = await aConnection(fresh.ledger, appId);
      await markReconnectNeeded(fresh.ledger, companyId, await generationOf(companyId));
      const unlock = () => unlockConnection(fresh.ledger, id, 'test');
      const connect = () => completeConnect(fresh.ledger, aGrant(other.id, realmId), 'test');
      await inOrder(id, ...(which === 'connected first' ? [connect, unlock] : [unlock, connect]));
      expect(await statusOf(id)).toBe('connected');
    },
  );

  it('let go by the sweep whom nobody told that they have opened', async () => {
    const { connection } = await aConnected(fresh.ledger, appId, aRealm());
    const reasons = [
      reason('locked', {}),
      reason('not_finalized', {}),
      reason('setup_incomplete', { missing: ['lists'] }),
    ];
    const ids: number[] = [];
    for (const why of reasons) {
      const id = await stateInvoice(fresh.ledger, connection, `left-${why.name}`);
      ids.push(id);
      await fresh.ledger.sql.begin((tx) =>
        moveDocuments(tx, [id], () => ({ to: 'waiting', what: 'waiting', reason: why }), 'worker'),
      );
    }
    const failed = await stateInvoice(fresh.ledger, connection, 'failed-for-the-setup');
    const why = reason('setup_incomplete', { missing: ['income account "Sales"'] });
    await fresh.ledger.sql.begin((tx) =>
      moveDocuments(tx, [failed], () => ({ to: 'failed', what: 'failed', reason: why }), 'worker'),
    );

    expect(await releaseStragglers(fresh.ledger)).toBe(3);

    const rows = await fresh.ledger.sql`
      select status, reason, due_at is not null as due from documents
      where id = any(${[...ids, failed]}::bigint[]) order by id`;
    const queued = { status: 'queued', reason: null, due: true };
    expect(rows).toEqual([
      queued,
      queued,
      queued,
      { status: 'failed', reason: 'setup_incomplete', due: false },
    ]);
    expect(await releaseStragglers(fresh.ledger)).toBe(0);
  });

  it('let go of all documents, however many they are', async () => {
    const { id, connection } = await aLocked();
    await stateInvoice(fresh.ledger, { ...connection, status: 'locked' }, 'many');
    await fresh.ledger.sql`
      insert into documents (connection_id, company_id, kind, external_id, wanted_cipher,
        wanted_hash, status, reason, revision, released_revision)
      select connection_id, company_id, kind, 'many-' || n, wanted_cipher, wanted_hash, status,
        reason, revision, released_revision
      from documents, generate_series(1, 1200) n
      where connection_id = ${id} and external_id = 'many'`;
    await unlockConnection(fresh.ledger, id, 'test');
    await releaseStragglers(fresh.ledger);
    const rows = await fresh.ledger.sql`
      select status, count(*)::int from documents where connection_id = ${id} group by 1`;
    expect(rows).toEqual([{ status: 'queued', count: 1201 }]);
  });
});

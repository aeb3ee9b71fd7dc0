import { afterAll, describe, expect, it } from '@jest/globals';
import { tokenStore } from '../../../src/ledger/companies/tokens.js';
import { makeOauthState, takeOauthState } from '../../../src/ledger/connections/connect-links.js';
import { completeConnect, disconnect } from '../../../src/ledger/connections/connecting.js';
import {
  type ConnectionExists,
  createConnection,
} from '../../../src/ledger/connections/connection-changes.js';
import { readConnection } from '../../../src/ledger/connections/connections.js';
import { appendEvent } from '../../../src/ledger/events/events.js';
import { stateInvoice } from '../../support/documents.js';
import { freshLedger } from '../../support/ledger.js';
import { holdLocks, waitingForLocks } from '../../support/row-lock.js';
import { aConnected, aConnection, aGrant, anApp, CLIENT_ID } from '../../support/tenancy.js';
import { waitFor } from '../../support/wait-for.js';

describe('tying connections to companies', () => {
  let now = new Date('2026-11-22T09:00:00Z');
  const opened = freshLedger({ clock: () => now });
  afterAll(async () => (await opened).close());

  it('stores company, tokens, event and audit row, and the realm only encrypted', async () => {
    const { ledger } = await opened;
    const { app } = await anApp(ledger);
    const { connection, companyId } = await aConnected(ledger, app.id, '4620816365111111111');

    expect(connection).toMatchObject({ status: 'connected', companyId, connectedAt: now });
    const [company] = await ledger.sql<{ realmCipher: Buffer; intuitClientId: string }[]>`
      select * from companies where id = ${companyId}`;
    expect(company?.intuitClientId).toBe(CLIENT_ID);
    const cipher = company?.realmCipher ?? Buffer.alloc(0);
    expect(cipher.includes('4620816365111111111')).toBe(false);
    expect(ledger.cipher.decrypt(`companies.realm:${companyId}`, cipher)).toBe(
      '4620816365111111111',
    );
    const [token] = await ledger.sql<{ accessCipher: Buffer; refreshCipher: Buffer }[]>`
      select * from tokens where company_id = ${companyId}`;
    const refresh = ledger.cipher.decrypt(
      `tokens.refresh:${companyId}`,
      token?.refreshCipher ?? Buffer.alloc(0),
    );
    expect(refresh).toMatch(/^canary-refresh-/);
    const events = await ledger.sql`
      select type, status from events where connection_id = ${connection.id} order by number`;
    expect(events).toEqual([
      { type: 'connection.changed', status: 'new' },
      { type: 'connection.changed', status: 'connected' },
    ]);
    const [audit] = await ledger.sql`
      select action from audit_log where connection_id = ${connection.id} order by id desc limit 1`;
    expect(audit).toEqual({ action: 'connection.connected' });
  });

  it('lets two connections of two apps share a company and revokes when the last one leaves', async () => {
    const { ledger } = await opened;
    const [one, two] = [await anApp(ledger), await anApp(ledger)];
    const realm = '4620816365222222222';
    const first = await aConnected(ledger, one.app.id, realm);
    const second = await aConnected(ledger, two.app.id, realm);
    expect(second.companyId).toBe(first.companyId);

    expect(await disconnect(ledger, first.connection.id, 'test')).toEqual({
      changed: true,
      revoke: null,
    });
    const last = await disconnect(ledger, second.connection.id, 'test');
    expect(last.revoke).toMatchObject({ companyId: first.companyId });
    expect(last.revoke?.refreshToken).toMatch(/^canary-refresh-/);
    expect(await ledger.sql`select 1 from tokens where company_id = ${first.companyId}`).toEqual(
      [],
    );
    expect(await disconnect(ledger, second.connection.id, 'test')).toEqual({
      changed: false,
      revoke: null,
    });
  });

  it('revokes exactly once when the last two leave at the same moment', async () => {
    const { ledger } = await opened;
    const { app } = await anApp(ledger);
    const realm = '4620816365222222223';
    const both = [await aConnected(ledger, app.id, realm), await aConnected(ledger, app.id, realm)];
    const left = await Promise.all(
      both.map(({ connection }) => disconnect(ledger, connection.id, 'test')),
    );
    expect(left.filter(({ revoke }) => revoke !== null)).toHaveLength(1);
  });

  it('refuses another company than the former one and changes nothing', async () => {
    const { ledger } = await opened;
    const { app } = await anApp(ledger);
    const { connection, companyId } = await aConnected(ledger, app.id, '4620816365333333333');
    await disconnect(ledger, connection.id, 'test');

    const foreign = aGrant(connection.id, '4620816365999999999');
    expect(await completeConnect(ledger, foreign, 'test')).toEqual({
      result: 'other_company',
      inUse: false,
    });
    expect(await readConnection(ledger, app.id, connection.id)).toMatchObject({
      status: 'disconnected',
      companyId: null,
      formerCompanyId: companyId,
    });
    const again = aGrant(connection.id, '4620816365333333333');
    expect(await completeConnect(ledger, again, 'test')).toEqual({
      result: 'connected',
      companyId,
    });
  });

  it('says that the other company is in use, so that its tokens are left alone', async () => {
    const { ledger } = await opened;
    const { app } = await anApp(ledger);
    const { connection } = await aConnected(ledger, app.id, '4620816365444444441');
    await aConnected(ledger, app.id, '4620816365444444442');
    const wrong = aGrant(connection.id, '4620816365444444442');
    expect(await completeConnect(ledger, wrong, 'test')).toEqual({
      result: 'other_company',
      inUse: true,
    });
  });

  it('gives fresh tokens to every connection of the company that waited for them', async () => {
    const { ledger } = await opened;
    const { app } = await anApp(ledger);
    const realm = '4620816365555555555';
    const first = await aConnected(ledger, app.id, realm);
    const second = await aConnected(ledger, app.id, realm);
    const before = (await tokenStore(ledger).read(first.companyId))?.generation ?? 0;
    await ledger.sql`
      update connections set status = 'reconnect_needed' where company_id = ${first.companyId}`;
    await ledger.sql`update tokens set usable = false where company_id = ${first.companyId}`;

    await completeConnect(ledger, aGrant(first.connection.id, realm), 'test');
    expect(await readConnection(ledger, app.id, second.connection.id)).toMatchObject({
      status: 'connected',
    });
    const [token] = await ledger.sql`
      select usable, generation from tokens where company_id = ${first.companyId}`;
    expect(token).toEqual({ usable: true, generation: before + 1 });
  });

  it('makes one company when two connections meet a new one at the same moment', async () => {
    const { ledger } = await opened;
    const { app } = await anApp(ledger);
    const [a, b] = [await aConnection(ledger, app.id), await aConnection(ledger, app.id)];
    const realm = '4620816365666666666';
    const outcomes = await Promise.all(
      [a, b].map(({ id }) => completeConnect(ledger, aGrant(id, realm), 'test')),
    );
    expect(outcomes[0]).toMatchObject({ result: 'connected' });
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  it('makes what waited for a connection due again', async () => {
    const { ledger } = await opened;
    const { app } = await anApp(ledger);
    const connection = await aConnection(ledger, app.id);
    await ledger.sql`
      insert into documents (connection_id, kind, external_id, wanted_cipher, wanted_hash,
        released_revision, status, reason, params)
      values (${connection.id}, 'invoice', 'INV-1', '', '', 1, 'waiting',
        'reconnect_needed', '{}')`;
    await completeConnect(ledger, aGrant(connection.id, '4620816365777777777'), 'test');
    const [document] = await ledger.sql`
      select status, company_id is not null as adopted, due_at is not null as due
      from documents where connection_id = ${connection.id}`;
    expect(document).toEqual({ status: 'queued', adopted: true, due: true });
  });

  it('lets a document be stated in the moment its connection leaves', async () => {
    const { ledger } = await opened;
    const { app } = await anApp(ledger);
    const { connection } = await aConnected(ledger, app.id, '4620816365888888881');
    // Someone else states the same key: the statement waits behind it, and holds its connection.
    const letGo = await holdLocks(
      ledger,
      (tx) => tx`
        insert into documents (connection_id, kind, external_id, wanted_cipher, wanted_hash)
        values (${connection.id}, 'invoice', 'INV-1', '', '')`,
    );
    const stated = stateInvoice(ledger, connection, 'INV-1');
    const waits = async (saying: string) => (await waitingForLocks(ledger, saying)) === 1;
    await waitFor(() => waits('insert into documents'), { what: 'the statement' });
    const left = disconnect(ledger, connection.id, 'test');
    await waitFor(() => waits('select * from connections'), { what: 'the leaving' });
    await letGo();

    const [, leaving] = await Promise.all([stated, left]);
    expect(leaving).toMatchObject({ changed: true });
  });

  it('lets a name be settled in the moment the one that waits for it is connected', async () => {
    const { ledger } = await opened;
    const { app } = await anApp(ledger);
    const realm = '4620816365888888882';
    const { connection } = await aConnected(ledger, app.id, realm);
    const id = await stateInvoice(ledger, connection, 'INV-1');
    await ledger.sql`
      update documents set status = 'waiting', reason = 'reconnect_needed', due_at = null
      where id = ${id}`;
    let connecting: Promise<unknown> = Promise.resolve();

    // As settling goes: what is waited for, then what the app is told of who waits.
    await ledger.sql.begin(async (tx) => {
      await tx`select 1 from documents where id = ${id} for share`;
      connecting = completeConnect(ledger, aGrant(connection.id, realm), 'test');
      const waits = async () => (await waitingForLocks(ledger, 'from documents')) === 1;
      await waitFor(waits, { what: 'the connecting' });
      await appendEvent(tx, { connectionId: connection.id, type: 'document.status_changed' });
    });

    expect(await connecting).toMatchObject({ result: 'connected' });
  });

  it('refuses a second connection with the same externalId and names the first', async () => {
    const { ledger } = await opened;
    const { app } = await anApp(ledger);
    const first = await aConnection(ledger, app.id);
    const again = createConnection(ledger, { ...first, settings: undefined }, 'test');
    await expect(again).rejects.toMatchObject({
      name: 'ConnectionExists',
      connectionId: first.id,
    } satisfies Partial<ConnectionExists>);
  });

  it('takes a state once, only from its browser and only for ten minutes', async () => {
    const { ledger } = await opened;
    const { app } = await anApp(ledger);
    const { id } = await aConnection(ledger, app.id);
    const state = await makeOauthState(ledger, id, 'browser-1');
    expect(await takeOauthState(ledger, state, 'browser-2')).toBeUndefined();
    const both = await Promise.all([
      takeOauthState(ledger, state, 'browser-1'),
      takeOauthState(ledger, state, 'browser-1'),
    ]);
    expect(both.filter((found) => found?.connection.id === id)).toHaveLength(1);

    const late = await makeOauthState(ledger, id, 'browser-1');
    now = new Date(now.getTime() + 10 * 60_000);
    expect(await takeOauthState(ledger, late, 'browser-1')).toBeUndefined();
  });
});

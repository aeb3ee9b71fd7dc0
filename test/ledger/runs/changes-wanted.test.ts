import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { DOCUMENT_SCHEMAS, type DocumentKind } from '../../../src/contract/documents/index.js';
import { reason } from '../../../src/contract/reasons.js';
import { followToldMerges } from '../../../src/ledger/changes/merges.js';
import { completeConnect, disconnect } from '../../../src/ledger/connections/connecting.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import { goOnAfterCheck } from '../../../src/ledger/connections/going-on.js';
import { saveLinks } from '../../../src/ledger/documents/links.js';
import {
  companiesWithWebhooks,
  letWaitAnew,
  startWantedRun,
} from '../../../src/ledger/runs/changes-wanted.js';
import { claimRun, wakeableRuns } from '../../../src/ledger/runs/claimed-runs.js';
import { storeWebhooks, type ToldChange } from '../../../src/ledger/runs/inbound-webhooks.js';
import { failUnlessConnected } from '../../../src/ledger/runs/run-endings.js';
import { startRun } from '../../../src/ledger/runs/runs.js';
import { stateDocument } from '../../../src/ledger/statements/submit.js';

import { stateInvoice } from '../../support/documents.js';

import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, aGrant, anApp, CLIENT_ID } from '../../support/tenancy.js';
import { aToldChange } from '../../support/webhooks.js';

const REALM = '4620816365000000001';
const AT_ONCE = { gatherMs: 0, settleMs: 60_000 };
const CHANGED = new Date('2026-11-22T08:00:05.400Z');

describe('changes that Intuit told of', () => {
  let fresh: FreshLedger;
  let connection: Connection;
  let companyId: string;

  beforeAll(async () => {
    fresh = await freshLedger();
    const { app } = await anApp(fresh.ledger);
    ({ connection, companyId } = await aConnected(fresh.ledger, app.id, REALM));
  });
  afterAll(() => fresh?.close());
  beforeEach(async () => {
    const { sql } = fresh.ledger;
    await sql`delete from inbound_webhooks`;
    await sql`delete from runs`;
    await sql`delete from links`;
  });

  const tell = (...changes: Partial<ToldChange>[]) =>
    storeWebhooks(fresh.ledger, CLIENT_ID, changes.map(aToldChange));
  const companies = (gatherMs = 0) => companiesWithWebhooks(fresh.ledger, { gatherMs }, 10);
  const start = (settleMs = AT_ONCE.settleMs) =>
    startWantedRun(fresh.ledger, companyId, { settleMs });
  const states = async () =>
    (
      await fresh.ledger.sql<{ state: string }[]>`select state from inbound_webhooks order by id`
    ).map(({ state }) => state);
  const move = (runId: number | undefined, to: 'running' | 'waiting' | 'succeeded') =>
    fresh.ledger.sql`
      update runs set status = ${to}, started_at = now(),
        ended_at = case when ${to === 'succeeded'} then now() end
      where id = ${runId ?? 0}`;
  /** A push of a document whose request has left; answers its id. */
  async function sent(kind: DocumentKind, documentId: number): Promise<number> {
    const [push] = await fresh.ledger.sql<{ id: number }[]>`
      with pushed as (
        insert into pushes (company_id, kind, lane_class, priority, batch)
        values (${companyId}, ${kind}, 1, 101, false) returning id
      ), item as (
        insert into push_items (push_id, document_id, revision, operation)
        select id, ${documentId}, 1, 'create' from pushed
      )
      insert into requests (push_id, company_id, request_id, call, sent_at)
      select id, ${companyId}, ${`of ${documentId}`}, 'single', now() from pushed
      returning push_id as id`;
    return push?.id ?? 0;
  }
  /** Our own copy of an invoice, as QuickBooks answered it. */
  const linked = (
    changedAt: string,
    quickbooksId = '77',
    { connectionId = connection.id, kind = 'invoice' as DocumentKind } = {},
  ) =>
    fresh.ledger.sql.begin((tx) =>
      saveLinks(tx, [
        {
          connectionId,
          companyId,
          kind,
          externalId: `${kind}-${quickbooksId}`,
          exclusive: kind === 'invoice',
          quickbooksId,
          syncToken: '0',
          number: null,
          totalMinor: null,
          balanceMinor: null,
          currency: null,
          changedAt,
          origin: 'pushed',
        },
      ]),
    );

  it('become one run, however many there are', async () => {
    await tell(...Array.from({ length: 50 }, (_, index) => ({ entityId: String(index) })));
    await tell({ entity: 'customer', entityId: '1' }, { entity: 'account', entityId: '1' });
    expect(await companies()).toEqual([companyId]);
    const runId = await start();
    const runs = await fresh.ledger.sql`select id, job, trigger, connection_id, status from runs`;
    expect(runs).toEqual([
      {
        id: runId,
        job: 'pull_changes',
        trigger: 'webhook',
        connectionId: connection.id,
        status: 'queued',
      },
    ]);
    expect(new Set(await states())).toEqual(new Set(['taken']));
    expect(await companies()).toEqual([]);
  });

  it('wait a little for more of them', async () => {
    await tell({});
    expect(await companies(60_000)).toEqual([]);
    expect(await companies(0)).toEqual([companyId]);
  });

  it('are read by a run that has not begun, and lead to one more where it has', async () => {
    await tell({ entityId: '1' });
    const first = await start();
    await tell({ entityId: '2' });
    expect(await start()).toBeUndefined();
    expect(await states()).toEqual(['taken', 'taken']);

    await move(first, 'running');
    await tell({ entityId: '3' }, { entityId: '4' });
    expect(await companies()).toEqual([]);
    // Whoever looked a moment before it began leaves them.
    expect(await start()).toBeUndefined();
    expect(await states()).toEqual(['taken', 'taken', 'waiting', 'waiting']);

    // Put off it reads anew.
    await move(first, 'waiting');
    expect(await start()).toBeUndefined();
    expect(await states()).toEqual(['taken', 'taken', 'taken', 'taken']);

    await move(first, 'running');
    await tell({ entityId: '5' });
    await move(first, 'succeeded');
    expect(await companies()).toEqual([companyId]);
    expect(await start()).not.toBe(first);
    expect(await states()).not.toContain('waiting');
  });

  it('are no news where the ledger has the object as new, to the second', async () => {
    await linked('2026-11-22T08:00:05Z');
    await tell(
      { entityId: '77', at: CHANGED },
      { entityId: '77', at: new Date('2026-11-22T02:00:00Z') },
    );
    expect(await start()).toBeUndefined();
    expect(await states()).toEqual(['echo', 'echo']);
    expect(await companies()).toEqual([]);

    await tell({ entityId: '77', at: new Date('2026-11-22T08:00:06Z') });
    expect(await start()).toBeDefined();
  });

  it('are news where the object is another one, or was deleted or merged away', async () => {
    const news: Partial<ToldChange>[] = [
      { entityId: '78', at: CHANGED },
      { entityId: '77', entity: 'salesreceipt', at: CHANGED },
      { entityId: '77', action: 'deleted', at: CHANGED },
      { entityId: '77', action: 'merged', at: CHANGED },
      { entityId: '77', entity: 'account', at: CHANGED },
    ];
    await changeSettings(['invoice', 'sales_receipt']);
    for (const one of news) {
      await fresh.ledger.sql`delete from runs`;
      await fresh.ledger.sql`delete from links`;
      await linked('2026-11-22T08:00:05Z');
      await tell(one);
      expect([one, await start()]).toEqual([one, expect.any(Number)]);
    }
  });

  it('wait while a write of ours that may be their cause is on its way, and no longer', async () => {
    const { sql } = fresh.ledger;
    const documentId = await stateInvoice(fresh.ledger, connection, 'on its way');
    const pushId = await sent('invoice', documentId);
    await tell({ entityId: '90' });
    expect(await start()).toBeUndefined();
    expect(await states()).toEqual(['waiting']);
    expect(await companies()).toEqual([companyId]);

    // Its answer is in, and it was ours.
    await linked(new Date(Date.now() + 1_000).toISOString(), '90');
    expect(await start()).toBeUndefined();
    expect(await states()).toEqual(['echo']);

    await tell({ entityId: '91' });
    expect(await start()).toBeUndefined();
    // Patience has an end, as has the push.
    expect(await start(0)).toBeDefined();
    await sql`delete from runs`;
    await tell({ entityId: '92' });
    expect(await start()).toBeUndefined();
    await sql`update pushes set closed_at = now() where id = ${pushId}`;
    expect(await start()).toBeDefined();
  });

  it('wait while a payment of ours that moves what they tell of is on its way', async () => {
    const { sql } = fresh.ledger;
    const document = DOCUMENT_SCHEMAS.payment.parse({
      date: '2026-11-21',
      customer: { name: 'Harbor Lane Dental' },
      amount: '60.00',
      applies: [{ invoice: { externalId: 'invoice-93' }, amount: '60.00' }],
    });
    const stated = { kind: 'payment', externalId: 'PAY-1', document } as const;
    const { documentId } = await stateDocument(fresh.ledger, connection, stated, 'app');
    const pushId = await sent('payment', documentId);
    await linked('2026-11-20T08:00:00Z', '93');
    await linked('2026-11-20T08:00:00Z', '94');
    await tell({ entityId: '93' });
    expect(await start()).toBeUndefined();
    expect(await states()).toEqual(['waiting']);
    await sql`update pushes set closed_at = now() where id = ${pushId}`;
    expect(await start()).toBeDefined();
    await sql`update pushes set closed_at = null where id = ${pushId}`;
    await sql`delete from runs`;
    // Another invoice has nothing to do with it.
    await tell({ entityId: '94' });
    expect(await start()).toBeDefined();
    await sql`update pushes set closed_at = now() where id = ${pushId}`;
  });

  it('wait for a company that is to be connected again, and are read once it is', async () => {
    await tell({});
    await disconnect(fresh.ledger, connection.id, 'test');
    expect(await companies()).toEqual([]);
    await completeConnect(fresh.ledger, aGrant(connection.id, REALM), 'test');
    expect(await companies()).toEqual([companyId]);
  });

  it('are asked for again where their run ended for want of a connection', async () => {
    const { ledger } = fresh;
    await tell({});
    const run = await claimRun(ledger, (await start()) ?? 0, 60_000);
    if (run === undefined) throw new Error('There was nothing to claim');
    await ledger.sql`update companies set status = 'reconnect_needed'`;
    expect(await failUnlessConnected(ledger, run, reason('reconnect_needed', {}))).toBe(true);
    expect(await states()).toEqual(['waiting']);
    expect(await companies()).toEqual([]);

    // Its person has their rights back: nobody asks for a run then.
    expect(await goOnAfterCheck(ledger, companyId, 'reconnect_needed')).toBe(true);
    expect(await companies()).toEqual([companyId]);
  });

  it('make no second run beside one that somebody asked for', async () => {
    const { runId } = await startRun(fresh.ledger, connection, {
      job: 'pull_changes',
      trigger: 'person',
    });
    await tell({});
    expect(await start()).toBeUndefined();
    const rows = await fresh.ledger.sql`select state, run_id from inbound_webhooks`;
    expect(rows).toEqual([{ state: 'taken', runId }]);
  });

  it('are left alone where no connection follows their entity', async () => {
    // Invoices are sent here, and nothing else.
    await tell({ entity: 'bill' }, { entity: 'billpayment' }, { entity: 'payment' });
    expect(await start()).toBeUndefined();
    expect(await states()).toEqual(['not_followed', 'not_followed', 'not_followed']);
    expect(await companies()).toEqual([]);

    await changeSettings(['bill']);
    await tell({ entity: 'billpayment' });
    expect(await start()).toBeDefined();
    expect(await states()).toContain('taken');
    await changeSettings(['invoice']);
  });

  const changeSettings = (modules: string[]) =>
    fresh.ledger.sql`
      update connections set settings = ${fresh.ledger.sql.json({ modules })}
      where id = ${connection.id}`;

  it('of preferences start no run: they are read before the next document is sent', async () => {
    await fresh.ledger.sql`update companies set facts_read_at = now()`;
    await tell({ entity: 'preferences' });
    expect(await start()).toBeUndefined();
    expect(await states()).toEqual(['taken']);
    const [row] = await fresh.ledger.sql<{ factsReadAt: Date }[]>`
      select facts_read_at from companies where id = ${companyId}`;
    expect(row?.factsReadAt.getTime()).toBe(0);
  });

  it('are read although whoever asked for the run is locked by now', async () => {
    const { ledger } = fresh;
    const { connection: other } = await aConnected(ledger, connection.appId, REALM);
    const { runId } = await startRun(ledger, other, { job: 'pull_changes', trigger: 'person' });
    const { runId: alone } = await startRun(ledger, other, {
      job: 'refresh_master_data',
      trigger: 'person',
    });
    await ledger.sql`update connections set status = 'locked' where id = ${other.id}`;
    const again = await startRun(ledger, connection, { job: 'pull_changes', trigger: 'api' });
    expect(again).toEqual({ runId, created: false });

    const wakeable = (await wakeableRuns(ledger, 0, 10)).map(({ id }) => id);
    expect(wakeable).toEqual([runId]);
    expect(await claimRun(ledger, runId, 1_000)).toMatchObject({ id: runId, companyId });
    expect(await claimRun(ledger, alone, 1_000)).toBeUndefined();
    await ledger.sql`update connections set status = 'connected' where id = ${other.id}`;
  });

  it('are news of a customer to another connection that takes contacts over, until it has it', async () => {
    const { ledger } = fresh;
    const { connection: other } = await aConnected(ledger, connection.appId, REALM);
    const written = { entity: 'customer', entityId: '5', at: CHANGED };
    const ownWrite = () => linked('2026-11-22T08:00:05Z', '5', { kind: 'customer' });
    await ownWrite();
    await tell(written);
    expect(await start()).toBeUndefined();
    expect(await states()).toEqual(['echo']);

    const imports = { contacts: true, invoices: false };
    await ledger.sql`
      update connections set settings = settings || ${ledger.sql.json({ imports })}
      where id = ${other.id}`;
    await ledger.sql`delete from inbound_webhooks`;
    await tell(written);
    const runId = await start();
    expect(runId).toBeDefined();

    // It wrote the same customer since: its own answer had that.
    await move(runId, 'succeeded');
    await ledger.sql`delete from inbound_webhooks`;
    const since = { connectionId: other.id, kind: 'customer' as const };
    await linked('2026-11-22T08:00:05Z', '5', since);
    await tell(written);
    expect(await start()).toBeUndefined();
    expect(await states()).toEqual(['echo']);
  });

  it('wait anew where their run left them for a write of ours on its way', async () => {
    const { sql } = fresh.ledger;
    await changeSettings(['invoice', 'payment']);
    await tell(
      { entity: 'payment', entityId: '1', at: new Date('2026-11-22T08:00:04.900Z') },
      { entity: 'payment', entityId: '2', at: CHANGED },
      { entity: 'invoice', entityId: '3', at: CHANGED },
    );
    const first = await start();
    await sql.begin((tx) => letWaitAnew(tx, first ?? 0, new Date('2026-11-22T08:00:05Z')));
    await move(first, 'succeeded');
    expect(await states()).toEqual(['taken', 'taken', 'waiting']);
    expect(await companies()).toEqual([companyId]);
    expect(await start()).not.toBe(first);
    await changeSettings(['invoice']);
  });

  it('of merges are followed in whatever order, and where their run was given up', async () => {
    const { ledger } = fresh;
    const { sql } = ledger;
    await sql`
      insert into records (company_id, type, quickbooks_id, name, name_key, folded_key, active)
      select ${companyId}, 'customer', n::text, 'C ' || n, 'C ' || n, 'c ' || n, true
      from generate_series(11, 13) n`;
    await linked('2026-11-22T08:00:05Z', '11', { kind: 'customer' });
    const merged = { entity: 'customer', action: 'merged' } as const;
    // The later one is told first.
    await tell({ ...merged, entityId: '13', otherId: '12', at: new Date('2026-11-22T08:01:00Z') });
    const given = await start();
    const scope = { id: companyId, connections: new Map() };
    await followToldMerges(ledger, scope, given ?? 0);
    await move(given, 'succeeded');
    await tell({ ...merged, entityId: '12', otherId: '11', at: new Date('2026-11-22T08:00:30Z') });
    const lost = await start();
    await sql`update runs set status = 'failed', ended_at = now() where id = ${lost ?? 0}`;
    await tell({ entity: 'customer', entityId: '99' });
    await followToldMerges(ledger, scope, (await start()) ?? 0);
    expect(await sql`select quickbooks_id, merged_into from records order by 1`).toEqual([
      { quickbooksId: '11', mergedInto: '13' },
      { quickbooksId: '12', mergedInto: '13' },
      { quickbooksId: '13', mergedInto: null },
    ]);
    expect(await sql`select quickbooks_id from links`).toEqual([{ quickbooksId: '13' }]);
  });
});

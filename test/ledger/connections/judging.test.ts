import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  changeSettings,
  checkedSettings,
} from '../../../src/ledger/connections/connection-settings.js';
import { type Connection, readConnection } from '../../../src/ledger/connections/connections.js';
import { endHold, holdConnection } from '../../../src/ledger/connections/hold.js';
import { judgeOn } from '../../../src/ledger/connections/judging.js';
import { DEFAULT_LET_GO_BOUNDS, letGoBy } from '../../../src/ledger/connections/let-go.js';
import { pauseConnection, resumeConnection } from '../../../src/ledger/connections/pausing.js';
import {
  actOnDocument,
  type PersonAction,
} from '../../../src/ledger/documents/document-actions.js';
import { stateDocuments } from '../../../src/ledger/statements/submit.js';
import { aStatedInvoice, stateInvoice } from '../../support/documents.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp } from '../../support/tenancy.js';

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

  /** What a check says saving would let go. */
  async function told(connection: Connection, settings: object, bounds = DEFAULT_LET_GO_BOUNDS) {
    const { ledger } = fresh;
    const before = (await readConnection(ledger, appId, connection.id)) ?? connection;
    const proposed = await checkedSettings(ledger.sql, before, settings);
    return letGoBy(ledger, before, { ...before, settings: proposed }, bounds);
  }

  /** What saving did let go. */
  async function gone({ id }: Connection) {
    return fresh.ledger.sql<{ externalId: string; status: string; laneClass: number }[]>`
      select external_id, status, lane_class from documents d where connection_id = ${id}
        and status in ('queued', 'waiting') and exists (
          select 1 from document_history h where h.document_id = d.id and h.what = 'settings_changed')
      order by d.id`;
  }

  const putAside = async (id: number, action: PersonAction) => {
    await fresh.ledger
      .sql`update documents set status = 'failed', reason = 'record_missing' where id = ${id}`;
    const acted = await actOnDocument(fresh.ledger, id, { action }, { by: 'p', actor: 'p' });
    expect(acted?.done).toBe(true);
  };

  it('are told with their money before the change is saved, and nothing else goes then', async () => {
    const { ledger } = fresh;
    const { connection } = await aConnected(ledger, appId, '4620816365000000403');
    const { id } = connection;
    const waits = await change(id, { start: 'click', sendWhen: ['sent'], cutOff: '2020-01-01' });
    const state = (number: string, over = {}) => stateInvoice(ledger, waits, number, over);
    await state('K-1');
    await state('K-2');
    await state('K-draft', { status: 'draft' });
    await state('K-old', { createdAt: '2019-05-01T10:00:00Z' });
    await putAside(await state('K-skipped'), 'skip');
    await putAside(await state('K-handled'), 'mark_handled');
    // It is in QuickBooks, and was stated anew.
    const once = await state('K-once');
    await ledger.sql`update documents set synced_revision = 1, released_revision = 1 where id = ${once}`;
    await state('K-once', { memo: 'changed' });

    const saving = { start: 'automatic', onceOnly: true };
    const before = await told(waits, saving);
    expect(before).toMatchObject({
      complete: true,
      documents: 2,
      kinds: [{ kind: 'invoice', status: 'queued', reason: null, documents: 2 }],
    });
    expect(before.kinds[0]?.amounts).toEqual([{ currency: null, amount: expect.any(String) }]);
    const [sum] = await ledger.sql<{ minor: number }[]>`
      select sum(total_minor)::float8 as minor from documents
      where connection_id = ${id} and external_id in ('K-1', 'K-2')`;
    expect(Number(before.kinds[0]?.amounts[0]?.amount) * 100).toBe(sum?.minor);
    expect(await gone(connection)).toEqual([]);

    await change(id, saving);
    expect(await gone(connection)).toEqual([
      { externalId: 'K-1', status: 'queued', laneClass: 3 },
      { externalId: 'K-2', status: 'queued', laneClass: 3 },
    ]);
  });

  it('go no further than the pause and the hold of their connection, as is told before', async () => {
    const { ledger } = fresh;
    const { connection } = await aConnected(ledger, appId, '4620816365000000404');
    const { id } = connection;
    const waits = await change(id, { start: 'click' });
    await stateInvoice(ledger, waits, 'L-1');
    const now = ledger.clock().getTime();
    const hour = 3_600_000;
    await holdConnection(ledger, id, { from: new Date(now - hour), to: new Date(now + hour) }, 'p');
    const saving = { start: 'automatic' };
    expect((await told(waits, saving)).kinds).toMatchObject([
      { status: 'waiting', reason: 'held' },
    ]);
    await pauseConnection(ledger, id, 'p');
    expect((await told(waits, saving)).kinds).toMatchObject([
      { kind: 'invoice', status: 'waiting', reason: 'paused', documents: 1 },
    ]);
    await change(id, saving);
    expect(await gone(connection)).toMatchObject([{ status: 'waiting' }]);
    await endHold(ledger, id, 'p');
    expect(await gone(connection)).toMatchObject([{ status: 'waiting' }]);
    const paused = await readConnection(ledger, appId, id);
    if (paused === undefined) throw new Error('The connection is gone');
    const toward = (status: Connection['status']) => letGoBy(ledger, paused, { ...paused, status });
    expect(await toward('awaiting_finalization')).toMatchObject({ documents: 0 });
    expect(await toward('connected')).toMatchObject({
      kinds: [{ kind: 'invoice', status: 'queued', reason: null, documents: 1 }],
    });
    await resumeConnection(ledger, id, 'p');
    // Still behind what is live.
    expect(await gone(connection)).toMatchObject([{ status: 'queued', laneClass: 3 }]);
  });

  it('are counted as far as one look goes, the oldest first', async () => {
    const { connection } = await aConnected(fresh.ledger, appId, '4620816365000000405');
    const waits = await change(connection.id, { start: 'click' });
    for (const number of ['M-1', 'M-2', 'M-3']) await stateInvoice(fresh.ledger, waits, number);
    const look = (documents: number) =>
      told(waits, { start: 'automatic' }, { ...DEFAULT_LET_GO_BOUNDS, documents });
    expect(await look(2)).toMatchObject({ complete: false, checked: 2, documents: 2 });
    expect(await look(3)).toMatchObject({ complete: true, checked: 3, documents: 3 });
  });

  it('stay as they were exported once, and say so, where their kind was off meanwhile', async () => {
    const { ledger } = fresh;
    const { connection } = await aConnected(ledger, appId, '4620816365000000406');
    const { id } = connection;
    const once = await change(id, { ...ON, start: 'automatic', onceOnly: true });
    const document = await stateInvoice(ledger, once, 'N-1');
    await ledger.sql`
      update documents set status = 'synced', synced_revision = 1, due_at = null
      where id = ${document}`;
    const off = await change(id, OFF);
    await stateInvoice(ledger, off, 'N-1', { memo: 'changed' });
    expect(await countOf(id, 'skipped')).toBe(1);
    await change(id, ON);
    const rows =
      await ledger.sql`select status, reason, warnings, due_at from documents where id = ${document}`;
    expect(rows).toEqual([
      { status: 'synced', reason: null, warnings: [{ name: 'changed_after_export' }], dueAt: null },
    ]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DOCUMENT_SCHEMAS } from '../../../src/contract/documents/index.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import type { Ledger } from '../../../src/ledger/database/open.js';
import {
  type Dependency,
  dependencyKey,
  ensureDependencies,
} from '../../../src/ledger/documents/dependencies.js';
import { moveDocuments } from '../../../src/ledger/documents/moves.js';
import { DEFAULT_ADMISSION, planPushes } from '../../../src/ledger/pushes/admission.js';
import { openPushes } from '../../../src/ledger/pushes/due.js';
import { LANE_CLASS, type LaneClass } from '../../../src/ledger/rows.js';
import { stateInvoice } from '../../support/documents.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp } from '../../support/tenancy.js';

const { live, retry, backfill } = LANE_CLASS;

type Due = Parameters<typeof planPushes>[0][number];
type Open = Parameters<typeof planPushes>[1][number];
const open = (laneClass: LaneClass, pushes: number, overrides: Partial<Open> = {}): Open => ({
  kind: 'invoice',
  laneClass,
  batch: false,
  parked: false,
  inDoubt: false,
  pushes,
  ...overrides,
});

let ids = 0;
function due(count: number, laneClass: LaneClass, overrides: Partial<Due> = {}): Due[] {
  return Array.from({ length: count }, () => {
    ids += 1;
    return { id: ids, kind: 'invoice', laneClass, alone: false, releasedRevision: 1, ...overrides };
  });
}
const plan = (waiting: Due[], already: Open[] = []) =>
  planPushes(waiting, already, DEFAULT_ADMISSION);
const sizes = (pushes: ReturnType<typeof plan>) => pushes.map(({ documents }) => documents.length);

describe('which pushes are opened', () => {
  it('sends little in single calls', () => {
    const pushes = plan(due(10, live));
    expect(sizes(pushes)).toEqual(Array(10).fill(1));
    expect(pushes.every(({ batch }) => !batch)).toBe(true);
  });

  it('sends a backlog in three batches of thirty and singles beside them', () => {
    expect(sizes(plan(due(500, live)))).toEqual([30, 30, 30, 1, 1, 1, 1, 1, 1, 1]);
    expect(sizes(plan(due(35, live)))).toEqual([30, 1, 1, 1, 1, 1]);
  });

  it('never opens more than ten, counting those that are open', () => {
    const batches = [open(live, 2, { batch: true })];
    expect(sizes(plan(due(500, live), batches))).toEqual([30, 1, 1, 1, 1, 1, 1, 1]);
    expect(plan(due(5, live), [open(live, 10)])).toEqual([]);
  });

  it('lets live work go before retries, and these before back-fill, each within its share', () => {
    const classes = plan([...due(9, backfill), ...due(9, retry), ...due(2, live)]).map(
      ({ laneClass }) => laneClass,
    );
    expect(classes).toEqual([live, live, retry, retry, ...Array(5).fill(backfill)]);
  });

  it('keeps a place for live work however long the back-fill is', () => {
    const first = plan(due(1_000, backfill));
    expect(first).toHaveLength(5);
    const already = [open(backfill, 3, { batch: true }), open(backfill, 2)];
    const then = plan([...due(1_000, backfill), ...due(1, live)], already);
    expect(then.map(({ laneClass }) => laneClass)).toEqual([live]);
  });

  it('puts nothing that must go alone into a batch', () => {
    const alone = due(2, live, { alone: true });
    const pushes = plan([...alone, ...due(20, live)]);
    const batches = pushes.filter(({ batch }) => batch).flatMap(({ documents }) => documents);
    const inBatches = new Set(batches.map(({ id }) => id));
    expect(alone.some(({ id }) => inBatches.has(id))).toBe(false);
    expect(pushes.flatMap(({ documents }) => documents)).toHaveLength(22);
  });

  it('mixes no kinds in one push', () => {
    const pushes = plan([...due(15, live), ...due(15, live, { kind: 'customer' })]);
    expect(sizes(pushes)).toEqual([15, 15]);
    expect(pushes.map(({ kind }) => kind)).toEqual(['invoice', 'customer']);
  });

  it('writes to one list of names at a time, and sends invoices meanwhile', () => {
    const customers = due(40, live, { kind: 'customer' });
    const pushes = plan([...customers, ...due(12, live, { kind: 'item' }), ...due(3, live)]);
    expect(pushes.map(({ kind, documents }) => [kind, documents.length])).toEqual([
      ['customer', 30],
      ['item', 12],
      ['invoice', 1],
      ['invoice', 1],
      ['invoice', 1],
    ]);
    const busy = [open(live, 1, { kind: 'customer' })];
    expect(plan(due(5, live, { kind: 'customer' }), busy)).toEqual([]);
    expect(plan(due(5, live, { kind: 'item' }), busy)).toHaveLength(1);
  });

  it('lets a name whose fate is being looked up hold up no other one', () => {
    const parked = [open(live, 1, { kind: 'customer', parked: true })];
    expect(plan(due(5, live, { kind: 'customer' }), parked)).toHaveLength(1);
  });

  it('lets those in doubt give their places to others, as long as they are not many', () => {
    const doubtful = (pushes: number) => [open(live, pushes, { batch: true, inDoubt: true })];
    expect(sizes(plan(due(500, live), doubtful(49)))).toEqual([30, 30, 30, 1, 1, 1, 1, 1, 1, 1]);
    expect(plan(due(1, live), doubtful(49)).map(({ priority }) => priority)).toEqual([101]);
    expect(plan(due(500, live), doubtful(50))).toEqual([]);
  });

  it('keeps places for live work however much of a back-fill is in doubt', () => {
    const doubtful = [open(backfill, 25, { inDoubt: true })];
    const then = plan([...due(500, backfill), ...due(3, live)], doubtful);
    expect(then.map(({ laneClass }) => laneClass)).toEqual([live, live, live]);
  });

  it('gives a quiet company’s first push a better place than a busy one’s tenth', () => {
    const priorities = plan(due(10, live)).map(({ priority }) => priority);
    expect(priorities).toEqual([101, 102, 103, 104, 105, 106, 107, 108, 109, 110]);
    const [first] = plan(due(1, backfill));
    expect(first?.priority).toBe(301);
  });
});

describe('dispatching a company', () => {
  let fresh: FreshLedger;
  let ledger: Ledger;
  let connection: Connection;
  let companyId: string;
  let realm = 4_620_816_365_000_100_000;
  beforeAll(async () => {
    fresh = await freshLedger();
    ledger = fresh.ledger;
  });
  afterAll(() => fresh.close());
  beforeEach(async () => {
    realm += 1_024;
    const { app } = await anApp(ledger);
    ({ connection, companyId } = await aConnected(ledger, app.id, String(realm)));
  });

  const state = (count: number, prefix = 'INV', priority: 'live' | 'backfill' = 'live') =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        stateInvoice(ledger, connection, `${prefix}-${index}`, { priority }),
      ),
    );
  const dispatch = () => openPushes(ledger, companyId, DEFAULT_ADMISSION);
  const itemsOf = () => ledger.sql<{ documentId: number; revision: number }[]>`
    select i.document_id, i.revision from push_items i join pushes p on p.id = i.push_id
    where p.company_id = ${companyId} order by 1`;

  it('opens each due document once when many ask at the same time', async () => {
    const documents = await state(8);
    const opened = await Promise.all(Array.from({ length: 6 }, dispatch));
    expect(opened.flat()).toHaveLength(8);
    expect(await itemsOf()).toEqual(
      documents.sort((a, b) => a - b).map((documentId) => ({ documentId, revision: 1 })),
    );
    expect(await dispatch()).toEqual([]);
  });

  it('finds one live document behind a thousand of back-fill', async () => {
    await ledger.sql`
      insert into documents (connection_id, company_id, kind, external_id, wanted_cipher,
        wanted_hash, status, released_revision, due_at, lane_class)
      select ${connection.id}, ${companyId}, 'invoice', 'OLD-' || n, '', '', 'queued', 1,
        now() - interval '1 day', 3 from generate_series(1, 1000) n`;
    expect(await dispatch()).toHaveLength(5);
    const [id] = await state(1);
    expect(await dispatch()).toEqual([{ id: expect.any(Number), epoch: 1, priority: 106 }]);
    expect((await itemsOf()).map(({ documentId }) => documentId)).toContain(id);
  });

  /** Asks for a customer on the way of a document of that class. */
  const askFor = async (name: string, laneClass: LaneClass) => {
    const key = dependencyKey('customer', name.toLowerCase());
    const document = DOCUMENT_SCHEMAS.customer.parse({ displayName: name });
    const dependency: Dependency = {
      kind: 'customer',
      connectionId: connection.id,
      companyId,
      name,
      externalId: `name:${name}`,
      key,
      document,
    };
    const states = await ensureDependencies(ledger, [dependency], { laneClass });
    return states.get(key)?.id ?? 0;
  };
  const kindsOpened = async () => {
    const rows = await ledger.sql<{ kind: string }[]>`
      select kind from pushes where company_id = ${companyId} order by priority`;
    return rows.map(({ kind }) => kind);
  };

  it('sends a name that something waits for before the backlog that was stated earlier', async () => {
    await state(120);
    await askFor('Acme', live);
    await dispatch();
    expect((await kindsOpened())[0]).toBe('customer');
  });

  it('sends a name of a back-fill with the back-fill, and live once live work needs it', async () => {
    const id = await askFor('Brook', backfill);
    const classOf = async () => {
      const [row] = await ledger.sql`select lane_class from documents where id = ${id}`;
      return row?.['laneClass'];
    };
    expect(await classOf()).toBe(backfill);
    expect(await askFor('Brook', live)).toBe(id);
    expect(await classOf()).toBe(live);
    await askFor('Brook', backfill);
    expect(await classOf()).toBe(live);
  });

  it('gives what waited for a name its turn before those that were stated after it', async () => {
    const first = await stateInvoice(ledger, connection, 'FIRST');
    const blocker = await askFor('Cedar', live);
    await ledger.sql`
      update documents set status = 'waiting', reason = 'blocked_by', due_at = null,
        blocked_by = ${blocker}, params = '{"kind":"customer","externalId":"Cedar"}'
      where id = ${first}`;
    await state(100);
    await ledger.sql.begin((tx) =>
      moveDocuments(tx, [blocker], () => ({ to: 'skipped', what: 'skipped' }), 'test'),
    );
    await openPushes(ledger, companyId, { ...DEFAULT_ADMISSION, open: 1, batch: 0 });
    expect((await itemsOf()).map(({ documentId }) => documentId)).toEqual([first]);
  });

  it('opens others while pushes wait to find out how they ended, and not when that is being done', async () => {
    await state(14);
    const singles = () =>
      openPushes(ledger, companyId, { ...DEFAULT_ADMISSION, batch: 0 }).then((all) => all.length);
    expect(await singles()).toBe(10);
    const doubted = await ledger.sql`
      insert into requests (push_id, company_id, request_id, call, sent_at, state)
      select id, company_id, 'r' || id, 'single', now(), 'unknown' from pushes
      where company_id = ${companyId} order by id limit 3 returning push_id`;
    expect(await singles()).toBe(0);
    const ids = doubted.map(({ pushId }) => Number(pushId));
    await ledger.sql`
      update pushes set not_before = now() + interval '1 minute' where id = any(${ids}::bigint[])`;
    expect(await singles()).toBe(3);
    expect(await singles()).toBe(0);
  });

  it('opens nothing for a company that is not connected, or before its time', async () => {
    await state(2);
    await ledger.sql`update companies set status = 'reconnect_needed' where id = ${companyId}`;
    expect(await dispatch()).toEqual([]);
    await ledger.sql`update companies set status = 'connected' where id = ${companyId}`;
    await ledger.sql`
      update documents set due_at = now() + interval '1 hour' where company_id = ${companyId}`;
    expect(await dispatch()).toEqual([]);
    const [state_] = await ledger.sql`
      select next_ready_at > now() + interval '50 minutes' as later from dispatch_state
      where company_id = ${companyId}`;
    expect(state_).toEqual({ later: true });
  });
});

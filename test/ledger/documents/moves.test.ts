import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reason } from '../../../src/contract/reasons.js';
import { DOCUMENT_STATUSES, type DocumentStatus } from '../../../src/contract/status.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import type { Ledger } from '../../../src/ledger/database/open.js';
import { ALLOWED_MOVES, type Move, moveDocuments } from '../../../src/ledger/documents/moves.js';
import { stateInvoice } from '../../support/documents.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { holdLocks } from '../../support/row-lock.js';
import { aConnected, anApp } from '../../support/tenancy.js';
import { waitFor } from '../../support/wait-for.js';

const to = (status: DocumentStatus): Move => ({ to: status, what: 'tried' });

describe('moving documents', () => {
  let fresh: FreshLedger;
  let ledger: Ledger;
  let connection: Connection;
  let stated = 0;
  beforeAll(async () => {
    fresh = await freshLedger();
    ledger = fresh.ledger;
    const { app } = await anApp(ledger);
    ({ connection } = await aConnected(ledger, app.id));
  });
  afterAll(() => fresh.close());

  async function aDocument(status: DocumentStatus): Promise<number> {
    stated += 1;
    const id = await stateInvoice(ledger, connection, `INV-${stated}`);
    await ledger.sql`update documents set status = ${status}, due_at = null where id = ${id}`;
    return id;
  }

  const move = (ids: number[], wanted: Move) =>
    ledger.sql.begin((tx) => moveDocuments(tx, ids, () => wanted, 'test'));
  const statusOf = async (id: number) =>
    (await ledger.sql<{ status: string }[]>`select status from documents where id = ${id}`)[0]
      ?.status;
  const waitForBlocked = () =>
    waitFor(
      async () =>
        (
          await ledger.sql`select 1 from pg_stat_activity
            where wait_event_type = 'Lock' and datname = current_database()`
        ).count > 0,
      { what: 'the second writer to wait for the first' },
    );

  it.each(DOCUMENT_STATUSES)('from %s goes only where the table says', async (from) => {
    const went: DocumentStatus[] = [];
    for (const target of DOCUMENT_STATUSES) {
      const id = await aDocument(from);
      const moved = await move([id], to(target));
      expect(await statusOf(id)).toBe(moved.length === 1 ? target : from);
      if (moved.length === 1) went.push(target);
    }
    expect(went.sort()).toEqual([...ALLOWED_MOVES[from]].sort());
  });

  it('never brings back by itself what someone deleted in QuickBooks', () => {
    expect(ALLOWED_MOVES.deleted_in_quickbooks).not.toContain('queued');
    expect(ALLOWED_MOVES.synced).not.toContain('cancelled');
  });

  it('lets the first of two writers win; the other finds its move not allowed and stops', async () => {
    const id = await aDocument('syncing');
    let moved: number[] = [];
    const commit = await holdLocks(ledger, async (tx) => {
      moved = await moveDocuments(tx, [id], () => to('synced'), 'first');
    });
    const second = move([id], to('cancelled'));
    await waitForBlocked();
    await commit();
    expect([moved, await second]).toEqual([[id], []]);
    const history = await ledger.sql`
      select status, by from document_history where document_id = ${id} and what = 'tried'`;
    expect(history).toEqual([{ status: 'synced', by: 'first' }]);
  });

  it('does not let writers of the same documents wait for each other in a circle', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => aDocument('queued')));
    const rounds = Array.from({ length: 20 }, (_, round) =>
      move(round % 2 === 0 ? ids : [...ids].reverse(), to('queued')),
    );
    const moved = await Promise.all(rounds);
    expect(moved.every((found) => found.length === ids.length)).toBe(true);
  });

  it('keeps the time of a status while it only repeats, and notes each step', async () => {
    const id = await aDocument('queued');
    const since = async () =>
      (
        await ledger.sql<
          { statusSince: Date }[]
        >`select status_since from documents where id = ${id}`
      )[0]?.statusSince;
    const waits: Move = {
      to: 'waiting',
      what: 'waiting',
      reason: reason('rate_limited', {}),
      dueInMs: 60_000,
    };
    await move([id], waits);
    const began = await since();
    await move([id], waits);
    expect(await since()).toEqual(began);
    await move([id], { ...waits, reason: reason('quickbooks_unavailable', {}) });
    expect((await since())?.getTime()).toBeGreaterThan(began?.getTime() ?? 0);
    const [row] = await ledger.sql`
      select due_at > now() + interval '50 seconds' as later from documents where id = ${id}`;
    expect(row).toEqual({ later: true });
    const events = await ledger.sql`
      select type, reason from events where connection_id = ${connection.id}
        and external_id = (select external_id from documents where id = ${id}) order by number`;
    expect(events).toEqual([
      { type: 'document.status_changed', reason: 'rate_limited' },
      { type: 'document.status_changed', reason: 'quickbooks_unavailable' },
    ]);
  });

  it('forgets the due time unless the move gives one', async () => {
    const id = await aDocument('queued');
    await move([id], { to: 'queued', what: 'stated', dueInMs: 0 });
    const due = async () =>
      (await ledger.sql`select due_at is not null as due from documents where id = ${id}`)[0];
    expect(await due()).toEqual({ due: true });
    await move([id], to('syncing'));
    expect(await due()).toEqual({ due: false });
  });
});

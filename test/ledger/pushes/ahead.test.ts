import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DOCUMENT_SCHEMAS } from '../../../src/contract/documents/index.js';
import { reason } from '../../../src/contract/reasons.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import type { Ledger } from '../../../src/ledger/database/open.js';
import {
  type Dependency,
  dependencyKey,
  ensureDependencies,
} from '../../../src/ledger/documents/dependencies.js';
import { moveDocuments } from '../../../src/ledger/documents/moves.js';
import { blockDue } from '../../../src/ledger/pushes/ahead.js';
import { DEFAULT_ADMISSION, openPushes } from '../../../src/ledger/pushes/due.js';
import type { EndedItem } from '../../../src/ledger/pushes/ending.js';
import { dueItems, loadedItems } from '../../../src/ledger/pushes/load.js';
import { LANE_CLASS } from '../../../src/ledger/rows.js';
import { stateInvoice } from '../../support/documents.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp } from '../../support/tenancy.js';

// Documents that are due were found to lack a name, and are let wait for it without a push of theirs.
// Between the look and the wait anything may happen to them, or to the name.

const { live } = LANE_CLASS;

describe('documents that are let wait ahead of their push', () => {
  let fresh: FreshLedger;
  let ledger: Ledger;
  let connection: Connection;
  let companyId: string;
  let name: number;

  beforeEach(async () => {
    fresh = await freshLedger();
    ({ ledger } = fresh);
    const { app } = await anApp(ledger);
    ({ connection, companyId } = await aConnected(ledger, app.id));
    for (const number of ['A', 'B', 'C']) await stateInvoice(ledger, connection, number);
    const key = dependencyKey('customer', 'acme');
    const document = DOCUMENT_SCHEMAS.customer.parse({ displayName: 'Acme' });
    const wanted: Dependency = {
      kind: 'customer',
      connectionId: connection.id,
      companyId,
      key,
      document,
      name: 'Acme',
      externalId: 'name:Acme',
    };
    const states = await ensureDependencies(ledger, [wanted], { laneClass: live });
    name = states.get(key)?.id ?? 0;
  });
  afterEach(() => fresh.close());

  /** What a look at the due invoices found: all of them lack the name. */
  async function found(): Promise<EndedItem[]> {
    const push = { id: 0, companyId, kind: 'invoice', laneClass: live } as const;
    const rows = await dueItems(
      ledger,
      { ...push, batch: true, epoch: 1, priority: 1, lease: 0, crashes: 0 },
      10,
    );
    const why = reason('blocked_by', { kind: 'customer', externalId: 'Acme' });
    return loadedItems(ledger, rows).map((item) => ({
      item,
      revision: item.revision,
      ending: { kind: 'blocked', by: name, reason: why, warnings: [] },
    }));
  }

  async function standing(): Promise<Record<string, string>> {
    const rows = await ledger.sql<{ externalId: string; status: string; due: boolean }[]>`
      select external_id, status, due_at is not null as due from documents
      where kind = 'invoice' order by external_id`;
    return Object.fromEntries(
      rows.map(({ externalId, status, due }) => [externalId, due ? `${status}, due` : status]),
    );
  }

  it('wait for the name, and are due once it is there', async () => {
    expect(await blockDue(ledger, await found())).toBe(3);
    expect(await standing()).toEqual({ A: 'waiting', B: 'waiting', C: 'waiting' });
    await ledger.sql.begin((tx) =>
      moveDocuments(tx, [name], () => ({ to: 'skipped', what: 'skipped' }), 'test'),
    );
    expect(await standing()).toEqual({ A: 'queued, due', B: 'queued, due', C: 'queued, due' });
  });

  it('are left alone where they were stated anew since', async () => {
    const before = await found();
    await stateInvoice(ledger, connection, 'B', { memo: 'changed' });
    expect(await blockDue(ledger, before)).toBe(2);
    expect(await standing()).toEqual({ A: 'waiting', B: 'queued, due', C: 'waiting' });
  });

  it('are left alone where a push has them by now, which finds the same', async () => {
    const before = await found();
    await openPushes(ledger, companyId, { ...DEFAULT_ADMISSION, open: 2, batch: 0 });
    const [held] = await ledger.sql<{ id: string }[]>`
      select d.external_id as id from push_items i join documents d on d.id = i.document_id
      where d.kind = 'invoice'`;
    expect(await blockDue(ledger, before)).toBe(2);
    expect((await standing())[held?.id ?? '']).toBe('queued, due');
  });

  it('are left due where the name has come meanwhile', async () => {
    const before = await found();
    await ledger.sql.begin((tx) =>
      moveDocuments(tx, [name], () => ({ to: 'skipped', what: 'skipped' }), 'test'),
    );
    expect(await blockDue(ledger, before)).toBe(0);
    expect(await standing()).toEqual({ A: 'queued, due', B: 'queued, due', C: 'queued, due' });
  });
});

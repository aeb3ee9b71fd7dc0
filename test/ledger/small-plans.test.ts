import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from '../../src/ledger/connections/connections.js';
import { type Ledger, openLedger } from '../../src/ledger/database/open.js';
import { moveDocuments } from '../../src/ledger/documents/moves.js';
import { claimPush } from '../../src/ledger/pushes/claim.js';
import { DEFAULT_ADMISSION, openPushes } from '../../src/ledger/pushes/due.js';
import { fillLedger } from '../support/filled-ledger.js';
import { type FreshLedger, freshLedger, TEST_KEYS } from '../support/ledger.js';
import { type Explained, explainEverything, readInVain } from '../support/plans.js';
import { aConnected, anApp } from '../support/tenancy.js';

// An installation of one connection with a few thousand documents, where it looks cheap to PostgreSQL
// to read all of them: it counts a thousand connections (migration 0041), and there is one. A push
// must read its own documents all the same.

/** Rows beside its own that a statement of a push may read. */
const IN_VAIN_MAX = 100;

let companyId: string;

async function fill(ledger: Ledger): Promise<void> {
  const { app } = await anApp(ledger);
  let connection: Connection;
  ({ connection, companyId } = await aConnected(ledger, app.id));
  const place = { appId: app.id, connectionId: connection.id, companyId };
  const filling = { waiting: 3_000, open: 0, failed: 0, synced: 1_500, causes: 1 };
  await fillLedger(ledger, place, filling);
}

describe.each(['force_custom_plan', 'force_generic_plan'] as const)('with %s', (planCacheMode) => {
  let fresh: FreshLedger;
  let ledger: Ledger;
  let explained: Explained;

  beforeAll(async () => {
    fresh = await freshLedger({}, { name: 'small-plans', fill });
    explained = await explainEverything(fresh.url, { planCacheMode });
    const { onNotice } = explained;
    ledger = await openLedger({ url: fresh.url, keys: TEST_KEYS, poolSize: 2, onNotice });
  });
  afterAll(async () => {
    await ledger?.close();
    await fresh?.close();
  });

  it('reads only the documents of a push when it is opened, claimed and settled', async () => {
    const [batch] = await openPushes(ledger, companyId, DEFAULT_ADMISSION);
    const push = await claimPush(ledger, batch?.id ?? 0, 30_000);
    const ids = push?.items.map(({ id }) => id) ?? [];
    expect(ids).toHaveLength(30);
    const moved = await ledger.sql.begin((tx) =>
      moveDocuments(tx, ids, () => ({ to: 'waiting', what: 'waiting' }), 'test'),
    );
    expect(moved).toEqual(ids);
    expect(readInVain(explained.plans, 'documents')).toBeLessThan(IN_VAIN_MAX);
  });
});

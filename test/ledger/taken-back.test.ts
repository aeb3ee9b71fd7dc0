import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reason } from '../../src/contract/reasons.js';
import { tokenStore } from '../../src/ledger/companies/tokens.js';
import type { Connection } from '../../src/ledger/connections/connections.js';
import { markReconnectNeeded } from '../../src/ledger/connections/reconnect.js';
import { DEFAULT_ADMISSION } from '../../src/ledger/pushes/admission.js';
import { claimPush } from '../../src/ledger/pushes/claim.js';
import { openPushes } from '../../src/ledger/pushes/due.js';
import { loadedItems } from '../../src/ledger/pushes/load.js';
import { postpone, settleItems } from '../../src/ledger/pushes/settle.js';
import { withdrawDocument } from '../../src/ledger/statements/submit.js';
import { stateInvoice } from '../support/documents.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';

const CANCELLED = { status: 'cancelled', reason: null, due: false };
const LEASE_MS = 30_000;

// Found by the simulation: it became due again, or waited, and showed "Syncing" for ever.
describe('a document taken back while an open push held it', () => {
  let fresh: FreshLedger;
  let connection: Connection;
  let companyId: string;

  beforeAll(async () => {
    fresh = await freshLedger();
    const { app } = await anApp(fresh.ledger);
    ({ connection, companyId } = await aConnected(fresh.ledger, app.id));
  });
  afterAll(() => fresh?.close());

  async function standing(externalId: string) {
    const [row] = await fresh.ledger.sql`
      select status, reason, due_at is not null as due from documents
      where external_id = ${externalId}`;
    return row;
  }
  /** Answers the push that still holds it. */
  async function takenBack(externalId: string): Promise<number> {
    await stateInvoice(fresh.ledger, connection, externalId);
    const [opened] = await openPushes(fresh.ledger, companyId, DEFAULT_ADMISSION);
    const withdrawn = { kind: 'invoice', externalId, mode: 'void' } as const;
    await withdrawDocument(fresh.ledger, connection, withdrawn, 'app');
    return opened?.id ?? 0;
  }

  it('stays cancelled where that push cannot go on and would try again', async () => {
    const pushId = await takenBack('INV-1');
    const push = await claimPush(fresh.ledger, pushId, LEASE_MS);
    if (push === undefined) throw new Error('There was nothing to claim');
    const [item] = loadedItems(fresh.ledger, push.items);
    if (item === undefined) throw new Error('The push holds nothing');

    const unavailable = reason('quickbooks_unavailable', {});
    const ending = { kind: 'waiting', reason: unavailable, retryInMs: 0, attempts: 1 } as const;
    await settleItems(fresh.ledger, push, [{ item, revision: item.revision, ending }]);

    expect(await standing('INV-1')).toEqual(CANCELLED);
  });

  it('stays cancelled where that push is put off', async () => {
    const pushId = await takenBack('INV-3');
    const push = await claimPush(fresh.ledger, pushId, LEASE_MS);
    if (push === undefined) throw new Error('There was nothing to claim');
    const items = loadedItems(fresh.ledger, push.items);

    const shown = { status: 'waiting', reason: reason('rate_limited', {}) } as const;
    await postpone(fresh.ledger, push, items, 0, shown);

    expect(await standing('INV-3')).toEqual(CANCELLED);
  });

  it('stays cancelled where the connection is lost', async () => {
    await takenBack('INV-2');

    const tokens = await tokenStore(fresh.ledger).read(companyId);
    await markReconnectNeeded(fresh.ledger, companyId, tokens?.generation ?? null);

    expect(await standing('INV-2')).toEqual(CANCELLED);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { moveDocuments } from '../../src/ledger/documents/moves.js';
import { stateDocuments } from '../../src/ledger/statements/submit.js';
import { aStatedInvoice, stateInvoice } from '../support/documents.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { waitingForLocks } from '../support/row-lock.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { waitFor } from '../support/wait-for.js';

describe('a statement of many documents', () => {
  let fresh: FreshLedger;

  beforeAll(async () => {
    fresh = await freshLedger();
  });
  afterAll(() => fresh?.close());

  // Found by the simulation: seed 1, path 23.
  it('and the settling of one of them never wait for each other', async () => {
    const { ledger } = fresh;
    const { app } = await anApp(ledger);
    const { connection } = await aConnected(ledger, app.id);
    const first = await stateInvoice(ledger, connection, 'first');
    const second = await stateInvoice(ledger, connection, 'second');
    // The first fails for its total, which is an event: numbers of those are the connection's.
    const totals = { first: '99.00', second: '100.00' };
    const many = Object.entries(totals).map(([externalId, total]) => ({
      kind: 'invoice' as const,
      externalId,
      document: aStatedInvoice({ number: externalId, total, memo: 'Changed' }),
    }));

    const stated = await ledger.sql.begin(async (tx) => {
      await tx`select 1 from documents where id = ${second} for no key update`;
      const work = stateDocuments(ledger, connection, many, 'app');
      await waitFor(async () => (await waitingForLocks(ledger, 'documents')) > 0, {
        what: 'the statement to wait for the document that is settled',
      });
      // Takes the next number, which the statement must not hold by then.
      await moveDocuments(tx, [second], () => ({ to: 'failed', what: 'failed' }), 'worker');
      return { work };
    });

    expect(await stated.work).toMatchObject([
      { documentId: first, result: 'stored' },
      { documentId: second, result: 'stored' },
    ]);
  });
});

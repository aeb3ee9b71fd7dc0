import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../../src/contract/documents/index.js';
import { readDocument } from '../../../src/ledger/answers/answers.js';
import { revealStatement } from '../../../src/ledger/answers/stated-whole.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import { moveDocuments } from '../../../src/ledger/documents/moves.js';
import { exportConnection } from '../../../src/ledger/housekeeping/export.js';
import {
  correctDocument,
  stateDocument,
  stateDocuments,
  withdrawDocument,
} from '../../../src/ledger/statements/submit.js';
import { aStatedInvoice } from '../../support/documents.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp } from '../../support/tenancy.js';

const PERSON = 'support@example.com';

// Two writers at once are two transactions on the real database.
describe('a correction', () => {
  let fresh: FreshLedger;
  let connection: Connection;
  let count = 0;
  beforeAll(async () => {
    fresh = await freshLedger();
    const { app } = await anApp(fresh.ledger);
    connection = (await aConnected(fresh.ledger, app.id)).connection;
  });
  afterAll(() => fresh.close());

  const invoiceOf = (externalId: string, overrides: Partial<InvoiceInput> = {}) =>
    ({
      kind: 'invoice',
      externalId,
      document: aStatedInvoice({ number: externalId, ...overrides }),
    }) as const;
  const state = (externalId: string, overrides: Partial<InvoiceInput> = {}) =>
    stateDocument(fresh.ledger, connection, invoiceOf(externalId, overrides), 'app');
  const correct = (
    documentId: number,
    externalId: string,
    overrides: Partial<InvoiceInput>,
    revision = 1,
  ) => {
    const { document } = invoiceOf(externalId, overrides);
    return correctDocument(fresh.ledger, connection, { documentId, document, revision }, PERSON);
  };
  const read = async (externalId: string) => {
    const answer = await readDocument(fresh.ledger, connection, 'invoice', externalId);
    if (answer === undefined) throw new Error('There is no such document');
    return answer;
  };
  const wanted = async (id: number) => (await revealStatement(fresh.ledger, id, PERSON))?.document;

  /** Its lines do not add up, so it failed; a person has made its total agree. */
  async function aCorrected() {
    count += 1;
    const externalId = `C-${count}`;
    const { documentId } = await state(externalId, { total: '999.00' });
    expect(await read(externalId)).toMatchObject({ status: 'failed', reason: 'total_mismatch' });
    await correct(documentId, externalId, {});
    return { externalId, documentId };
  }

  it('is judged like a statement, tried again, and told with who made it', async () => {
    const { externalId } = await aCorrected();
    const answer = await read(externalId);
    expect(answer).toMatchObject({
      status: 'queued',
      revision: 2,
      corrected: { by: PERSON, at: expect.any(String) },
    });
    expect(answer.history.at(-1)).toMatchObject({ what: 'corrected', by: PERSON, revision: 2 });
    const audit = await fresh.ledger.sql`
      select actor, subject from audit_log where action = 'document.corrected'
        and subject ->> 'externalId' = ${externalId}`;
    expect(audit).toEqual([
      {
        actor: PERSON,
        subject: expect.objectContaining({ kind: 'invoice', externalId, revision: 2 }),
      },
    ]);
  });

  it('stands while the app states what it had stated, alone and among many', async () => {
    const { externalId, documentId } = await aCorrected();
    const total = (await read(externalId)).total;
    expect((await state(externalId, { total: '999.00' })).result).toBe('unchanged');
    const again = invoiceOf(externalId, { total: '999.00', sourceVersion: 7 });
    const many = await stateDocuments(fresh.ledger, connection, [again], 'app');
    expect(many).toMatchObject([{ result: 'unchanged' }]);
    expect(await read(externalId)).toMatchObject({
      total,
      revision: 2,
      corrected: { by: PERSON },
    });
    expect(await wanted(documentId)).toMatchObject({ total });
    // A newer version was heard of, so what is older than it is still old.
    const older = { total: '1.00', sourceVersion: 6 };
    expect((await state(externalId, older)).result).toBe('ignored_older');
  });

  it('is gone where the app states something else, and the history says so', async () => {
    const { externalId, documentId } = await aCorrected();
    expect((await state(externalId, { total: '888.00' })).result).toBe('stored');
    const answer = await read(externalId);
    expect(answer).toMatchObject({ total: '888.00', revision: 3, corrected: null });
    expect(answer.history.at(-1)).toMatchObject({ what: 'correction_replaced', by: 'app' });
    expect(await revealStatement(fresh.ledger, documentId, PERSON)).toMatchObject({
      appStated: null,
    });
    // What it had stated before the correction is something else as well by now.
    expect((await state(externalId, { total: '999.00' })).result).toBe('stored');
    expect(await read(externalId)).toMatchObject({ total: '999.00', corrected: null });
  });

  it('is the app’s own where the app comes to state the same, and where it takes it back', async () => {
    const same = await aCorrected();
    expect((await state(same.externalId)).result).toBe('unchanged');
    expect(await read(same.externalId)).toMatchObject({ revision: 2, corrected: null });
    const back = await aCorrected();
    await withdrawDocument(
      fresh.ledger,
      connection,
      { kind: 'invoice', externalId: back.externalId, mode: 'void' },
      'app',
    );
    expect(await read(back.externalId)).toMatchObject({ status: 'cancelled', corrected: null });
  });

  it('is corrected again against what the app stated, and ends where it comes back to that', async () => {
    const { externalId, documentId } = await aCorrected();
    await correct(documentId, externalId, { memo: 'As agreed' }, 2);
    expect((await state(externalId, { total: '999.00' })).result).toBe('unchanged');
    expect(await revealStatement(fresh.ledger, documentId, PERSON)).toMatchObject({
      revision: 3,
      document: { memo: 'As agreed' },
      appStated: { total: '999.00' },
    });
    await correct(documentId, externalId, { total: '999.00' }, 3);
    expect(await read(externalId)).toMatchObject({ total: '999.00', corrected: null });
  });

  it('is refused where it was made of an older revision, or says nothing new', async () => {
    const { externalId, documentId } = await aCorrected();
    const stale = await correct(documentId, externalId, { memo: 'x' }, 1);
    expect(stale).toMatchObject({ refused: expect.stringContaining('has changed since') });
    const nothing = await correct(documentId, externalId, {}, 2);
    expect(nothing).toMatchObject({ refused: 'Nothing of it was changed.' });
    expect(await correct(0, externalId, {}, 1)).toBeUndefined();
  });

  it('and a statement at the same moment end as one after the other', async () => {
    count += 1;
    const externalId = `C-${count}`;
    const { documentId } = await state(externalId, { total: '999.00' });
    const [corrected] = await Promise.all([
      correct(documentId, externalId, {}),
      state(externalId, { total: '888.00' }),
    ]);
    // Whoever is first: what the app stated anew rules.
    expect(await read(externalId)).toMatchObject({ total: '888.00', corrected: null });
    const wasFirst = corrected !== undefined && 'result' in corrected;
    expect((await read(externalId)).revision).toBe(wasFirst ? 3 : 2);
  });

  it('updates what QuickBooks has, and a repeat of the app sends nothing after it', async () => {
    count += 1;
    const externalId = `C-${count}`;
    const { documentId } = await state(externalId);
    const sync = (revision: number) =>
      fresh.ledger.sql.begin(async (tx) => {
        await moveDocuments(tx, [documentId], () => ({ to: 'syncing', what: 'sent' }), 'worker');
        const move = { to: 'synced', what: 'synced', syncedRevision: revision } as const;
        await moveDocuments(tx, [documentId], () => move, 'worker');
      });
    await sync(1);
    await correct(documentId, externalId, { memo: 'As agreed' });
    expect(await read(externalId)).toMatchObject({ status: 'queued', revision: 2 });
    await sync(2);
    expect((await state(externalId)).result).toBe('unchanged');
    expect(await read(externalId)).toMatchObject({
      status: 'synced',
      syncedRevision: 2,
      corrected: { by: PERSON },
    });
  });

  it('is exported with what the app stated', async () => {
    const { externalId } = await aCorrected();
    for await (const row of exportConnection(fresh.ledger, connection.id)) {
      if (row.type !== 'document' || row['externalId'] !== externalId) continue;
      expect(row).toMatchObject({ appStated: { total: '999.00' }, correctedBy: PERSON });
      return;
    }
    throw new Error('The document was not exported');
  });
});

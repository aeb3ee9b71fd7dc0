import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reason } from '../../src/contract/reasons.js';
import { moveDocuments } from '../../src/ledger/documents/moves.js';
import { stateInvoice } from '../support/documents.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { aLogin, aWeb, type LoggedIn, PUBLIC_URL, type WebUnderTest } from '../support/web.js';

describe('actions of people on one document', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let id: number;
  beforeAll(async () => {
    fresh = await freshLedger();
    running = await aWeb(fresh.ledger);
    const { app } = await anApp(fresh.ledger);
    const { connection } = await aConnected(fresh.ledger, app.id);
    id = await stateInvoice(fresh.ledger, connection, 'INV-1');
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  const fail = () =>
    fresh.ledger.sql.begin((tx) =>
      moveDocuments(
        tx,
        [id],
        () => ({ to: 'failed', what: 'failed', reason: reason('customer_missing', { name: 'A' }) }),
        'worker',
      ),
    );
  const post = (path: string, { cookie, csrfToken }: LoggedIn, payload?: object) =>
    running.web.inject({
      method: 'POST',
      url: `/ops/documents/${id}/${path}`,
      headers: { cookie, 'x-csrf-token': csrfToken, origin: PUBLIC_URL },
      ...(payload === undefined ? {} : { payload }),
    });

  it('needs the role each of them has, and says who did it', async () => {
    const viewer = await aLogin(fresh.ledger, running.web, 'viewer');
    const operator = await aLogin(fresh.ledger, running.web, 'operator');
    const support = await aLogin(fresh.ledger, running.web, 'support');
    await fail();
    expect((await post('skip', viewer)).statusCode).toBe(403);
    expect((await post('link', operator, { recordId: '5' })).statusCode).toBe(403);
    expect((await post('link', support, { recordId: 'x' })).statusCode).toBe(422);
    expect((await post('recreate', support, {})).statusCode).toBe(422);
    const refused = await post('recreate', support, { confirm: true });
    expect([refused.statusCode, refused.json().detail]).toEqual([
      409,
      'This cannot be done while it is failed.',
    ]);
    const skipped = await post('skip', operator);
    expect(skipped.json()).toMatchObject({
      id: String(id),
      status: 'skipped',
      details: `Skipped by ${operator.email}. It is not sent, also when it changes, until somebody retries it.`,
    });
    expect(skipped.json().history.at(-1)).toMatchObject({ what: 'skipped', by: operator.email });
    const audit = await fresh.ledger.sql`
      select actor, subject from audit_log where action = 'document.skipped'`;
    expect(audit).toEqual([
      { actor: operator.email, subject: { documentId: id, kind: 'invoice', externalId: 'INV-1' } },
    ]);
    running.dispatched.length = 0;
    expect((await post('retry', operator)).json().results).toMatchObject([{ retried: true }]);
    expect(running.dispatched).toHaveLength(1);
  });
});

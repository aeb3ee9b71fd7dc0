import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stateInvoice } from '../support/documents.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { aLogin, aWeb, type LoggedIn, PUBLIC_URL, type WebUnderTest } from '../support/web.js';

// Roles of every route are held in test/http/guards.test.ts.
describe('correcting a document on the dashboard', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let support: LoggedIn;
  let id: number;
  beforeAll(async () => {
    fresh = await freshLedger();
    running = await aWeb(fresh.ledger);
    const { app } = await anApp(fresh.ledger);
    const { connection } = await aConnected(fresh.ledger, app.id);
    id = await stateInvoice(fresh.ledger, connection, 'INV-1', {
      total: '999.00',
      actor: { id: 'user-1', rights: [] },
    });
    support = await aLogin(fresh.ledger, running.web, 'support');
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  const post = (path: string, payload?: object, by = support, origin = PUBLIC_URL) =>
    running.web.inject({
      method: 'POST',
      url: `/ops/documents/${id}/${path}`,
      headers: { cookie: by.cookie, 'x-csrf-token': by.csrfToken, origin },
      ...(payload === undefined ? {} : { payload }),
    });
  const lines = [{ name: 'Consulting', quantity: '2', unitPrice: '5.00', amount: '10.00' }];

  it('shows the statement whole to support alone, which is noted', async () => {
    const operator = await aLogin(fresh.ledger, running.web, 'operator');
    expect((await post('reveal', undefined, operator)).statusCode).toBe(403);
    const shown = await post('reveal');
    expect(shown.json()).toMatchObject({
      revision: 1,
      document: { number: 'INV-1', total: '999.00' },
      appStated: null,
    });
    expect(shown.json().document).not.toHaveProperty('actor');
    const audit = await fresh.ledger.sql`
      select actor from audit_log where action = 'document.revealed'`;
    expect(audit).toEqual([{ actor: support.email }]);
  });

  it('refuses what an app could not state, all of it at once, each at its field', async () => {
    const { document } = (await post('reveal')).json();
    const wrong = { ...document, number: '', total: 'ten', lines: [{ ...lines[0], amount: 'x' }] };
    for (const path of ['correct', 'correct/preview']) {
      const payload = path === 'correct' ? { document: wrong, revision: 1 } : { document: wrong };
      const refused = await post(path, payload);
      expect(refused.statusCode).toBe(422);
      const fields = refused.json().errors.map(({ field }: { field: string }) => field);
      expect(fields).toEqual(expect.arrayContaining(['number', 'total', 'lines.0.amount']));
    }
  });

  it('takes it from its own pages alone, once, and sends it', async () => {
    const { document } = (await post('reveal')).json();
    const corrected = { ...document, lines, total: '10.00', actor: { id: 'me', rights: ['all'] } };
    const payload = { document: corrected, revision: 1 };
    expect((await post('correct', payload, support, 'https://evil.example')).statusCode).toBe(403);
    running.dispatched.length = 0;
    const answer = await post('correct', payload);
    expect(answer.json()).toMatchObject({
      status: 'queued',
      total: '10.00',
      corrected: { by: support.email },
      uncorrectable: null,
    });
    expect(running.dispatched).toHaveLength(1);
    const again = await post('correct', payload);
    expect([again.statusCode, again.json().detail]).toEqual([
      409,
      'It has changed since it was opened. Open it again.',
    ]);
    expect((await post('reveal')).json()).toMatchObject({ appStated: { total: '999.00' } });
  });
});

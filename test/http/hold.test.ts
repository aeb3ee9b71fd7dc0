import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stateInvoice } from '../support/documents.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { aLogin, aWeb, PUBLIC_URL, type WebUnderTest } from '../support/web.js';

describe('the hold of a connection, by people', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  beforeAll(async () => {
    fresh = await freshLedger();
    running = await aWeb(fresh.ledger);
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  it('is asked for, read with what it keeps, and ended, with who did it', async () => {
    const { app } = await anApp(fresh.ledger);
    const { connection, companyId } = await aConnected(fresh.ledger, app.id);
    const operator = await aLogin(fresh.ledger, running.web, 'operator');
    const { cookie, csrfToken } = operator;
    const call = (method: 'GET' | 'PUT' | 'DELETE', id: string, payload?: object) =>
      running.web.inject({
        method,
        url: `/ops/connections/${id}/hold`,
        headers: { cookie, 'x-csrf-token': csrfToken, origin: PUBLIC_URL },
        ...(payload === undefined ? {} : { payload }),
      });
    const to = new Date(fresh.ledger.clock().getTime() + 86_400_000).toISOString();
    expect((await call('PUT', connection.id, { to })).json()).toMatchObject({ isOn: true });
    await stateInvoice(fresh.ledger, connection, 'INV-1');
    expect((await call('GET', connection.id)).json()).toMatchObject({
      hold: { to },
      documents: 1,
    });
    running.dispatched.length = 0;
    expect((await call('DELETE', connection.id)).json()).toMatchObject({
      hold: null,
      documents: 0,
    });
    expect(running.dispatched).toEqual([companyId]);
    expect((await call('GET', '00000000-0000-4000-8000-000000000000')).statusCode).toBe(404);
    const audit = await fresh.ledger.sql`
      select actor, action from audit_log where action like 'connection.hold%'
        or action = 'connection.held' order by id`;
    expect(audit).toEqual([
      { actor: operator.email, action: 'connection.held' },
      { actor: operator.email, action: 'connection.hold_ended' },
    ]);
  });
});

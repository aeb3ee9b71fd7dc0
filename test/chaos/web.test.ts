import { beforeAll, expect } from '@jest/globals';
import { waitForStatus } from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import type { SalesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import { describeHouse, row } from './row.js';

describeHouse('web', { queue: 'redis' }, (house) => {
  let at: SalesCompany;

  beforeAll(async () => {
    await house().startWorker();
    at = await house().company();
    // Nobody but web is behind the proxy then.
    await house().stopWorkers();
  }, 60_000);

  row('F12', async () => {
    const { ledger } = house().house;
    const state = () =>
      house().client.state(at.id, 'invoice', 'F12', anInvoice({ number: 'F12' }), {
        idempotencyKey: 'f12',
      });
    // On a new connection statements go in clear. This one is committed, and web does not hear of it.
    house().proxies.postgres.cut();
    await waitFor(async () => (await fetch(`${house().webUrl}/readyz`)).status === 200, {
      what: 'web to be ready again',
      withinMs: 30_000,
    });
    const committed = house().proxies.postgres.freezeAfter('commit', 'back');
    const asked = state().then(
      () => 'answered',
      () => 'cut off',
    );
    await committed;
    const stored = () => ledger.sql`select 1 from documents where external_id = 'F12'`;
    await waitFor(async () => (await stored()).count === 1, { what: 'the commit' });
    house().web().kill('SIGKILL');
    expect(await asked).toBe('cut off');
    await house().proxies.postgres.pass();
    await house().startWeb();

    // The first request was cut off: after a while its key is free again.
    await ledger.sql`update idempotency_keys set created_at = created_at - interval '5 minutes'`;
    const answer = await state();

    expect(answer.result).toBe('unchanged');
    expect((await stored()).count).toBe(1);
    await house().startWorker();
    await at.invoice('F12');
    await waitForStatus(house(), at.id, 'invoice', 'F12', 'synced');
    expect(at.invoices('F12')).toHaveLength(1);
    await house().check();
  });
});

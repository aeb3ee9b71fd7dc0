import { beforeAll, expect } from '@jest/globals';
import { startEndpoint } from '../support/endpoint.js';
import { waitForStatus } from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { rawApi } from '../support/raw-api.js';
import type { SalesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import { describeHouse, row } from './row.js';

describeHouse('web', { queue: 'redis', environment: { DELIVER_TO_PRIVATE: 'true' } }, (house) => {
  let at: SalesCompany;

  beforeAll(async () => {
    await house().startWorker();
    at = await house().company();
    // Nobody but web is behind the proxy then.
    await house().stopWorkers();
  });

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

  row('F49', async () => {
    const { client } = house();
    const [steady, down] = [await startEndpoint(), await startEndpoint()];
    const [told, failing, gone] = await Promise.all(
      [steady.url, down.url, `${steady.url}/gone`].map((url) => client.addEndpoint({ url })),
    );
    steady.answer(({ path }) => (path.endsWith('/gone') ? 410 : 200));
    await down.close();
    await house().startWorker();

    const numbers = Array.from({ length: 10 }, (_, index) => `F49-${index}`);
    await at.invoicesOf(numbers);
    for (const number of numbers) {
      await waitForStatus(house(), at.id, 'invoice', number, 'synced');
    }

    const says = (number: string) => `invoice ${number} synced`;
    await Promise.all(numbers.map((number) => steady.told(says(number))));
    const endpoints = async () => {
      const found = await client.endpoints();
      return new Map(found.endpoints.map((one) => [one.id, one]));
    };
    await waitFor(async () => (await endpoints()).get(gone?.id ?? '')?.disabledWhy === 'gone', {
      what: 'the endpoint that is gone to be disabled',
    });
    // It was told of the last one before that is noted.
    const now = await waitFor(
      async () => {
        const found = await endpoints();
        return found.get(told?.id ?? '')?.waiting === 0 ? found : undefined;
      },
      { what: 'nothing to wait for the endpoint that is well' },
    );
    expect(now.get(told?.id ?? '')).toMatchObject({ enabled: true });
    expect(now.get(failing?.id ?? '')).toMatchObject({ enabled: true });
    expect(now.get(failing?.id ?? '')?.waiting).toBeGreaterThanOrEqual(numbers.length);
    await house().check();
    await steady.close();
  });

  row('F47', async () => {
    const { ledger } = house().house;
    const { pid } = house().web();
    const path = `/v1/connections/${at.id}/documents/invoice/F47`;
    const inAll = async () => {
      const [counted] = await ledger.sql`
        select (select count(*)::int from documents) as documents,
          (select count(*)::int from pushes) as pushes, (select count(*)::int from events) as events`;
      return counted;
    };
    const before = await inAll();
    const text = JSON.stringify(anInvoice({ number: 'F47' }));
    const poisons: Record<string, string> = {
      'half a character': text.replace('Harbor Lane', 'Harbor\\ud83dLane'),
      NUL: text.replace('Harbor Lane', 'Harbor\\u0000Lane'),
      'a number beyond all numbers': text.replace('"total":"100.00"', '"total":1e400'),
      'ten thousand lists': `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
      'ten thousand objects': `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
      'a prototype': text.replace('{', '{"__proto__":{"total":"0"},'),
      'a constructor': text.replace('{', '{"constructor":{"prototype":{"total":"0"}},'),
      'ten megabytes': JSON.stringify({ ...anInvoice(), memo: 'x'.repeat(10_000_000) }),
    };
    for (const [what, body] of Object.entries(poisons)) {
      const { status } = await rawApi(house(), 'PUT', path, { body });
      expect([what, Math.floor(status / 100)]).toEqual([what, 4]);
    }

    expect(await inAll()).toEqual(before);
    expect(house().web().isRunning()).toBe(true);
    expect(house().web().pid).toBe(pid);
    await house().startWorker();
    await at.invoice('F47');
    await waitForStatus(house(), at.id, 'invoice', 'F47', 'synced');
    await house().check();
  });
});

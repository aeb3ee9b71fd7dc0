import { afterEach, beforeAll, expect, it } from '@jest/globals';
import type { FaultRule } from '../../src/simulator/index.js';
import { waitForStatus, walkThroughOAuth } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { holdLocks } from '../support/row-lock.js';
import type { SalesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import { describeHouse, row } from './row.js';

/** Enough to go in batches, and beside them. */
const COUNT = 12;
const WORKERS = 8;
const TOKEN = { operation: 'token' } as const;

// Tokens end, are lost, are asked for by many at once. None is ever lost without a way back.
describeHouse('tokens', { queue: 'redis' }, (house) => {
  let at: SalesCompany;

  beforeAll(async () => {
    house().simulator.control.setBehaviours({ refreshRotation: 'always' });
    await house().startWorker();
    at = await house().company();
    await at.invoice('F0');
    await synced('F0');
  });
  afterEach(() => house().check({ keepWorkers: true }));

  const settled = (number: string, status: string) =>
    waitForStatus(house(), at.id, 'invoice', number, status);
  const synced = (number: string) => settled(number, 'synced');
  const numbersOf = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
  const refreshes = () => eventsOf(house(), 'qbo_token_refresh').map(({ result }) => result);

  /** The access token has run out: whoever needs one has to get it first. */
  const expire = async () => {
    await house().house.ledger.sql`update tokens set access_expires_at = now()`;
  };
  const reconnect = async () => {
    const { connectUrl } = await house().client.connectLink(at.id);
    const back = await walkThroughOAuth(connectUrl ?? '', at.realmId);
    expect(back.searchParams.get('result')).toBe('connected');
  };

  row('F25', async () => {
    const numbers = numbersOf('F25', COUNT);
    at.fault({ do: 'revoke', match: { operation: 'batch' } });
    await at.invoicesOf(numbers);
    await waitFor(
      async () => (await house().client.connection(at.id)).status === 'disconnected_in_quickbooks',
      { what: 'the connection to need a reconnect' },
    );
    await at.invoice('F25-LATER');
    expect(await settled('F25-LATER', 'waiting')).toMatchObject({ reason: 'reconnect_needed' });

    await reconnect();

    await Promise.all([...numbers, 'F25-LATER'].map(synced));
    expect(at.invoices('F25-1')).toHaveLength(1);
  });

  row('F27', async () => {
    await lostRefresh({ do: 'drop', at: 'after_commit', match: TOKEN }, 'F27');
  });

  row(
    'F27',
    async () => {
      await house().stopWorkers();
      const doomed = await house().startWorker({ fault: 'tokens_arrived:1:kill' });
      await expire();
      await at.invoice('F27-KILLED');
      expect(await doomed.exitCode()).toBeNull();
      await house().startWorker();

      await settled('F27-KILLED', 'waiting');
      await reconnect();

      await synced('F27-KILLED');
    },
    'the worker dies before storing it',
  );

  row('F28', async () => {
    const troubles: FaultRule[] = [
      { do: 'status', status: 500 },
      { do: 'status', status: 429 },
      { do: 'status', status: 502, shape: 'html' },
      { do: 'body', status: 200, body: {} },
    ];
    const before = refreshes().length;
    const since = () => refreshes().slice(before);
    for (const [skip, trouble] of troubles.entries()) {
      house().simulator.control.addFault({ ...trouble, skip, match: TOKEN });
    }
    await expire();
    await at.invoice('F28');
    await synced('F28');

    await waitFor(() => since().length > troubles.length, { what: 'the refreshes to be told' });
    expect(since()).toEqual([...troubles.map(() => 'unavailable'), 'refreshed']);
    expect(await house().client.connection(at.id)).toMatchObject({ status: 'connected' });
  });

  row('F26', async () => {
    await house().stopWorkers();
    // One push each, so that all of them need it.
    const environment = { PUSH_CONCURRENCY: '1' };
    await Promise.all(Array.from({ length: WORKERS }, () => house().startWorker({ environment })));
    const before = refreshes().length;
    const started = eventsOf(house(), 'push_started').length;
    const busy = () =>
      new Set(
        eventsOf(house(), 'push_started')
          .slice(started)
          .map(({ pid }) => pid),
      );
    house().simulator.control.addFault({ do: 'delay', delayMs: 300, match: TOKEN });
    // Nobody gets done with one and takes the next while others have not begun.
    const letGo = await holdLocks(
      house().house.ledger,
      (tx) => tx`lock table requests in share row exclusive mode`,
    );
    await expire();
    const numbers = numbersOf('F26', WORKERS);
    await Promise.all(numbers.map((number) => at.invoice(number)));
    await waitFor(() => busy().size > 1, { what: 'several workers to have begun' });
    await letGo();

    await Promise.all(numbers.map(synced));

    await waitFor(() => refreshes().length > before, { what: 'the refresh to be told' });
    expect(refreshes().slice(before)).toEqual(['refreshed']);
  });

  it('are never stored empty', async () => {
    const rows = await house().house.ledger.sql<{ generation: number; usable: boolean }[]>`
      select generation, usable from tokens`;
    expect(rows).toMatchObject([{ usable: true }]);
  });

  /** Intuit has given another pair, and the answer that carried it is gone. */
  async function lostRefresh(loss: FaultRule, number: string): Promise<void> {
    house().simulator.control.addFault(loss);
    await expire();
    await at.invoice(number);

    await settled(number, 'waiting');
    await waitFor(
      async () => (await house().client.connection(at.id)).status === 'disconnected_in_quickbooks',
      { what: 'the connection to need a reconnect' },
    );
    await reconnect();

    await synced(number);
  }
});

import { beforeAll, expect } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { pullChanges, waitForStatus } from '../support/journey.js';
import type { SalesCompany } from '../support/sales-company.js';
import { told } from '../support/told.js';
import { waitFor } from '../support/wait-for.js';
import type { ChaosHouse, QueueKind } from './house.js';
import { describeHouse, row } from './row.js';

const CHANGED = 1_100;
const settings: SettingsInput = {
  modules: ['invoice', 'payment', 'customer'],
  imports: { contacts: true },
  payments: true,
};

// More has changed than change data answers, more time has passed than it looks back, and a worker dies
// over it: all of it arrives, each once.
export function changesRows(queue: QueueKind): void {
  describeHouse('changes', { queue, front: true }, rows);
}

function rows(house: () => ChaosHouse): void {
  let at: SalesCompany;
  let events: ReturnType<typeof told>;

  beforeAll(async () => {
    await house().startWorker();
    at = await house().company({ settings });
    events = told(house(), at.id);
    await pullChanges(house(), at.id);
    await events();
  });

  const counted = (calls: readonly string[]) =>
    Object.fromEntries([...new Set(calls)].map((one) => [one, countOf(calls, one)]));
  const countOf = (calls: readonly string[], one: string) =>
    calls.filter((call) => call === one).length;
  /** Calls of the company from here on. */
  const callsFromNow = () => {
    const before = at.quickbooks.calls().length;
    return () => at.quickbooks.calls().slice(before);
  };
  /** In two goes, so that not all of them are of one second. */
  function addCustomers(name: string): void {
    for (const go of [0, 1]) {
      house().simulator.control.load(at.realmId, {
        Customer: Array.from({ length: CHANGED / 2 }, (_, index) => ({
          DisplayName: `${name} ${go} ${String(index).padStart(4, '0')}`,
        })),
      });
      house().simulator.control.setClock({ advanceMs: 2_000 });
    }
  }
  const sent = async (number: string) => {
    await at.invoice(number);
    const { quickbooks } = await waitForStatus(house(), at.id, 'invoice', number, 'synced');
    return quickbooks?.id ?? '';
  };
  const act = (what: Parameters<ReturnType<typeof control>['act']>[1]) =>
    control().act(at.realmId, what);
  const control = () => house().simulator.control;

  /** Kills the worker when the company's next call that is meant has arrived; another one goes on. */
  async function killAt(isMeant: () => boolean): Promise<void> {
    const doomed = await house().startWorker();
    const front = house().front;
    if (front === undefined) throw new Error('There is nothing before the simulator');
    let arrived = front.holdNext(at.realmId, 'GET');
    await house().client.startRun(at.id, 'pull_changes');
    for (;;) {
      const letGo = await arrived;
      if (isMeant()) {
        doomed.kill('SIGKILL');
        await doomed.exitCode();
        letGo();
        return;
      }
      arrived = front.holdNext(at.realmId, 'GET');
      letGo();
    }
  }

  row(
    'F34',
    async () => {
      const calls = callsFromNow();
      addCustomers('Many');
      const run = await pullChanges(house(), at.id);

      const heard = await events();
      expect(new Set(heard).size).toBe(CHANGED);
      expect(heard).toHaveLength(CHANGED);
      expect(run).toMatchObject({ status: 'succeeded', progress: { done: expect.any(Number) } });
      // All together, each of the ten alone, and the customers page by page.
      expect(counted(calls())).toEqual({ 'GET cdc': 11, 'GET query': 2 });
      expect(run.reads).toBe(13);
      await house().check();
    },
    '1,100 customers',
  );

  row(
    'F34',
    async () => {
      await house().startWorker();
      const deleted = await sent('F34-deleted');
      const paid = await sent('F34-paid');
      // Beyond what two runs overlap.
      control().setClock({ advanceMs: 600_000 });
      await pullChanges(house(), at.id);
      await events();
      await house().stopWorkers();
      addCustomers('More');
      act({ do: 'delete', entity: 'Invoice', id: deleted });
      act({ do: 'pay', invoice: paid, amount: 40 });
      const calls = callsFromNow();
      const queries = () => countOf(calls(), 'GET query');
      const looked = () => calls().some((call) => call.startsWith('GET invoice'));
      // Between two pages of customers; what was done to invoices was not looked at yet.
      await killAt(() => queries() === 1);
      const before = await events();
      expect(before.length).toBeGreaterThan(0);
      await house().startWorker();
      await quiet();
      expect(looked()).toBe(true);

      const heard = [...before, ...(await events())];
      expect(heard.filter((one) => one.startsWith('contact.imported'))).toHaveLength(CHANGED);
      expect(heard.filter((one) => one === 'payment.recorded invoice F34-paid')).toHaveLength(1);
      expect(new Set(heard).size).toBe(heard.length);
      await waitForStatus(house(), at.id, 'invoice', 'F34-deleted', 'deleted_in_quickbooks');
      await house().check();
    },
    'a worker killed between two pages',
  );

  const quiet = () =>
    waitFor(
      async () => {
        const { sql } = house().house.ledger;
        return (await sql`select 1 from runs where ended_at is null`).count === 0;
      },
      { what: 'the run to end' },
    );

  row(
    'F34',
    async () => {
      await house().startWorker();
      const deleted = await sent('F34-gap-deleted');
      const paid = await sent('F34-gap-paid');
      await pullChanges(house(), at.id);
      await events();
      // Of a deletion of then nothing would be told any more.
      act({ do: 'delete', entity: 'Invoice', id: deleted });
      act({ do: 'pay', invoice: paid, amount: 40 });
      await house().house.ledger.sql`
        update companies set changes_since = now() - interval '31 days'`;
      const calls = callsFromNow();
      await pullChanges(house(), at.id);

      expect(countOf(calls(), 'GET cdc')).toBe(0);
      await waitForStatus(house(), at.id, 'invoice', 'F34-gap-deleted', 'deleted_in_quickbooks');
      expect(await events()).toEqual(['payment.recorded invoice F34-gap-paid']);
      await house().check();
    },
    'a gap of 31 days',
  );
}

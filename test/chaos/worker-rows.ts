import { beforeAll, expect } from '@jest/globals';
import { waitForStatus } from '../support/journey.js';
import type { SalesCompany } from '../support/sales-company.js';
import type { ChaosHouse, QueueKind } from './house.js';
import { describeHouse, row } from './row.js';

/** Documents on their way when their worker dies; played on one queue. */
export function killedWorkers(queue: QueueKind): void {
  describeHouse('a worker that is killed', { queue }, (house) => {
    const companies = new Map<string, SalesCompany>();

    // Each row's company knows its lists and has sent something, so that nothing is read any more.
    beforeAll(async () => {
      await house().startWorker();
      await Promise.all(
        ['F1', 'F2', 'F3', 'F4', 'F5'].map(async (number) => {
          const at = await house().company();
          companies.set(number, at);
          await at.invoice(`${number}-0`);
          await synced(house(), at, `${number}-0`);
        }),
      );
      await house().stopWorkers();
    });

    const of = (number: string): SalesCompany => {
      const at = companies.get(number);
      if (at === undefined) throw new Error(`Nothing was prepared for ${number}`);
      return at;
    };
    /** The worker dies at the moment, and another one goes on. */
    const survive = async (number: string, fault: string) => {
      const at = of(number);
      const before = at.quickbooks.calls().length;
      const doomed = await house().startWorker({ fault });
      await at.invoice(number);
      expect(await doomed.exitCode()).toBeNull();
      await house().startWorker();
      const invoice = await synced(house(), at, number);
      return { at, invoice, calls: at.quickbooks.calls().slice(before) };
    };

    row('F1', async () => {
      const { invoice, calls } = await survive('F1', 'request_stored:1:kill');

      expect(calls).toEqual(['POST invoice']);
      expect(invoice.warnings).toEqual([]);
      await house().check();
    });
  });
}

const synced = (house: ChaosHouse, { id }: SalesCompany, number: string) =>
  waitForStatus(house, id, 'invoice', number, 'synced');

import { afterEach, beforeAll, expect } from '@jest/globals';
import type { DocumentAnswer } from '../../src/contract/answers.js';
import { ALONE_CRASHES_MAX, SUSPECT_FROM } from '../../src/push/poison.js';
import { waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { holdLocks } from '../support/row-lock.js';
import type { SalesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import type { ChaosHouse, QueueKind } from './house.js';
import { hasLeft } from './queue/seen.js';
import { describeHouse, row } from './row.js';

interface Survived {
  at: SalesCompany;
  invoice: DocumentAnswer;
  /** Of the company since the row began, as `POST invoice`. */
  calls: string[];
}

/** Few enough to go one by one, and at the same time. */
const IN_FLIGHT = 4;

/** Workers that die, stop or stand still with a document in their hands; played on one queue. */
export function workerRows(queue: QueueKind): void {
  describeHouse('a worker', { queue }, (house) => {
    let at: SalesCompany;
    /** Sendings that were noted, and whose process was killed before they left. */
    let unseenSends = 0;

    // Its lists are known and something was sent, so that from now on nothing is read any more.
    beforeAll(async () => {
      await house().startWorker();
      at = await house().company();
      await at.invoice('F0');
      await synced('F0');
      await house().stopWorkers();
    });
    afterEach(async () => {
      await house().check({ unseenSends });
    });

    const synced = (number: string) => waitForStatus(house(), at.id, 'invoice', number, 'synced');

    /** The worker meets its fault with this document; then another one goes on. */
    const survive = async (number: string, fault: string): Promise<Survived> => {
      const before = at.quickbooks.calls().length;
      const doomed = await house().startWorker({ fault });
      await at.invoice(number);
      expect(await doomed.exitCode()).toBeNull();
      await house().startWorker();
      const invoice = await synced(number);
      return { at, invoice, calls: at.quickbooks.calls().slice(before) };
    };

    row('F1', async () => {
      const { invoice, calls } = await survive('F1', 'request_stored:1:kill');

      expect(calls).toEqual(['POST invoice']);
      expect(invoice.warnings).toEqual([]);
    });

    row(
      'F1',
      async () => {
        unseenSends += 1;

        const { invoice, calls } = await survive('F1-NOTED', 'sending_noted:1:kill');

        expect(calls).toEqual(['POST invoice']);
        expect(wasInDoubt(invoice)).toBe(true);
      },
      'its leaving was noted already',
    );

    row('F2', async () => {
      const { invoice, calls } = await survive('F2', 'answer_arrived:1:kill');

      expect(calls).toEqual(['POST invoice', 'POST invoice']);
      expect(wasInDoubt(invoice)).toBe(true);
      expect(invoice.warnings).toEqual([{ name: 'replayed' }]);
    });

    row('F3', async () => {
      const { invoice, calls } = await survive('F3', 'answer_noted:1:kill');

      expect(calls).toEqual(['POST invoice']);
      expect(invoice.warnings).toEqual([]);
    });

    row('F4', async () => {
      const { invoice, calls } = await survive('F4', 'push_settled:1:kill');

      expect(calls).toEqual(['POST invoice']);
      expect(invoice.history.filter(({ status }) => status === 'synced')).toHaveLength(1);
    });

    row('F5', async () => {
      await at.invoice('F5');
      for (let death = 1; death <= ALONE_CRASHES_MAX; death += 1) {
        const doomed = await house().startWorker({ fault: 'request_stored:1:kill' });
        expect(await doomed.exitCode()).toBeNull();
      }
      await at.invoice('F5-OTHER');
      await house().startWorker();

      const poison = await waitForStatus(house(), at.id, 'invoice', 'F5', 'failed');
      await synced('F5-OTHER');

      expect(poison).toMatchObject({ reason: 'crashed' });
      expect(at.invoices('F5')).toHaveLength(0);
    });

    row(
      'F5',
      async () => {
        const numbers = Array.from({ length: IN_FLIGHT }, (_, index) => `F5-${index + 1}`);
        for (const number of numbers) await at.invoice(number);
        // Whoever is claimed last ends the process. While nobody is suspected all others are held on
        // their way, so that they die with it; then each has its turn, and it dies alone.
        for (let death = 1; death <= ALONE_CRASHES_MAX; death += 1) {
          const letGo = death <= SUSPECT_FROM ? await holdRequests(house()) : async () => undefined;
          const last = death <= SUSPECT_FROM + 1 ? IN_FLIGHT : 1;
          const doomed = await house().startWorker({ fault: `push_claimed:${last}:kill` });
          expect(await doomed.exitCode()).toBeNull();
          await letGo();
        }
        await house().startWorker();
        await house().quiet();

        const documents = await Promise.all(
          numbers.map((number) => house().client.document(at.id, 'invoice', number)),
        );
        const ends = documents.map(({ status }) => status).sort();
        expect(ends).toEqual(['failed', ...Array.from({ length: IN_FLIGHT - 1 }, () => 'synced')]);
      },
      'those that were in flight with it go on',
    );

    row('F6', async () => {
      // A grace of ten seconds: what is on its way ends well within it, on a busy machine too.
      const environment = { QBO_SYNC_TEST_WAITS: '0.4' };
      const worker = await house().startWorker({ environment });
      at.fault({ do: 'delay', delayMs: 1_000, match: { method: 'POST' } });
      await at.invoice('F6');
      await hasLeft(house(), 'F6');

      worker.kill('SIGTERM');
      await stopping(house(), worker.pid);
      await at.invoice('F6-NEW');

      expect(await worker.exitCode()).toBe(0);
      expect((await synced('F6')).warnings).toEqual([]);
      const fresh = await house().client.document(at.id, 'invoice', 'F6-NEW');
      expect(fresh.status).toBe('queued');
      await house().startWorker();
      await synced('F6-NEW');
    });

    row('F7', async () => {
      const { graceMs } = house().processConfig.waits;
      const worker = await house().startWorker();
      at.fault({
        do: 'delay',
        delayMs: graceMs * 3,
        at: 'after_commit',
        match: { method: 'POST' },
      });
      await at.invoice('F7');
      await hasLeft(house(), 'F7');

      worker.kill('SIGTERM');

      expect(await worker.exitCode()).toBe(0);
      expect(await leases(house())).toBe(0);
      await house().startWorker();
      expect((await synced('F7')).warnings).toEqual([{ name: 'replayed' }]);
      expect(at.invoices('F7')).toHaveLength(1);
    });

    row('F8', async () => {
      const worker = await house().startWorker();
      at.fault({ do: 'delay', delayMs: 500, match: { method: 'POST' } });
      await at.invoice('F8');
      await hasLeft(house(), 'F8');

      for (let storm = 1; storm <= 10; storm += 1) {
        worker.kill('SIGTERM');
        worker.kill('SIGINT');
        await stopping(house(), worker.pid);
      }

      expect(await worker.exitCode()).toBe(0);
      expect(await leases(house())).toBe(0);
      expect(stopsOf(house(), worker.pid)).toHaveLength(1);
      await house().startWorker();
      await synced('F8');
    });

    row('F9', async () => {
      const { leaseMs } = house().processConfig.waits.lease;
      const slow = await house().startWorker({ fault: `answer_arrived:1:block=${leaseMs * 3}` });
      await at.invoice('F9');
      // Another one would take what this one has not begun.
      await waitFor(() => at.invoices('F9').length === 1, { what: 'QuickBooks to have it' });
      await house().startWorker();

      const invoice = await synced('F9');
      await lostLease(house(), slow.pid);

      expect(await synced('F9')).toEqual(invoice);
      expect(invoice.history.filter(({ status }) => status === 'synced')).toHaveLength(1);
      expect(at.invoices('F9')).toHaveLength(1);
    });

    row('F10', async () => {
      const before = at.quickbooks.calls().length;
      const asleep = await house().startWorker({ fault: 'request_stored:1:stop' });
      await at.invoice('F10');
      await waitFor(() => asleep.isSuspended(), { what: 'the worker to stand still' });
      await house().startWorker();
      await synced('F10');

      asleep.kill('SIGCONT');
      await lostLease(house(), asleep.pid);

      expect(at.quickbooks.calls().slice(before)).toEqual(['POST invoice']);
    });

    row(
      'F10',
      async () => {
        const asleep = await house().startWorker({ fault: 'sending_noted:2:stop' });
        // An open connection to QuickBooks is there: nothing would keep the bytes back.
        await at.invoice('F10-BEFORE');
        await synced('F10-BEFORE');
        const before = at.quickbooks.calls().length;
        await at.invoice('F10-NOTED');
        await waitFor(() => asleep.isSuspended(), { what: 'the worker to stand still' });
        await house().startWorker();
        await synced('F10-NOTED');

        asleep.kill('SIGCONT');
        await lostLease(house(), asleep.pid);

        expect(at.quickbooks.calls().slice(before)).toEqual(['POST invoice']);
      },
      'its leaving was noted already',
    );
  });
}

const wasInDoubt = ({ history }: DocumentAnswer) =>
  history.some(({ status }) => status === 'checking');

/** No request can be stored until it is let go. */
const holdRequests = ({ house: { ledger } }: ChaosHouse) =>
  holdLocks(ledger, (tx) => tx`lock table requests in share row exclusive mode`);

async function leases({ house: { ledger } }: ChaosHouse): Promise<number> {
  const rows = await ledger.sql`select 1 from pushes where lease_until is not null`;
  return rows.count;
}

const eventsOfProcess = (house: ChaosHouse, event: string, pid: number) =>
  eventsOf(house, event).filter((line) => line['pid'] === pid);
const stopsOf = (house: ChaosHouse, pid: number) => eventsOfProcess(house, 'process_stopping', pid);

async function stopping(house: ChaosHouse, pid: number): Promise<void> {
  await waitFor(() => stopsOf(house, pid).length > 0, { what: 'the worker to begin its stop' });
}

/** It has woken, and seen that the push is another's by now. */
async function lostLease(house: ChaosHouse, pid: number): Promise<void> {
  const seen = () =>
    ['lease_lost', 'push_lost'].some((event) => eventsOfProcess(house, event, pid).length > 0);
  await waitFor(seen, { what: 'the worker to see that its lease is lost' });
}

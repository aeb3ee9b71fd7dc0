import { expect } from '@jest/globals';
import { createPostgresBackend, createRedisBackend, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { eventsOf } from '../../support/log-lines.js';
import type { SalesCompany } from '../../support/sales-company.js';
import { waitFor } from '../../support/wait-for.js';
import type { ChaosHouse } from '../house.js';
import { loseQueue } from '../queue/lose-queue.js';
import { openedPushes, synced } from '../queue/seen.js';
import { row } from '../row.js';
import { migratedFurther } from './next-version.js';

/** Enough at once for every statement to be prepared on several connections. */
const AT_ONCE = 8;
/** A kind of document, and a pull, that a later version may have. */
const LATER = 'of_a_later_version';

/** Processes of two versions on one database and one queue. */
export function versions(house: () => ChaosHouse, at: () => SalesCompany): void {
  row(
    'F46',
    async () => {
      const { ledger } = house().house;
      await stateAndForget('F46-LATER');
      await ledger.sql`update documents set kind = ${LATER} where external_id = 'F46-LATER'`;
      await ledger.sql`update pushes set kind = ${LATER} where closed_at is null`;
      const [run] = await ledger.sql`
        insert into runs (connection_id, company_id, job, trigger, types)
        select connection_id, company_id, ${LATER}, 'person', '[]' from documents
        where external_id = 'F46-LATER' returning id`;
      await house().startWorker();
      await statedAndSynced('F46-BEFORE');

      await migratedFurther(house());
      await addRaw(house(), 'later', { version: 2, subject: { push: '1' } });
      await statedAndSynced('F46-AFTER');
      await house().startWorker();
      await waitFor(() => eventsOf(house(), 'queue.job_unreadable').length > 0, {
        what: 'the wake-up nobody can read to be dropped',
      });

      const [push] = await ledger.sql`
        select crashes, lease_until from pushes where kind = ${LATER} and closed_at is null`;
      expect(push).toEqual({ crashes: 0, leaseUntil: null });
      const [pull] = await ledger.sql`
        select attempts, status, lease_until from runs where id = ${run?.['id']}`;
      expect(pull).toEqual({ attempts: 0, status: 'queued', leaseUntil: null });
      const page = await house().client.documents(at().id, { limit: 100 });
      expect(page.documents.map(({ externalId }) => externalId)).toContain('F46-AFTER-1');
      expect(failures()).toEqual([]);
      // Whoever knows it does it.
      await ledger.sql`delete from runs where job = ${LATER}`;
      await ledger.sql`update pushes set kind = 'invoice' where kind = ${LATER}`;
      await ledger.sql`update documents set kind = 'invoice' where kind = ${LATER}`;
      await synced(house(), at(), ['F46-LATER']);
      await house().check();
    },
    'work and columns of a later version',
  );

  row(
    'F46',
    async () => {
      await stateAndForget('F46-EARLIER');
      const [push] = await house().house.ledger.sql<{ id: number; epoch: number }[]>`
        select id, epoch from pushes where closed_at is null`;
      if (push === undefined) throw new Error('No push is open');
      const { id, epoch } = push;
      await addRaw(house(), `push-${id}-${epoch}`, { subjectId: String(id), epoch, since: 'v0' });
      await addRaw(house(), 'earlier', { push: id });
      await house().startWorker();

      await synced(house(), at(), ['F46-EARLIER']);
      expect(failures()).toEqual([]);
      await house().check();
    },
    'wake-ups in the form of another version',
  );

  /** A document whose push is open, and whose wake-up is gone. */
  async function stateAndForget(number: string): Promise<void> {
    await at().invoice(number);
    await openedPushes(house(), 1);
    await loseQueue(house());
  }

  async function statedAndSynced(name: string): Promise<void> {
    const numbers = Array.from({ length: AT_ONCE }, (_, index) => `${name}-${index + 1}`);
    await Promise.all(numbers.map((number) => at().invoice(number)));
    await synced(house(), at(), numbers);
  }

  /** Failures of our own, and answers of web that tell of one. */
  const failures = () => [
    ...['push_failed', 'run_failed', 'queue.handler_threw', 'http_failed'].flatMap((event) =>
      eventsOf(house(), event),
    ),
    ...house().errorBodies(),
  ];
}

/** Puts a job into the queue of pushes as no process of this version would. */
async function addRaw({ config, redis }: ChaosHouse, jobId: string, data: object): Promise<void> {
  const options = { jobId, priority: 1, removeOnComplete: true, removeOnFail: true };
  if (redis === undefined) {
    const connection = { connectionString: config.queueUrl, schema: config.queueSchema };
    const queue = new Queue('push', { connection }, createPostgresBackend);
    await queue.add('push', data, options);
    await queue.close();
    return;
  }
  const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
  const queue = new Queue('push', { connection, prefix: config.queueSchema }, createRedisBackend);
  await queue.add('push', data, options);
  await queue.close();
  connection.disconnect();
}

import { describe, expect, it } from '@jest/globals';
import { QueueUnavailable } from '../../../src/queue/backend.js';
import { ownTime } from '../../support/own-time.js';
import { waitFor } from '../../support/wait-for.js';
import { type Bench, gate, type Setup, wakeUp } from '../bench.js';
import { SHORT_STORE, SHORT_WAITS } from '../short-waits.js';

const SLACK_MS = 400;
/** Of one backend with one worker: on Postgres 2 to add, 4 to work and 1 to listen. */
const MAX_CONNECTIONS = 7;

export function outages(setup: Setup): void {
  describe('outages of the store', () => {
    it('fails an add in time while the store stands still, and works when it goes on', async () => {
      const { queue, work, started, store, log } = await setup(SHORT_STORE);
      work();
      await adds(queue, 'before');
      await waitFor(() => started.includes('before.0'), { what: 'the first job' });

      store.freeze();
      const frozenMs = await refusedWithin(() => queue.add([wakeUp('during')]));
      const againMs = await refusedWithin(() => queue.add([wakeUp('during')]));
      const countMs = await refusedWithin(() => queue.counts('push'));
      await waitFor(() => log.some(({ side }) => side === 'work'), {
        what: 'the worker to give a connection up',
      });
      store.thaw();

      const limitMs = SHORT_STORE.addTimeoutMs + SLACK_MS;
      expect(Math.max(frozenMs, againMs, countMs)).toBeLessThan(limitMs);
      await adds(queue, 'after');
      await waitFor(() => started.includes('after.0'), { what: 'the job added afterwards' });
    });

    it('starts without its store, and works when it comes', async () => {
      const { queue, work, started, store, log } = await setup(SHORT_STORE);
      await store.kill();
      work();
      await waitFor(() => log.some(({ event }) => event === 'queue.worker_waits'), {
        what: 'the worker to give its first connections up',
      });
      await refusedWithin(() => queue.add([wakeUp('early')]));
      expect(await queue.check()).toMatchObject([{ severity: 'error', code: 'unreachable' }]);

      await store.restart();

      await adds(queue, 'a');
      await waitFor(() => started.includes('a.0'), { what: 'the job' });
      // Those that were given up end a moment after that.
      await waitFor(async () => (await store.connections()) <= MAX_CONNECTIONS, {
        what: `no more than ${MAX_CONNECTIONS} connections to be open`,
      });
    });

    it('goes on by itself after the store was restarted, with what it still holds', async () => {
      const { queue, work, started, sees, store } = await setup();
      const held = gate();
      const worker = work(() => held.opened);
      await queue.add([wakeUp('in-hand'), wakeUp('waits', { priority: 2 })]);
      await sees('in-hand.0');

      await store.restart();
      held.open();

      await waitFor(() => started.includes('waits.0'), { what: 'the waiting job' });
      const addedAt = performance.now();
      await adds(queue, 'new');
      await waitFor(() => started.includes('new.0'), { what: 'a new job' });
      expect(worker.lastActivityAt).toBeGreaterThan(addedAt);
    });

    it('goes on after the store lost everything, with what is added again', async () => {
      const { queue, work, sees, started, store, schema } = await setup();
      const held = gate();
      work(() => held.opened);
      await queue.add([wakeUp('in-hand'), wakeUp('waits', { priority: 2 })]);
      await sees('in-hand.0');

      await store.loseEverything(schema);
      held.open();
      await adds(queue, 'waits');
      await adds(queue, 'new');

      await waitFor(() => started.includes('waits.0'), { what: 'the job added again' });
      await waitFor(() => started.includes('new.0'), { what: 'a new job' });
    });

    it('shows a working loop by its last activity, and a standing one too', async () => {
      const { work, store } = await setup();
      const worker = work();
      const first = await waitFor(() => worker.lastActivityAt, { what: 'activity' });
      await waitFor(() => worker.lastActivityAt > first, { what: 'an idle loop to move on' });

      store.freeze();
      const drainMs = SHORT_WAITS.drainDelaySeconds * 1000;
      await waitFor(() => performance.now() - worker.lastActivityAt > 4 * drainMs, {
        what: 'the loop to stand still',
      });
      store.thaw();
      const still = worker.lastActivityAt;

      await waitFor(() => worker.lastActivityAt > still, { what: 'the loop to move again' });
    });

    it('does not spin on a store that refuses every call', async () => {
      const { queue, work, started, store, schema, log } = await setup(SHORT_STORE);
      work();
      await store.refuse(schema);
      await refusedWithin(() => queue.add([wakeUp('a')]));
      const summary = await waitFor(
        () => log.filter(({ event }) => event === 'queue.store_errors').at(2),
        { what: 'a third summary of errors' },
      );
      await store.accept(schema);

      const perWindow = SHORT_WAITS.errorSummaryMs / SHORT_WAITS.claimBackoffMs;
      expect(summary['count']).toBeLessThanOrEqual(perWindow * 2);
      await adds(queue, 'a');
      await waitFor(() => started.includes('a.0'), { what: 'the job' });
    });

    it('writes few lines about a long outage', async () => {
      const { work, store, log } = await setup(SHORT_STORE);
      work();
      work();
      await store.kill();
      await waitFor(() => log.filter(({ event }) => event === 'queue.store_errors').length >= 2, {
        what: 'two summaries of errors',
      });

      expect(log.filter(({ event }) => event === 'queue.store_error')).toHaveLength(1);
      await store.restart();
    });
  });
}

/** How long a call took that the store did not answer. */
async function refusedWithin(call: () => Promise<unknown>): Promise<number> {
  const tookMs = ownTime();
  await expect(call()).rejects.toThrow(QueueUnavailable);
  return tookMs();
}

/** Adds as the sweep does: again, until the store takes it. */
async function adds(queue: Bench['queue'], subjectId: string): Promise<void> {
  const taken = () => queue.add([wakeUp(subjectId, { priority: 3 })]).then(() => true);
  await waitFor(taken, { what: `${subjectId} to be taken` });
}

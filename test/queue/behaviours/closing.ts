import { describe, expect, it } from '@jest/globals';
import { QueueUnavailable } from '../../../src/queue/backend.js';
import { ownTime } from '../../support/own-time.js';
import { gate, type Setup, wakeUp } from '../bench.js';
import { SHORT_LOCK, SHORT_WAITS } from '../short-waits.js';

// What a loaded machine may add to a time limit.
const SLACK_MS = 400;

export function closing(setup: Setup): void {
  describe('closing', () => {
    it('waits for the job in hand and takes no other', async () => {
      const { queue, work, sees, started } = await setup();
      const held = gate();
      let aborted = false;
      const worker = work(async (_wakeUp, signal) => {
        await held.opened;
        aborted = signal.aborted;
      });
      await queue.add([wakeUp('in-hand'), wakeUp('next', { priority: 2 })]);
      await sees('in-hand.0');

      const closed = worker.close({ graceMs: 60_000 });
      held.open();
      await closed;

      expect(aborted).toBe(false);
      expect(started).toEqual(['in-hand.0']);
      expect(await queue.counts('push')).toMatchObject({ active: 0, prioritized: 1 });
    });

    it('aborts a job that is longer than the grace, and gives it out again', async () => {
      const { queue, work, sees } = await setup(SHORT_LOCK);
      const aborted = gate();
      const worker = work((_wakeUp, signal) => {
        signal.addEventListener('abort', aborted.open);
        return new Promise(() => {});
      });
      await queue.add([wakeUp('endless')]);
      await sees('endless.0');

      const { clockMs, ownMs } = await timed(() => worker.close({ graceMs: 100 }));
      await aborted.opened;
      work();

      expect(clockMs).toBeGreaterThanOrEqual(99);
      expect(ownMs).toBeLessThan(100 + SHORT_WAITS.abortWaitMs + SLACK_MS);
      await sees('endless.0', 'endless.0');
    });

    it('records the end of a job that heeds the abort', async () => {
      const { queue, work, sees } = await setup({ abortWaitMs: 60_000 });
      const worker = work(
        (_wakeUp, signal) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
      );
      await queue.add([wakeUp('heeds')]);
      await sees('heeds.0');

      await worker.close({ graceMs: 50 });

      expect(await queue.counts('push')).toMatchObject({ active: 0, failed: 0 });
    });

    it('closes once, however often it is asked', async () => {
      const { queue, work } = await setup();
      const worker = work();

      await Promise.all([worker.close({ graceMs: 500 }), worker.close({ graceMs: 0 })]);
      await Promise.all([queue.close(), queue.close()]);

      await expect(queue.add([wakeUp('a')])).rejects.toThrow(QueueUnavailable);
      expect(() => work()).toThrow(QueueUnavailable);
    });

    it('closes in time on a store that stands still', async () => {
      const { queue, work, sees, store } = await setup();
      const held = gate();
      const worker = work(() => held.opened);
      await queue.add([wakeUp('a')]);
      await sees('a.0');
      store.freeze();
      held.open();

      const { ownMs } = await timed(() => worker.close({ graceMs: 100 }));

      expect(ownMs).toBeLessThan(100 + SHORT_WAITS.abortWaitMs + SLACK_MS);
    });
  });
}

async function timed(work: () => Promise<unknown>) {
  const startMs = performance.now();
  const ownMs = ownTime();
  await work();
  return { clockMs: performance.now() - startMs, ownMs: ownMs() };
}

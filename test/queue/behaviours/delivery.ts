import { describe, expect, it } from '@jest/globals';
import { InvalidWakeUp } from '../../../src/queue/backend.js';
import { ownTime } from '../../support/own-time.js';
import { waitFor } from '../../support/wait-for.js';
import { type Bench, gate, type Setup, wakeUp } from '../bench.js';

const NOTHING = { waiting: 0, active: 0, delayed: 0, prioritized: 0, failed: 0 };

export function delivery(setup: Setup): void {
  describe('delivery', () => {
    it('finds the store fit to start on', async () => {
      const { queue } = await setup();

      expect(await queue.check()).toEqual([]);
    });

    it('gives a wake-up to a handler once and keeps nothing of it', async () => {
      const { queue, work, sees, started } = await setup();
      work();

      await queue.add([wakeUp('a', { epoch: 3 })]);
      await sees('a.3');
      await waitForNothing(queue);

      expect(started).toEqual(['a.3']);
    });

    it('adds more wake-ups at once than fit into one command', async () => {
      const { queue, work, started } = await setup();
      const subjects = Array.from({ length: 600 }, (_, i) => `s${i}`);
      await queue.add(subjects.map((subjectId) => wakeUp(subjectId)));
      expect((await queue.counts('push')).prioritized).toBe(600);

      work(undefined, 20);
      await waitFor(() => started.length === 600, { what: '600 jobs to run' });

      expect(new Set(started).size).toBe(600);
    });

    it('runs an id again once its job has ended', async () => {
      const { queue, work, sees } = await setup();
      work();
      await queue.add([wakeUp('a')]);
      await sees('a.0');
      await waitForNothing(queue);

      await queue.add([wakeUp('a')]);

      await sees('a.0', 'a.0');
    });

    it('runs an id once that was added twice while it waited', async () => {
      const { queue, work, sees } = await setup();
      await queue.add([wakeUp('a'), wakeUp('a')]);
      await queue.add([wakeUp('a'), wakeUp('last', { priority: 9 })]);

      work();

      await sees('a.0', 'last.0');
    });

    it('leaves an id alone that is running, and runs its next epoch beside it', async () => {
      const { queue, work, sees, started } = await setup();
      const held = gate();
      work(({ epoch }) => (epoch === 0 ? held.opened : Promise.resolve()), 2);
      await queue.add([wakeUp('a')]);
      await sees('a.0');

      await queue.add([wakeUp('a'), wakeUp('a', { epoch: 1, priority: 2 })]);
      await sees('a.0', 'a.1');
      held.open();
      await waitForNothing(queue);

      expect(started).toEqual(['a.0', 'a.1']);
    });

    it('takes priority 1 first, and equal priorities in the order they were added', async () => {
      const { queue, work, sees } = await setup();
      const priorities = { last: 99_999_999, third: 7, first: 1, second: 1, fourth: 8 };
      for (const [subjectId, priority] of Object.entries(priorities)) {
        await queue.add([wakeUp(subjectId, { priority })]);
      }

      work();

      await sees('first.0', 'second.0', 'third.0', 'fourth.0', 'last.0');
    });

    it('holds a delayed wake-up back, and gives it out by itself when its time has come', async () => {
      // Who only asks now and then would ask long after that.
      const { queue, work } = await setup({ drainDelaySeconds: 9 });
      const givenAt = new Map<string, number>();
      work(async ({ subjectId }) => {
        givenAt.set(subjectId, performance.now());
      });
      const addedAt = performance.now();
      const ownMs = ownTime();
      await queue.add([wakeUp('later', { delayMs: 700 }), wakeUp('now')]);

      await waitFor(() => givenAt.get('now'), { what: 'the job that waits for nothing' });
      const laterAt = await waitFor(() => givenAt.get('later'), { what: 'the delayed job' });

      expect(laterAt - addedAt).toBeGreaterThanOrEqual(695);
      expect(ownMs()).toBeLessThan(5_000);
    });

    it('gives out at once what is added anew beside one that waits for its time', async () => {
      const { queue, work, sees } = await setup();
      work();
      await queue.add([wakeUp('a', { delayMs: 600_000 })]);

      await queue.add([wakeUp('a', { anew: true }), wakeUp('a', { anew: true })]);

      await sees('a.0');
      expect(await queue.counts('push')).toMatchObject({ delayed: 1 });
    });

    it('runs as many at once as it was told and no more', async () => {
      const { queue, work, started } = await setup();
      const held = gate();
      const worker = work(() => held.opened, 3);
      await queue.add(['a', 'b', 'c', 'd', 'e'].map((id) => wakeUp(id)));
      await waitFor(() => started.length === 3, { what: 'three jobs to start' });

      expect(await queue.counts('push')).toMatchObject({ active: 3, prioritized: 2 });
      expect(worker.inFlight).toBe(3);

      held.open();
      await waitFor(() => started.length === 5, { what: 'the other two' });
    });

    it('keeps the queues apart', async () => {
      const { queue, work, sees } = await setup();
      work();
      await queue.add([wakeUp('elsewhere', { queue: 'pull' }), wakeUp('here')]);

      await sees('here.0');

      expect(await queue.counts('pull')).toMatchObject({ prioritized: 1 });
    });

    it('outlives a handler that throws, logs its name alone and leaves nothing behind', async () => {
      const { queue, work, sees, log } = await setup();
      work(async ({ subjectId }) => {
        if (subjectId === 'bad') throw new TypeError('Acme Ltd owes 12.00');
      });

      await queue.add([wakeUp('bad'), wakeUp('good', { priority: 2 })]);
      await sees('bad.0', 'good.0');
      await waitForNothing(queue);

      const job = { queue: 'push', jobId: 'push-bad-0' };
      const line = { level: 'error', event: 'queue.handler_threw', error: 'TypeError' };
      // On a busy machine a worker may have waited for its store.
      const ofWork = log.filter(({ event }) => !event.startsWith('queue.worker_'));
      expect(ofWork).toEqual([{ ...line, ...job }]);
    });

    it('puts ids into the store and nothing else', async () => {
      const { queue, work, sees, store, schema } = await setup();
      const held = gate();
      // A handler in JavaScript could answer or throw anything.
      const answer = async () => JSON.parse('{"customer":"Acme Ltd"}');
      work(async ({ subjectId }) => {
        if (subjectId === 'held') return held.opened;
        if (subjectId === 'bad') throw new Error('Acme Ltd owes 12.00');
        return answer();
      });
      const given = { ...wakeUp('talks'), customer: 'Acme Ltd' };
      await queue.add([given, wakeUp('bad', { priority: 2 }), wakeUp('held', { priority: 3 })]);
      await sees('talks.0', 'bad.0', 'held.0');

      const content = await store.dump(schema);

      expect(content).toContain('push-held-0');
      expect(content).not.toContain('Acme');
      held.open();
    });

    it.each([
      ['a subject id with a colon', { subjectId: 'a:b' }],
      ['an empty subject id', { subjectId: '' }],
      ['a priority of 0', { priority: 0 }],
      ['a negative epoch', { epoch: -1 }],
      ['a negative delay', { delayMs: -1 }],
    ])('refuses %s, and with it the whole call', async (_what, mistake) => {
      const { queue } = await setup();

      const adding = queue.add([wakeUp('fine'), wakeUp('a', mistake)]);

      await expect(adding).rejects.toThrow(InvalidWakeUp);
      expect(await queue.counts('push')).toEqual(NOTHING);
    });
  });
}

async function waitForNothing(queue: Bench['queue']): Promise<void> {
  await waitFor(async () => Object.values(await queue.counts('push')).every((n) => n === 0), {
    what: 'the queue to hold nothing',
  });
}

import { describe, expect, it } from '@jest/globals';
import { QueueUnavailable } from '../../../src/queue/backend.js';
import { waitFor } from '../../support/wait-for.js';
import { type Bench, type Setup, wakeUp } from '../bench.js';
import { SHORT_STORE } from '../short-waits.js';

export function crashes(setup: Setup): void {
  describe('a worker process that fails', () => {
    it('loses its job to another one as often as it is killed', async () => {
      const { queue, work, sees, spawnWorker } = await setup();
      await queue.add([wakeUp('a')]);
      for (let kills = 0; kills < 2; kills += 1) {
        const doomed = spawnWorker();
        await doomed.says('claimed a');
        doomed.kill('SIGKILL');
      }

      work();

      await sees('a.0');
    });

    it('outlives an outage of the store in both roles', async () => {
      const { queue, store, spawnWorker } = await setup(SHORT_STORE);
      const worker = spawnWorker();
      await worker.says('ready');

      await store.kill();
      await refuses(queue);
      await store.restart();
      store.freeze();
      await refuses(queue);
      store.thaw();
      await waitFor(() => queue.add([wakeUp('a')]).then(() => true), { what: 'an add' });

      await worker.says('claimed a');
    });

    it('ends by itself when told to, its job aborted', async () => {
      const { queue, spawnWorker } = await setup();
      const worker = spawnWorker();
      await queue.add([wakeUp('a')]);
      await worker.says('claimed a');

      worker.kill('SIGTERM');

      expect(await worker.exitCode()).toBe(0);
      await worker.says('aborted a');
    });

    it('ends by itself when told to, though its store was never there', async () => {
      const { store, spawnWorker } = await setup();
      await store.kill();
      const worker = spawnWorker();
      // Long enough for several tries; what one of them left open would keep the process alive.
      await worker.says('queue.store_errors', 5);

      worker.kill('SIGTERM');
      const code = await worker.exitCode();
      await store.restart();

      expect(code).toBe(0);
    });

    it.each(['freeze', 'kill'] as const)(
      'ends by itself when told to, also after the store met with a %s',
      async (fault) => {
        const { queue, store, spawnWorker } = await setup();
        const worker = spawnWorker();
        await queue.add([wakeUp('a')]);
        await worker.says('claimed a');

        await store[fault]();
        worker.kill('SIGTERM');
        const code = await worker.exitCode();
        if (fault === 'kill') await store.restart();

        expect(code).toBe(0);
      },
    );

    it('is told on waking from a long stop that its job went to another', async () => {
      const { queue, work, sees, spawnWorker } = await setup();
      const sleeper = spawnWorker();
      await queue.add([wakeUp('a')]);
      await sleeper.says('claimed a');

      sleeper.kill('SIGSTOP');
      work();
      await sees('a.0');
      sleeper.kill('SIGCONT');

      await sleeper.says('aborted a');
    });
  });
}

async function refuses(queue: Bench['queue']): Promise<void> {
  // A store that stands still may have heard of it, and do it once it goes on.
  await expect(queue.add([wakeUp('a')])).rejects.toThrow(QueueUnavailable);
}

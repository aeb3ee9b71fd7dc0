import { describe, it } from '@jest/globals';
import { type Bench, wakeUp } from '../bench.js';

export function crashes(setup: () => Promise<Bench>): void {
  describe('a worker process that fails', () => {
    it('loses its job to another one when it is killed', async () => {
      const { queue, work, sees, spawnWorker } = await setup();
      const doomed = spawnWorker();
      await queue.add([wakeUp('a')]);
      await doomed.says('claimed a');

      doomed.kill('SIGKILL');
      work();

      await sees('a.0');
    });

    it('gives its job out again as often as it is killed', async () => {
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
      await queue.add([wakeUp('b')]);
    });
  });
}

import { startProcess } from '../support/worker-process.js';
import type { BenchPlace } from './place.js';

/** Workers as `qbo-sync worker` starts them, each a process of its own. */
export interface Workers {
  readonly pids: readonly number[];
  /** When the first of them was ready, by the clock of the wall. */
  readonly readyAtMs: number;
  /** What they logged under an event's name. */
  events(name: string): Record<string, unknown>[];
  stop(): Promise<void>;
}

export async function startWorkers(
  { environment }: Pick<BenchPlace, 'environment'>,
  count: number,
): Promise<Workers> {
  const logged: Record<string, unknown>[] = [];
  const log = (line: string) => void logged.push(JSON.parse(line));
  const workers = await Promise.all(
    Array.from({ length: count }, () =>
      // A worker says at this level that it is ready.
      startProcess({ command: 'worker', environment: { ...environment, LOG_LEVEL: 'info' }, log }),
    ),
  );
  const events = (name: string) => logged.filter(({ event }) => event === name);
  const [ready] = events('process_ready').map(({ ts }) => Date.parse(String(ts)));
  return {
    pids: workers.map(({ pid }) => pid),
    readyAtMs: ready ?? Number.NaN,
    events,
    async stop() {
      for (const worker of workers) worker.kill('SIGTERM');
      await Promise.all(workers.map((worker) => worker.exitCode()));
    },
  };
}

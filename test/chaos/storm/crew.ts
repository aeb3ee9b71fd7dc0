import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../support/wait-for.js';
import type { QboSyncProcess } from '../../support/worker-process.js';
import type { ChaosHouse } from '../house.js';

/** Workers that are killed now and then, and started again each time. */
export interface Crew {
  kills(): number;
  /** One worker after the other ends in the orderly way, and a new one takes its place. */
  replace(): Promise<void>;
  /** Ends the killing. The workers go on. */
  stop(): Promise<void>;
}

export interface CrewOptions {
  workers: number;
  /** One of them is killed this often. */
  killEveryMs: number;
}

/** Starts the workers and keeps them running. */
export async function startCrew(house: ChaosHouse, options: CrewOptions): Promise<Crew> {
  const stopping = new AbortController();
  let kills = 0;
  const places = await Promise.all(Array.from({ length: options.workers }, () => openPlace(house)));
  const killing = async () => {
    for (let turn = 0; !stopping.signal.aborted; turn += 1) {
      const afterMs = options.killEveryMs * (0.5 + Math.random());
      await delay(afterMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await places[turn % places.length]?.change('SIGKILL');
      kills += 1;
    }
  };
  const ended = killing();
  // Awaited at the stop; until then a failure to start is nobody's.
  ended.catch(() => undefined);
  return {
    kills: () => kills,
    async replace() {
      for (const place of places) {
        const code = await place.change('SIGTERM');
        if (code !== 0) throw new Error(`A worker that was asked to stop ended with ${code}`);
      }
    },
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

const START_WITHIN_MS = 120_000;

/** The place of one worker: one change at a time. */
async function openPlace(house: ChaosHouse) {
  let worker: QboSyncProcess = await house.startWorker();
  let last: Promise<unknown> = Promise.resolve();
  const change = async (signal: 'SIGKILL' | 'SIGTERM') => {
    worker.kill(signal);
    const code = await worker.exitCode();
    // One that finds no database ends at once, and whoever runs it starts it again.
    worker = await waitFor(() => house.startWorker(), {
      what: 'a worker to start again',
      withinMs: START_WITHIN_MS,
    });
    return code;
  };
  return {
    change(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
      const turn = last.then(() => change(signal));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

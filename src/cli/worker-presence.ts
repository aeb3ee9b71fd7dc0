import { randomUUID } from 'node:crypto';
import type { Ledger } from '../ledger/database/open.js';
import { noteWorker, removeWorker } from '../ledger/housekeeping/worker-presence.js';
import type { PushWorker } from '../queue/worker.js';
import { ownVersion } from './version.js';

/**
 * The worker, which from now on says in the ledger that it is there, for people who watch. What it
 * cannot say, because the database is away, it says the next time.
 */
export function withPresence(ledger: Ledger, worker: PushWorker, everyMs: number): PushWorker {
  const [id, version] = [randomUUID(), ownVersion()];
  let saying: Promise<void> = Promise.resolve();
  const say = () => {
    const jobs = worker.activity().reduce((sum, { inFlight }) => sum + inFlight, 0);
    saying = noteWorker(ledger, { id, version, jobs }).catch(() => undefined);
  };
  say();
  const timer = setInterval(say, everyMs);
  return {
    ...worker,
    async stop() {
      clearInterval(timer);
      await worker.stop();
      await saying;
      await removeWorker(ledger, id).catch(() => undefined);
    },
  };
}

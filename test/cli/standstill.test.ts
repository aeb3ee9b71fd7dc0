import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrateLedger } from '../../src/ledger/database/migrate.js';
import { migrateQueue } from '../../src/queue/backend.js';
import { type FreshDatabase, freshDatabase } from '../support/database.js';
import { describeWith } from '../support/needs.js';
import { freePort } from '../support/ports.js';
import { type PrivateRedis, startRedis } from '../support/redis.js';
import { waitFor } from '../support/wait-for.js';
import { emptyFolder, type Running, settingsFor, start } from './program.js';

// Waits at 1/20: a canary every 1.5 s, a worker that takes nothing for 6 s stands still, and one line about
// its store's errors every half second.
const SUMMARY_MS = 500;
const METRICS_TOKEN = 'a-token-of-the-collector';

function standstillOn(
  name: string,
  queueUrl: () => string | undefined,
  tests: (worker: () => Worker) => void,
) {
  describe(name, () => {
    const folder = emptyFolder();
    let database: FreshDatabase;
    let running: Worker;
    beforeAll(async () => {
      database = await freshDatabase({ migrate: migrateLedger });
      const QUEUE_URL = queueUrl() ?? database.url;
      await migrateQueue(QUEUE_URL);
      const port = await freePort();
      const settings = settingsFor(database.url, {
        QBO_SYNC_TEST_WAITS: '0.05',
        QUEUE_URL,
        METRICS_TOKEN,
        WORKER_PORT: String(port),
      });
      running = {
        process: start(['worker'], { cwd: folder.path, settings }),
        url: `http://127.0.0.1:${port}`,
        readyAtMs: 0,
      };
      await running.process.until('process_ready');
      running.readyAtMs = performance.now();
    });
    afterAll(async () => {
      running?.process.child.kill('SIGKILL');
      await running?.process.ended;
      folder.remove();
      await database?.drop({ force: true });
    });
    tests(() => running);
  });
}

interface Worker {
  process: Running;
  url: string;
  readyAtMs: number;
}

const authorization = `Bearer ${METRICS_TOKEN}`;

function livesOn(worker: () => Worker) {
  it('lives on while nothing is to be done, and tells what it does', async () => {
    const { url, process } = worker();
    const scrape = async () =>
      (await fetch(`${url}/metrics`, { headers: { authorization } })).text();
    await waitFor(() => performance.now() - worker().readyAtMs > 8_000, {
      what: 'the worker to have outlived a standstill',
    });
    for (const queue of ['push', 'pull']) {
      const idle = new RegExp(`^qbosync_worker_idle_seconds\\{queue="${queue}"\\} (\\S+)$`, 'm');
      const idleSeconds = async () => Number(idle.exec(await scrape())?.[1]);
      // Without canaries it only grows.
      await waitFor(async () => (await idleSeconds()) < 3, { what: `${queue} to have moved` });
      // A canary may be in hand.
      const none = new RegExp(`^qbosync_worker_jobs\\{queue="${queue}"\\} 0$`, 'm');
      await waitFor(async () => none.test(await scrape()), { what: `no job of ${queue}` });
    }
    expect(process.child.exitCode).toBeNull();
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect(process.stdout()).not.toContain('queue.handler_threw');
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
  });
}

standstillOn('a worker on Postgres', () => undefined, livesOn);

describeWith('redis-server', 'with Redis', () => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    redis?.thaw();
    await redis?.stop();
  });

  standstillOn(
    'a worker on Redis',
    () => redis.url,
    (worker) => {
      livesOn(worker);

      it('ends with code 1 when its queue gives it nothing any more, and says so', async () => {
        redis.freeze();
        const { process } = worker();
        const [before, frozenAtMs] = [process.stdout().length, performance.now()];
        await process.until('worker_stands_still');
        const { code, stdout } = await process.ended;
        const frozenMs = performance.now() - frozenAtMs;
        expect(code).toBe(1);
        const events = stdout
          .slice(before)
          .split('\n')
          .flatMap((line) => /"event":"([\w.]+)"/.exec(line)?.[1] ?? []);
        expect(events.filter((event) => event === 'worker_stands_still')).toHaveLength(1);
        expect(events).toContain('process_stopping');
        // However many calls failed meanwhile, its store is complained about now and then only.
        const complaints = events.filter((event) => event.startsWith('queue.store_error'));
        expect(complaints.length).toBeLessThanOrEqual(2 + frozenMs / SUMMARY_MS);
      });
    },
  );
});

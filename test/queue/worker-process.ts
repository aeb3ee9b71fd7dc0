import { openQueueBackend } from '../../src/queue/backend.js';
import { SHORT_LOCK, SHORT_STORE, SHORT_WAITS } from './short-waits.js';

// Takes jobs from the `push` queue and holds each until its signal is aborted; also uses the
// adding side all the time. Says on stdout what happens, one line per step: "ready",
// "claimed <subjectId>", "aborted <subjectId>" and the names of log events. On SIGTERM it closes
// the queue and calls no exit, so that it ends only if nothing is left open.
const COUNT_EVERY_MS = 50;
const [url = '', schema = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const log = { error: say, warn: say, info: say };

const waits = { ...SHORT_WAITS, ...SHORT_STORE, ...SHORT_LOCK };
const queue = await openQueueBackend({ ...waits, url, schema, log });
queue.work('push', {
  concurrency: 1,
  handle: ({ subjectId }, signal) =>
    new Promise((resolve) => {
      say(`claimed ${subjectId}`);
      signal.addEventListener('abort', () => {
        say(`aborted ${subjectId}`);
        resolve();
      });
    }),
});
const counting = setInterval(() => void queue.counts('push').catch(() => {}), COUNT_EVERY_MS);

process.once('SIGTERM', async () => {
  clearInterval(counting);
  await queue.close();
});
say('ready');

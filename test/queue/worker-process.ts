import { openQueueBackend } from '../../src/queue/backend.js';
import { SHORT_WAITS } from './short-waits.js';

// Takes jobs from the `push` queue and holds each until its signal is aborted. Says on stdout what
// happens, one line per step: "claimed <subjectId>", "aborted <subjectId>".
const [url = '', schema = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const silent = { error: () => {}, warn: () => {}, info: () => {} };

const queue = await openQueueBackend({ ...SHORT_WAITS, url, schema, log: silent });
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

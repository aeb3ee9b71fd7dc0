import { setTimeout as delay } from 'node:timers/promises';

/** What a file has left to end by itself is waited for this long; `npm test` tells of what never ends. */
const SETTLE_MS_MAX = 1_000;
const LOOK_MS = 10;

/**
 * Runs a test file and waits for what it has left running, and counts what fails then, and nobody
 * caught, as one more failed test: jest-circus listens from a file's first test to its last.
 */
export async function withLateFailures(run) {
  const errors = [];
  const note = (error) => void errors.push(error);
  const before = open();
  const restore = listenAlone(note);
  try {
    const result = await run();
    await settled(before);
    return errors.length === 0 ? result : withFailure(result, errors);
  } finally {
    restore();
  }
}

/**
 * Jest's own listener would end the process, and another one would run the file again. jest-circus
 * takes ours away while it listens itself.
 */
function listenAlone(note) {
  const names = ['uncaughtException', 'unhandledRejection'];
  const others = names.map((name) => process.rawListeners(name));
  for (const name of names) process.removeAllListeners(name).on(name, note);
  return () => {
    for (const [index, name] of names.entries()) {
      process.removeAllListeners(name);
      for (const listener of others[index]) process.on(name, listener);
    }
  };
}

/** Until no more is open than before. Rejections of this turn are told in the next. */
async function settled(before) {
  const endMs = performance.now() + SETTLE_MS_MAX;
  do await delay(LOOK_MS);
  while (open() > before && performance.now() < endMs);
}

const open = () => process.getActiveResourcesInfo().length;

function withFailure(result, errors) {
  const title = 'fails after its last test';
  const failureMessages = errors.map((error) => error?.stack ?? String(error));
  const failed = { ancestorTitles: [], title, fullName: title, status: 'failed', failureMessages };
  const message = `${title}:\n\n${failureMessages.join('\n')}\n`;
  return {
    ...result,
    numFailingTests: result.numFailingTests + 1,
    failureMessage: [result.failureMessage, message].filter(Boolean).join('\n'),
    testResults: [...result.testResults, { ...failed, failureDetails: [], numPassingAsserts: 0 }],
  };
}

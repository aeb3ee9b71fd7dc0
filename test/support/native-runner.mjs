// Jest's `testRunner`: jest-circus as it is, with test files and what they import loaded by Node
// itself. Jest's own module system loads and links everything anew for each file, which took half
// of a run; here a worker process loads a module once. So modules keep their state from one test
// file to the next, and may therefore have none that a test can see.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { useGlobals } from './jest-globals.mjs';
import { withLateFailures } from './late-failures.mjs';
import './ts-register.mjs';

const require = createRequire(import.meta.url);
const { default: runWithCircus } = require('jest-circus/runner');
const CIRCUS_HANDLERS = Symbol.for('EVENT_HANDLERS');

export default async function runTestFile(globalConfig, config, environment, runtime, path, send) {
  const restoreProcess = processAsItIs();
  // Stack traces of our sources: Node reads their source maps where nobody else wants to.
  Error.prepareStackTrace = undefined;
  process.setSourceMapsEnabled(true);
  try {
    // Through a promise of its own: stack traces of failures would else end here.
    return await withLateFailures(
      () =>
        new Promise((resolve, reject) => {
          const run = runWithCircus(globalConfig, config, environment, native(runtime), path, send);
          run.then(resolve, reject);
        }),
    );
  } finally {
    restoreProcess();
  }
}

/** What jest-circus asks of Jest's module system. */
function native(runtime) {
  return {
    requireInternalModule: requireAnew,
    requireModule: require,
    unstable_shouldLoadAsEsm: () => true,
    unstable_importModule: (path) => import(pathToFileURL(path).href),
    setGlobalsForRuntime: useGlobals,
    enterTestCode: () => runtime.enterTestCode(),
    leaveTestCode: () => runtime.leaveTestCode(),
  };
}

/** jest-circus has the tests of one file in its state. */
function requireAnew(path) {
  delete globalThis[CIRCUS_HANDLERS];
  delete require.cache[path];
  return require(path);
}

/** Environment variables that a test file sets are its own. @returns gives back those of before */
function processAsItIs() {
  const before = { ...process.env };
  return () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  };
}

// What `npm test` runs, after src/prepare.mjs has installed the dependencies. Arguments go to Jest:
// `npm test -- test/ledger`. See run-tests.ts.

import './ts-register.mjs';

const { runTests } = await import('./run-tests.ts');
process.exitCode = await runTests(process.argv.slice(2));

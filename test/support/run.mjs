// What `npm test` runs, after src/prepare.mjs has installed the dependencies. Arguments go to Jest:
// `npm test -- test/ledger`. See run-tests.ts.
import { register } from 'node:module';

register('./ts-loader.mjs', import.meta.url);

const { runTests } = await import('./run-tests.ts');
process.exitCode = await runTests(process.argv.slice(2));

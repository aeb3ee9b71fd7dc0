// `npm run chaos`: every row of the fault matrix, then the long storm; `-- --short`: the rows and the
// short storm. See run-chaos.ts for the options of the storm.

import '../support/ts-register.mjs';

const { runChaos } = await import('./run-chaos.ts');
process.exitCode = await runChaos(process.argv.slice(2));

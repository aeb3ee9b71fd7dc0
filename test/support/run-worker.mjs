// `qbo-sync worker` from the sources, as a process that a test may kill.
import { register } from 'node:module';

register('./ts-loader.mjs', import.meta.url);

await import('../../src/cli.ts');

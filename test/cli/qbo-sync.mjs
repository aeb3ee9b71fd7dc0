// The command line as a process of its own, from the sources.
import { register } from 'node:module';

register('../support/ts-loader.mjs', import.meta.url);

await import('../../src/cli.ts');

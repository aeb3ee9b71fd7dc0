// A worker process of its own for the conformance suite, which kills and stops it.
import { register } from 'node:module';

register('../support/ts-loader.mjs', import.meta.url);

await import('./worker-process.ts');

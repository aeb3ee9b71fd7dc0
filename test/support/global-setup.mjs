// Jest's globalSetup. Jest loads this file as it is, so it only opens the way to TypeScript.
import { register } from 'node:module';

register('./ts-loader.mjs', import.meta.url);

export default async function globalSetup() {
  const { startTestRun } = await import('./test-run.ts');
  await startTestRun();
}

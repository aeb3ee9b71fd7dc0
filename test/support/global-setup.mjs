// Jest's globalSetup. Jest loads this file as it is, so it only opens the way to TypeScript.

import './ts-register.mjs';

export default async function globalSetup() {
  const { startTestRun } = await import('./test-run.ts');
  await startTestRun();
}

// Jest's globalTeardown; the loader was registered by global-setup.mjs in the same process.
export default async function globalTeardown() {
  const { endTestRun } = await import('./test-run.ts');
  await endTestRun();
}

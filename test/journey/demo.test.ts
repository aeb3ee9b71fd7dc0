import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DocumentPage } from '../../src/contract/answers.js';
import { unprivilegedAccount } from '../../src/embedded/account.js';
import { durableFolders } from '../../src/embedded/place.js';
import { ROOT } from '../support/sources.js';
import { waitFor } from '../support/wait-for.js';

// What someone sees who has just cloned the project: the built demo in folders of its own.
const START_MS_MAX = 240_000;

let base: string;
const running: ChildProcess[] = [];
const leftBehind: string[] = [];

beforeAll(() => {
  const built = spawnSync(process.execPath, ['src/prepare.mjs', '--build'], { cwd: ROOT });
  if (built.status !== 0) throw new Error(`The build failed: ${built.stderr}`);
  base = mkdtempSync(join(tmpdir(), 'qbo-sync-demo-'));
  chmodSync(base, 0o755);
  // Packages are found in a folder above the projects. Links where the file system allows them.
  const modules = [join(ROOT, 'node_modules'), join(base, 'node_modules')] as const;
  if (spawnSync('cp', ['-al', ...modules]).status !== 0) {
    cpSync(...modules, { recursive: true, verbatimSymlinks: true });
  }
});

afterAll(async () => {
  for (const child of running.filter(({ exitCode }) => exitCode === null)) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  for (const path of [base, ...leftBehind]) rmSync(path, { recursive: true, force: true });
});

type User = { uid: number; gid: number } | null;

/** A project folder: what was built and what it reads, nothing else. */
function install(name: string, user: User = null): string {
  const folder = join(base, name);
  mkdirSync(folder);
  for (const part of ['dist', 'drizzle', 'package.json']) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  if (user) chownAll(folder, user);
  return folder;
}

function chownAll(path: string, user: { uid: number; gid: number }): void {
  chownSync(path, user.uid, user.gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) chownAll(join(path, name), user);
}

interface Demo {
  child: ChildProcess;
  /** All it printed up to its last line. */
  said: string;
  ended: Promise<{ code: number | null; stderr: string }>;
}

/** Starts the demo and waits for its last words; with `--once` also for its end. */
async function startDemo(folder: string, user: User = null, args: string[] = []): Promise<Demo> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [join(folder, 'dist/src/cli.js'), 'demo', ...args], {
    ...(user ?? {}),
    cwd: folder,
    env: { PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let said = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, stderr }));
  await waitFor(
    () => {
      if (child.exitCode !== null && child.exitCode !== 0) throw new Error(`it ended: ${stderr}`);
      return said.includes('Ctrl-C stops everything') || child.exitCode === 0;
    },
    { what: 'the demo to show its table', withinMs: START_MS_MAX },
  );
  return { child, said, ended };
}

/** Cells of the table's rows, those of a wrapped row joined. */
function rowsOf(said: string): string[][] {
  const rows: string[][] = [];
  for (const line of said
    .split('\n')
    .filter((text) => text.startsWith('│'))
    .slice(1)) {
    const cells = line
      .split('│')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const last = rows.at(-1);
    if (cells[0] === '' && last !== undefined) last[4] = `${last[4]} ${cells[4]}`.trim();
    else rows.push(cells);
  }
  return rows;
}

const statusOf = (rows: string[][]) => new Map(rows.map(([name, , , status]) => [name, status]));
const detailsOf = (rows: string[][], name: string) => rows.find(([cell]) => cell === name)?.[4];

/** The request of the printed curl line. */
function printedRequest(said: string): [url: string, init: RequestInit] {
  const [, authorization = '', url = ''] =
    /curl -s -H 'Authorization: ([^']+)' '([^']+)'/.exec(said) ?? [];
  return [url, { headers: { authorization } }];
}

describe('npm run demo', () => {
  it('shows a day of documents, serves what it prints, stops on Ctrl-C, and goes on from there', async () => {
    const folder = install('open');
    const first = await startDemo(folder);
    const rows = rowsOf(first.said);
    const statuses = statusOf(rows);

    expect(
      [...statuses.values()].filter((status) => status === 'Synced').length,
    ).toBeGreaterThanOrEqual(30);
    expect(Object.fromEntries([...statuses].filter(([, status]) => status !== 'Synced'))).toEqual({
      // Their product posts to another account than the one that is set.
      'SO-10455': 'Synced with warnings',
      'SO-10475': 'Synced with warnings',
      'SO-10457': 'Synced, changes not sent',
      'SO-2026-AUTUMN-FAIR-000117': 'Synced with warnings',
      'SO-10481': 'Not synced',
      'SO-10483': 'Not synced',
      'SO-10485': 'Failed',
      'SO-10487': 'Failed',
      'INV-2063': 'Voided',
      'INV-2064': 'Failed',
      'INV-2065': 'Failed',
      'INV-2066': 'Failed',
      'INV-2067': 'Failed',
      'INV-2068': 'Failed',
    });
    expect(detailsOf(rows, 'SO-10451')).toContain('The first answer was lost');
    expect(detailsOf(rows, 'INV-2052')).toContain('updated in QuickBooks');

    const failed = (await (await fetch(...printedRequest(first.said))).json()) as DocumentPage;
    expect(failed.documents.map(({ number, reason }) => [number, reason]).sort()).toEqual([
      ['INV-2064', 'customer_missing'],
      ['INV-2065', 'item_missing'],
      ['INV-2066', 'period_closed'],
      ['INV-2067', 'customer_missing'],
      ['INV-2068', 'customer_missing'],
    ]);
    expect(await logIn(first.said)).toBe(200);
    await hearsOfACustomer(first.said);
    for (const name of readdirSync(join(folder, '.data'))) {
      const { mode } = statSync(join(folder, '.data', name));
      if (!name.startsWith('postgres-')) expect([name, mode & 0o777]).toEqual([name, 0o600]);
    }
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(0);

    const second = await startDemo(folder, null, ['--once']);
    expect(rowsOf(second.said)).toEqual(rows);
    expect(printedRequest(second.said)).toEqual(printedRequest(first.said));
    expect((await second.ended).code).toBe(0);
  });

  it.each([
    ['as an ordinary user', 'ordinary', unprivilegedAccount()],
    ['below a folder that is closed to others', 'closed', null],
  ] as const)('runs %s', async (_, name, user) => {
    mkdirSync(join(base, name), { mode: name === 'closed' ? 0o700 : 0o755 });
    const folder = install(join(name, 'project'), user);
    const demo = await startDemo(folder, user, ['--once']);
    leftBehind.push(...standIns(folder));

    const synced = rowsOf(demo.said).filter(([, , , status]) => status === 'Synced');
    expect(synced.length).toBeGreaterThanOrEqual(30);
    expect((await demo.ended).code).toBe(0);
  });
});

/** Added in QuickBooks by hand; nobody asks for the lists, and the next look by the clock is minutes away. */
async function hearsOfACustomer(said: string): Promise<void> {
  const [, simulator = ''] = /QuickBooks {2}(\S+)/.exec(said) ?? [];
  const [listed, init] = printedRequest(said);
  const company = /companies\/(\d+)">Demo shop, Leeds/.exec(await (await fetch(simulator)).text());
  const body = new URLSearchParams({ what: 'customer', value: 'Heard Of Ltd' });
  await fetch(`${simulator}/companies/${company?.[1]}`, { method: 'POST', body });
  const records = listed.replace(/documents\?.*$/, 'records/customer?q=Heard');
  await waitFor(async () => (await (await fetch(records, init)).text()).includes('Heard Of Ltd'), {
    what: 'the customer that was added by hand',
    withinMs: 90_000,
  });
}

async function logIn(said: string): Promise<number> {
  const [, address = ''] = /Dashboard {3}(\S+)/.exec(said) ?? [];
  const [, email, password] = /user (\S+), password (\S+)/.exec(said) ?? [];
  expect(await (await fetch(address)).text()).toContain('<div id="root">');
  const { origin } = new URL(address);
  const answer = await fetch(`${origin}/ops/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ email, password }),
  });
  return answer.status;
}

/** Where the database lies if PostgreSQL's user cannot reach the project (src/embedded/place.ts). */
function standIns(folder: string): string[] {
  const data = join(folder, '.data');
  return readdirSync(data)
    .filter((name) => name.startsWith('postgres-'))
    .map((name) => createHash('sha256').update(join(data, name)).digest('hex').slice(0, 16))
    .flatMap((hash) => durableFolders().map((place) => join(place, hash)));
}

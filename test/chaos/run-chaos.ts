import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPrograms } from '../support/built-programs.js';
import { findOnPath } from '../support/programs.js';
import { runTests } from '../support/run-tests.js';
import type { QueueKind } from './house.js';
import type { Played } from './row.js';
import { ROWS, type Row } from './rows/index.js';
import { LONG_STORM, playStorm } from './storm.js';

/**
 * Plays the rows of the matrix and prints them with their outcomes; then the long storm, unless
 * `--short`. `--storm` leaves the rows out; `--documents` and `--companies` scale the storm down,
 * `--queue postgres` plays it on the other queue.
 */
export async function runChaos(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean', default: false },
      storm: { type: 'boolean', default: false },
      documents: { type: 'string', default: String(LONG_STORM.documents) },
      companies: { type: 'string', default: String(LONG_STORM.companies) },
      queue: { type: 'string', default: LONG_STORM.queue },
    },
  });
  const rowsEnd = values.storm ? 0 : await playRows();
  if (values.short) return rowsEnd;
  process.env['TEST_REDIS_SERVER'] ??= findOnPath(['redis-server']) ?? '';
  await buildPrograms();
  const figures = await playStorm({
    ...LONG_STORM,
    documents: Number(values.documents),
    companies: Number(values.companies),
    queue: values.queue === 'postgres' ? 'postgres' : 'redis',
    say,
  });
  say(`The storm, all true: ${JSON.stringify(figures)}`);
  return rowsEnd;
}

async function playRows(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'qbo-sync-chaos-'));
  const file = join(folder, 'played.jsonl');
  process.env['QBO_SYNC_CHAOS_PLAYED'] = file;
  try {
    const startedAtMs = performance.now();
    const code = await runTests(['test/chaos']);
    for (const line of tableOf(readPlayed(file))) say(line);
    say(`Rows took ${Math.round((performance.now() - startedAtMs) / 1_000)} s.`);
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readPlayed(file: string): Played[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.filter((line) => line !== '').map((line): Played => JSON.parse(line));
}

/** One line per row and queue. */
function tableOf(played: readonly Played[]): string[] {
  return ROWS.flatMap((row) => {
    if (row.later !== undefined) return [lineOf(row, '', `later: ${row.later}`, 0)];
    return row.on.map((queue) => {
      const own = played.filter((one) => one.number === row.number && one.queue === queue);
      const durationMs = own.reduce((sum, one) => sum + one.durationMs, 0);
      return lineOf(row, queue, outcomeOf(own), durationMs);
    });
  });
}

function outcomeOf(own: readonly Played[]): string {
  if (own.length === 0) return 'not played';
  const failed = own.filter(({ passed }) => !passed);
  return failed.length === 0 ? 'as expected' : `FAILED ${failed.map(({ also }) => also ?? '')}`;
}

function lineOf(row: Row, queue: QueueKind | '', outcome: string, durationMs: number): string {
  const seconds = durationMs === 0 ? '' : `${(durationMs / 1_000).toFixed(1)} s`;
  return [
    row.number.padEnd(4),
    row.where.padEnd(10),
    queue.padEnd(8),
    seconds.padStart(7),
    outcome.padEnd(24),
    row.fault,
  ].join('  ');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

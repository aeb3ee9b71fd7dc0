import { loadavg } from 'node:os';
import Table from 'cli-table3';
import {
  type Figure,
  isReached,
  MACHINE,
  median,
  type Row,
  say,
  setting,
  shown,
} from './figures.js';
import { COST } from './rows/cost.js';
import { DASHBOARD } from './rows/dashboard.js';
import { DRAIN } from './rows/drain.js';
import { FAIRNESS } from './rows/fairness.js';
import { GROWTH } from './rows/growth.js';
import { LATENCY } from './rows/latency.js';
import { MASTER_DATA } from './rows/master-data.js';
import { PEER } from './rows/peer.js';
import { READS } from './rows/reads.js';

/** The numbers to reach, a file each in `rows`. */
export const ROWS: readonly Row[] = [
  DRAIN,
  PEER,
  COST,
  LATENCY,
  FAIRNESS,
  GROWTH,
  DASHBOARD,
  MASTER_DATA,
  READS,
];

const RUNS = setting('BENCH_RUNS', 3);

/** Measures the rows one after the other, each several times, and says their medians and goals. */
export async function measureRows(rows: readonly Row[]): Promise<void> {
  say(`${MACHINE}; medians of ${RUNS}, least and most in brackets`);
  const table = new Table({
    head: ['row', 'what', 'goal', 'median', 'of the goal', ''],
    style: { head: [], border: [], compact: true },
  });
  const startedAtMs = performance.now();
  for (const row of rows) {
    for (const line of linesOf(row, await runsOf(row))) table.push(line);
  }
  say(`\n${table.toString()}`);
  say(`All in ${Math.round((performance.now() - startedAtMs) / 60_000)} minutes.`);
}

/** A run that fails is told and leaves its figures out: the other rows took long enough. */
async function runsOf(row: Row): Promise<Figure[][]> {
  const runs: Figure[][] = [];
  for (let run = 1; run <= Math.min(RUNS, row.runsMax ?? RUNS); run += 1) {
    say(`\n${row.name}, run ${run}: ${row.how} Load average ${loadavg()[0]?.toFixed(1)}`);
    const startedAtMs = performance.now();
    try {
      const figures = await row.measure(run);
      for (const { what, value, unit } of figures) say(`  ${what}: ${shown(value)} ${unit}`);
      runs.push(figures);
    } catch (error) {
      say(`  FAILED: ${error instanceof Error ? error.stack : String(error)}`);
      process.exitCode = 1;
    }
    say(`  took ${Math.round((performance.now() - startedAtMs) / 1_000)} s`);
  }
  return runs;
}

function linesOf({ name }: Row, runs: readonly Figure[][]): string[][] {
  if (runs.length === 0) return [[name, 'no run came to its end', '', '', '', 'missed']];
  return (runs[0] ?? []).map(({ what, unit, goal }) => {
    const values = runs.flatMap((run) => run.find((one) => one.what === what)?.value ?? []);
    const middle = median(values);
    const spread =
      values.length === 1
        ? 'one run'
        : `${shown(Math.min(...values))} to ${shown(Math.max(...values))}`;
    const figure = `${shown(middle)} ${unit} (${spread})`;
    if (goal === undefined) return [name, what, '', figure, '', ''];
    const [word, wanted] = 'atLeast' in goal ? ['≥', goal.atLeast] : ['≤', goal.atMost];
    const share = wanted === 0 ? '' : `${((100 * middle) / wanted).toFixed(0)} %`;
    const verdict = isReached(middle, goal) ? 'reached' : 'missed';
    return [name, what, `${word} ${shown(wanted)} ${unit}`, figure, share, verdict];
  });
}

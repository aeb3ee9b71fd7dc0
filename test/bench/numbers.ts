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
  for (const row of rows) {
    const runs: Figure[][] = [];
    for (let run = 1; run <= Math.min(RUNS, row.runsMax ?? RUNS); run += 1) {
      say(`\n${row.name}, run ${run}: ${row.how} Load average ${loadavg()[0]?.toFixed(1)}`);
      const figures = await row.measure();
      for (const { what, value, unit } of figures) say(`  ${what}: ${shown(value)} ${unit}`);
      runs.push(figures);
    }
    for (const line of linesOf(row, runs)) table.push(line);
  }
  say(`\n${table.toString()}`);
}

function linesOf({ name }: Row, runs: readonly Figure[][]): string[][] {
  return (runs[0] ?? []).map(({ what, unit, goal }) => {
    const values = runs.flatMap((run) => run.find((one) => one.what === what)?.value ?? []);
    const middle = median(values);
    const spread = `${shown(Math.min(...values))} to ${shown(Math.max(...values))}`;
    const figure = `${shown(middle)} ${unit}${values.length > 1 ? ` (${spread})` : ''}`;
    if (goal === undefined) return [name, what, '', figure, '', ''];
    const [word, wanted] = 'atLeast' in goal ? ['≥', goal.atLeast] : ['≤', goal.atMost];
    const share = wanted === 0 ? '' : `${((100 * middle) / wanted).toFixed(0)} %`;
    const verdict = isReached(middle, goal) ? 'reached' : 'missed';
    return [name, what, `${word} ${shown(wanted)} ${unit}`, figure, share, verdict];
  });
}

import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { LiveFigures } from '../../contract/live.js';
import { asWords, groupedAmount } from '../document/format.js';
import { Panel } from '../frame/panel.js';
import styles from './ended-charts.module.css';
import type { BarSeries, Tone } from './minute-bars.js';
import { minutesOf, SHOWN_MINUTES, total } from './minutes.js';

const MinuteBars = lazy(async () => ({
  default: (await import('./minute-bars.js')).MinuteBars,
}));

const REASON_TONES: readonly Tone[] = ['red', 'amber', 'violet', 'blue', 'gray'];

/** How many documents ended in each minute, and what of them failed for. */
export function EndedCharts({ figures }: { figures: LiveFigures }) {
  const { times, synced, failed, reasons } = minutesOf(figures);
  const byReason = reasons.map(({ reason, counts }, index) => ({
    name: reason === undefined ? 'Other reasons' : asWords(reason),
    tone: REASON_TONES[index] ?? 'gray',
    counts,
  }));
  const most = Math.max(0, ...times.map((_, at) => (synced[at] ?? 0) + (failed[at] ?? 0)));
  return (
    <div className={styles.charts}>
      <Panel title={`Ended in the last ${SHOWN_MINUTES} minutes`}>
        <Chart
          times={times}
          label={`${total(synced)} synced and ${total(failed)} failed, at most ${most} in a minute`}
          series={[
            { name: 'synced', tone: 'green', counts: synced },
            { name: 'failed', tone: 'red', counts: failed },
          ]}
        />
      </Panel>
      {byReason.length > 0 && (
        <Panel title={`Failed in the last ${SHOWN_MINUTES} minutes`}>
          <Chart
            times={times}
            label={byReason.map(({ name, counts }) => `${name}: ${total(counts)}`).join(', ')}
            series={byReason}
          />
        </Panel>
      )}
    </div>
  );
}

interface ChartProps {
  label: string;
  times: readonly number[];
  series: readonly BarSeries[];
}

function Chart({ label, times, series }: ChartProps) {
  return (
    <>
      <Suspense fallback={<Skeleton height={180} role="status" aria-label="Loading the chart" />}>
        <MinuteBars label={label} times={times} series={series} />
      </Suspense>
      <ul className={styles.legend}>
        {series.map(({ name, tone, counts }) => (
          <li key={name}>
            <span className={styles.colour} data-tone={tone} />
            {groupedAmount(String(total(counts)))} {name}
          </li>
        ))}
      </ul>
    </>
  );
}

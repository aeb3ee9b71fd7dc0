import { Link } from '@tanstack/react-router';
import type { LiveFigures } from '../../contract/live.js';
import { type Following, useLiveFigures } from '../api/live-figures.js';
import { asWords, groupedAmount, shortDuration } from '../document/format.js';
import { PageTitle } from '../frame/page-title.js';
import { Panel } from '../frame/panel.js';
import { type Tile, Tiles } from '../frame/tiles.js';
import { Listing, Nothing, PageHead } from '../list/listing.js';
import { Rows } from '../list/rows.js';
import styles from './live.module.css';

/** Older than this, something holds the line up. */
const LATE_SECONDS = 900;
const SHOWN_MINUTES = 30;

const FOLLOWING: Record<Following, string> = {
  live: 'As it happens',
  asked: 'Every 10 seconds: the stream is away',
  paused: 'Paused while hidden',
};

/** What goes on right now: how much waits, how fast it goes, and what fails. */
export function LivePage() {
  const { query, following } = useLiveFigures();
  return (
    <>
      <PageHead>
        <PageTitle tab="Live">Live</PageTitle>
        <span className={styles.following} data-following={following} role="status">
          {FOLLOWING[following]}
        </span>
      </PageHead>
      <Listing what="the figures" query={query}>
        {(figures) => <Figures figures={figures} />}
      </Listing>
    </>
  );
}

function Figures({ figures }: { figures: LiveFigures }) {
  return (
    <>
      {figures.workers.length === 0 && (
        <p className={styles.standstill} role="alert">
          <strong>No worker is running.</strong> Documents are taken, and nothing is sent until one
          is. Start one with <code>qbo-sync worker</code>.
        </p>
      )}
      <Tiles label="Now" tiles={tilesOf(figures)} />
      <div className={styles.columns}>
        <Panel title={`Ended in the last ${SHOWN_MINUTES} minutes`}>
          <Chart figures={figures} />
        </Panel>
        <Panel title="Failed, by reason">
          {figures.failed.length === 0 ? (
            <Nothing title="Nothing has failed" />
          ) : (
            <Rows
              caption="Failed documents by reason"
              columns={[
                { label: 'Reason' },
                { label: 'Now', isFigure: true },
                { label: 'Last half hour', isFigure: true },
              ]}
              rows={[...figures.failed]
                .sort((a, b) => b.documents - a.documents)
                .map(({ reason, documents }) => ({
                  key: reason,
                  cells: [
                    <Link
                      key="reason"
                      to="/documents"
                      search={{ filter: `status:failed reason:${reason}` }}
                    >
                      {asWords(reason)}
                    </Link>,
                    counted(documents),
                    counted(lately(figures, reason)),
                  ],
                }))}
            />
          )}
        </Panel>
      </div>
    </>
  );
}

function tilesOf(figures: LiveFigures): Tile[] {
  const { due, unended, pushes, workers, runsHeld, throttledCompanies, failed } = figures;
  const statusOf = (status: string) => unended.find((row) => row.status === status)?.documents ?? 0;
  const waiting = due.reduce((sum, { documents }) => sum + documents, 0);
  const oldest = Math.max(0, ...due.map(({ oldestSeconds }) => oldestSeconds));
  const full = minutesOf(figures).at(-2);
  return [
    { label: 'Synced a minute', value: counted(full?.synced ?? 0), note: 'the last whole minute' },
    {
      label: 'Due',
      value: counted(waiting),
      note: due.map((row) => `${counted(row.documents)} ${row.laneClass}`).join(', ') || undefined,
    },
    {
      label: 'Oldest due',
      value: waiting === 0 ? '–' : shortDuration(oldest),
      tone: oldest > LATE_SECONDS ? 'red' : undefined,
    },
    {
      label: 'Being sent',
      value: counted(statusOf('syncing')),
      note:
        pushes.open === 0
          ? undefined
          : `${counted(pushes.held)} of ${counted(pushes.open)} pushes held`,
    },
    { label: 'Waiting for something', value: counted(statusOf('waiting')) },
    {
      label: 'Outcome unknown',
      value: counted(statusOf('checking')),
      tone: statusOf('checking') > 0 ? 'amber' : undefined,
    },
    {
      label: 'Failed',
      value: counted(failed.reduce((sum, { documents }) => sum + documents, 0)),
    },
    {
      label: 'Workers',
      value: counted(workers.length),
      note: `${counted(workers.reduce((sum, { jobs }) => sum + jobs, 0))} jobs now`,
      tone: workers.length === 0 ? 'red' : undefined,
    },
    { label: 'Runs going on', value: counted(runsHeld) },
    {
      label: 'Throttled companies',
      value: counted(throttledCompanies),
      tone: throttledCompanies > 0 ? 'amber' : undefined,
    },
  ];
}

function lately({ minutes }: LiveFigures, reason: string): number {
  return minutes
    .flatMap(({ failed }) => failed)
    .filter((row) => row.reason === reason)
    .reduce((sum, { documents }) => sum + documents, 0);
}

interface Minute {
  at: number;
  synced: number;
  failed: number;
}

/** One bar a minute, what failed on top; the same in words for who cannot see it. */
function Chart({ figures }: { figures: LiveFigures }) {
  const minutes = minutesOf(figures);
  const highest = Math.max(1, ...minutes.map(({ synced, failed }) => synced + failed));
  const sum = (name: 'synced' | 'failed') => minutes.reduce((all, one) => all + one[name], 0);
  return (
    <>
      <svg
        className={styles.chart}
        viewBox={`0 0 ${SHOWN_MINUTES * 10} 100`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${sum('synced')} synced and ${sum('failed')} failed, at most ${highest} in a minute`}
      >
        {minutes.map(({ at, synced, failed }, index) => {
          const height = (count: number) => (count * 96) / highest;
          return (
            <g key={at}>
              <rect
                className={styles.synced}
                x={index * 10 + 1}
                width={8}
                y={100 - height(synced)}
                height={height(synced)}
              />
              <rect
                className={styles.failed}
                x={index * 10 + 1}
                width={8}
                y={100 - height(synced + failed)}
                height={height(failed)}
              />
            </g>
          );
        })}
      </svg>
      <p className={styles.legend}>
        <span data-tone="green">{counted(sum('synced'))} synced</span>
        <span data-tone="red">{counted(sum('failed'))} failed</span>
        <span>at most {counted(highest)} a minute</span>
      </p>
    </>
  );
}

function minutesOf({ at, minutes }: LiveFigures): Minute[] {
  const byTime = new Map(minutes.map((minute) => [Date.parse(minute.at), minute]));
  const last = Math.floor(Date.parse(at) / 60_000) * 60_000;
  return Array.from({ length: SHOWN_MINUTES }, (_, index) => {
    const time = last - (SHOWN_MINUTES - 1 - index) * 60_000;
    const found = byTime.get(time);
    const failed = found?.failed.reduce((sum, { documents }) => sum + documents, 0) ?? 0;
    return { at: time, synced: found?.synced ?? 0, failed };
  });
}

const counted = (count: number) => groupedAmount(String(count));

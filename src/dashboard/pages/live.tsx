import { Link } from '@tanstack/react-router';
import type { LiveFigures } from '../../contract/live.js';
import { type Following, useLiveFigures } from '../api/live-figures.js';
import { asWords, groupedAmount, shortDuration } from '../document/format.js';
import { PageTitle } from '../frame/page-title.js';
import { Panel } from '../frame/panel.js';
import { type Tile, Tiles } from '../frame/tiles.js';
import { Listing, Nothing, PageHead } from '../list/listing.js';
import { Rows } from '../list/rows.js';
import { EndedCharts } from '../live/ended-charts.js';
import { minutesOf } from '../live/minutes.js';
import styles from './live.module.css';

/** Older than this, something holds the line up. */
const LATE_SECONDS = 900;

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
  const failed = failedByReason(figures);
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
        <EndedCharts figures={figures} />
        <Panel title="Failed, by reason">
          {failed.length === 0 ? (
            <Nothing title="Nothing has failed" />
          ) : (
            <Rows
              caption="Failed documents by reason"
              columns={[
                { label: 'Reason' },
                { label: 'Now', isFigure: true },
                { label: 'Last half hour', isFigure: true },
              ]}
              rows={failed.map(({ reason, now, lately }) => ({
                key: reason,
                cells: [
                  <Link
                    key="reason"
                    to="/documents"
                    search={{ filter: `status:failed reason:${reason}` }}
                  >
                    {asWords(reason)}
                  </Link>,
                  counted(now),
                  counted(lately),
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
  const full = minutesOf(figures).synced.at(-2);
  return [
    { label: 'Synced a minute', value: counted(full ?? 0), note: 'the last whole minute' },
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

interface FailedReason {
  reason: string;
  now: number;
  /** Failed in the last half hour, whether it is right by now or not. */
  lately: number;
}

/** What is failed now, and what was: together with the charts they say the same. */
function failedByReason({ failed, minutes }: LiveFigures): FailedReason[] {
  const reasons = new Map<string, FailedReason>();
  const of = (reason: string) => {
    const row = reasons.get(reason) ?? { reason, now: 0, lately: 0 };
    reasons.set(reason, row);
    return row;
  };
  for (const { reason, documents } of failed) of(reason).now += documents;
  for (const { reason, documents } of minutes.flatMap((minute) => minute.failed)) {
    of(reason).lately += documents;
  }
  return [...reasons.values()].sort((a, b) => b.now - a.now || b.lately - a.lately);
}

const counted = (count: number) => groupedAmount(String(count));

import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { BulkStanding } from '../../contract/bulk-action.js';
import type { CauseRelease, OpsCauseAnswer } from '../../contract/causes.js';
import { bulkStandingQuery, refreshCauses } from '../api/operations-queries.js';
import { clockTime, counted, groupedAmount } from './format.js';
import { STATUS_LOOKS } from './statuses.js';

/** A cause somebody has retried on this page, as it was then. */
export interface Retried {
  cause: OpsCauseAnswer;
  /** Where in the list it stood. */
  place: number;
  release: CauseRelease;
  at: Date;
}

export interface RetriedStand {
  /** `going`: not all have ended; `solved`: all are through; `ended`: some are not. */
  is: 'going' | 'solved' | 'ended';
  /** What became of its documents so far. */
  text: string;
}

/** How far what was retried is; undefined where nothing was. */
export function useRetried(retried: Retried | undefined): RetriedStand | undefined {
  const bulkId = retried?.release.bulkAction?.id ?? null;
  const { data } = useQuery({ ...bulkStandingQuery(bulkId ?? ''), enabled: bulkId !== null });
  const stand = retried === undefined ? undefined : standOf(retried, data);
  const is = stand?.is;
  // What it still holds up, and what failed again, is in the list only once that is read again.
  useEffect(() => {
    if (is !== undefined) void refreshCauses();
  }, [is]);
  return stand;
}

function standOf({ release, at }: Retried, standing: BulkStanding | undefined): RetriedStand {
  const when = `Retried at ${clockTime(at)}`;
  if (release.bulkAction === null) {
    return { is: 'ended', text: `${when}: ${counted(release.runs.length, 'run')} started anew.` };
  }
  const { documents } = standing ?? release.bulkAction;
  if (standing === undefined) {
    return { is: 'going', text: `${when}: ${counted(documents, 'document')} on the way.` };
  }
  const { synced, failed, moving, waiting, others } = tally(standing);
  const parts = [
    `${number(synced)} of ${number(documents)} synced`,
    ...(moving > 0 ? [`${number(moving)} under way`] : []),
    ...waiting.map(({ documents: count, details }) => `${waits(count)}: ${unended(details)}`),
    ...failed.map(
      ({ documents: count, details }) => `${number(count)} failed again: ${unended(details)}`,
    ),
    ...(others > 0 ? [`${number(others)} left as they are`] : []),
  ];
  const text = `${when}: ${parts.join('; ')}.`;
  if (moving + waiting.length > 0) return { is: 'going', text };
  if (synced < documents) return { is: 'ended', text: failedAgain(when, standing) ?? text };
  return { is: 'solved', text: `Solved: ${counted(documents, 'document')} synced.` };
}

/** Where it was one document only, without counts. */
function failedAgain(when: string, { documents, standing }: BulkStanding): string | undefined {
  const [only] = standing;
  if (documents !== 1 || only?.status !== 'failed') return undefined;
  return `${when}. It failed again: ${only.details}`;
}

/** Waiting for another document or for its turn is under way; behind a gate it waits for somebody. */
const GOES_BY_ITSELF: ReadonlySet<string | null> = new Set([null, 'blocked_by', 'rate_limited']);

function tally({ documents, endedAt, standing }: BulkStanding) {
  const of = (status: string) => standing.filter((row) => row.status === status);
  const sum = (rows: typeof standing) => rows.reduce((all, row) => all + row.documents, 0);
  const waiting = of('waiting').filter(({ reason }) => !GOES_BY_ITSELF.has(reason));
  const [synced, failed] = [of('synced'), of('failed')];
  const settled = standing.filter(({ status }) => STATUS_LOOKS[status].settled);
  const unbegun = endedAt === null ? Math.max(0, documents - sum(standing)) : 0;
  return {
    synced: sum(synced),
    failed,
    waiting,
    moving: sum(standing) - sum(settled) - sum(waiting) + unbegun,
    others: sum(settled) - sum(synced) - sum(failed),
  };
}

const number = (count: number) => groupedAmount(String(count));
const waits = (count: number) => `${number(count)} ${count === 1 ? 'waits' : 'wait'}`;
const unended = (sentence: string) => sentence.replace(/\.$/, '');

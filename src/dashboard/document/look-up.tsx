import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { CauseLook, OpsCauseAnswer } from '../../contract/causes.js';
import type { OpsRun } from '../../contract/ops-connections.js';
import type { ReasonName } from '../../contract/reasons.js';
import { listRuns, lookAtCause, startRefresh } from '../api/operations-api.js';
import { refreshCauses } from '../api/operations-queries.js';
import { Failure } from '../frame/failure.js';
import { useMayActAs, useSession } from '../frame/session.js';
import { mayBeLookedUp } from './advice.js';
import styles from './cause.module.css';
import { clockTime } from './format.js';

const FOLLOW_MS = 1_500;
/** As often is asked whether a reading has ended, before it is left to itself. */
const LOOKS_MAX = 60;

/** What reading QuickBooks came to. */
type Looked =
  | { outcome: 'looked'; look: CauseLook }
  | { outcome: 'failed'; details: string }
  | { outcome: 'takes_long' };

/** How it still is, where a look has found nothing. */
const STILL: Partial<Record<ReasonName, string>> = {
  customer_missing: 'still no customer of that name in QuickBooks.',
  vendor_missing: 'still no supplier of that name in QuickBooks.',
  item_missing: 'still no product of that name in QuickBooks.',
  record_inactive: 'still inactive in QuickBooks.',
  period_closed: 'the books are still closed.',
  plan_lacks: 'the plan is still the same.',
};

/** Reads the lists of the connections concerned, and says whether the cause is fixed by now. */
export function useLookUp(cause: OpsCauseAnswer): { button: ReactNode; said: ReactNode } {
  const { csrfToken } = useSession();
  const mayAct = useMayActAs('operator');
  const look = useMutation({
    mutationFn: () => lookNow(cause, csrfToken),
    onSettled: refreshCauses,
  });
  if (!mayAct || !mayBeLookedUp(cause)) return { button: null, said: null };
  const sentence = look.data === undefined ? '' : sentenceOf(cause, look.data);
  return {
    button: (
      <Button
        size="compact-sm"
        loading={look.isPending}
        title="Reads the lists of QuickBooks again: what was put right there is seen then"
        onClick={() => look.mutate()}
      >
        Look in QuickBooks
      </Button>
    ),
    said: (
      <>
        {sentence !== '' && (
          <p className={styles.said} role="status">
            {sentence}
          </p>
        )}
        {look.error !== null && <Failure title="It could not be read" error={look.error} />}
      </>
    ),
  };
}

async function lookNow(cause: OpsCauseAnswer, csrfToken: string): Promise<Looked> {
  const started = await Promise.all(cause.connections.map((id) => startRefresh(id, csrfToken)));
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const runs = await Promise.all(started.map(asItIsNow));
    if (runs.every(({ endedAt }) => endedAt !== null)) {
      const failed = runs.find(({ status }) => status === 'failed');
      if (failed !== undefined) return { outcome: 'failed', details: failed.details ?? '' };
      return { outcome: 'looked', look: await lookAtCause(cause.id, csrfToken) };
    }
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS));
  }
  return { outcome: 'takes_long' };
}

async function asItIsNow(run: OpsRun): Promise<OpsRun> {
  const { runs } = await listRuns(
    { connection: run.connection.id, limit: '20' },
    AbortSignal.timeout(20_000),
  );
  return runs.find(({ id }) => id === run.id) ?? run;
}

function sentenceOf({ reason }: OpsCauseAnswer, looked: Looked): string {
  if (looked.outcome === 'failed') return `QuickBooks could not be read. ${looked.details}`;
  if (looked.outcome === 'takes_long') return 'QuickBooks is still being read. Look again later.';
  const { cause, lookedAt, similar } = looked.look;
  if (cause === null || cause.fixedAt !== null) return '';
  const names = similar.map((name) => `“${name}”`).join(' or ');
  const meant = names === '' ? '' : ` Is it ${names}?`;
  return `Looked at ${clockTime(new Date(lookedAt))}: ${STILL[reason] ?? 'still as it was.'}${meant}`;
}

import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { OpsCauseAnswer } from '../../contract/causes.js';
import type { ReasonName } from '../../contract/reasons.js';
import { listRuns, startRefresh } from '../api/operations-api.js';
import { OPERATIONS_KEY, refreshCauses } from '../api/operations-queries.js';
import { Failure } from '../frame/failure.js';
import { useMayActAs, useSession } from '../frame/session.js';
import styles from './cause.module.css';

/** What is put right inside QuickBooks is seen once its lists and facts were read again. */
const SEEN_BY_READING: ReadonlySet<ReasonName> = new Set([
  'customer_missing',
  'vendor_missing',
  'item_missing',
  'record_inactive',
  'period_closed',
  'plan_lacks',
]);
/** A reading of each costs QuickBooks' reads; more connections are read on their own pages. */
const CONNECTIONS_MAX = 10;
const FOLLOW_MS = 1_500;
/** As often is looked before the page goes on at its usual pace. */
const LOOKS_MAX = 60;

/** Whether a reading of QuickBooks may show that the cause is fixed. */
export function mayBeLookedUp({ reason, fixedAt, connections }: OpsCauseAnswer): boolean {
  return fixedAt === null && SEEN_BY_READING.has(reason) && connections.length <= CONNECTIONS_MAX;
}

/** Reads the lists of the connections concerned, and follows until the cause is seen to be fixed. */
export function LookUp({ cause }: { cause: OpsCauseAnswer }) {
  const { csrfToken } = useSession();
  const mayAct = useMayActAs('operator');
  const start = useMutation({
    mutationFn: () => Promise.all(cause.connections.map((id) => startRefresh(id, csrfToken))),
  });
  const runs = start.data ?? [];
  const { data: isRead = false } = useQuery({
    queryKey: [OPERATIONS_KEY, 'look-up', cause.id, ...runs.map(({ id }) => id)],
    queryFn: async ({ signal }) => {
      const ended = await Promise.all(
        runs.map(async ({ id, connection }) => {
          const page = await listRuns({ connection: connection.id, limit: '20' }, signal);
          return page.runs.some((run) => run.id === id && run.endedAt !== null);
        }),
      );
      await refreshCauses();
      return ended.every(Boolean);
    },
    enabled: runs.length > 0,
    refetchInterval: ({ state }) => (state.dataUpdateCount < LOOKS_MAX ? FOLLOW_MS : false),
  });
  if (!mayAct) return null;
  const isReading = start.isPending || (runs.length > 0 && !isRead);
  return (
    <>
      <Button
        size="compact-sm"
        loading={isReading}
        title="Reads the lists of QuickBooks again: what was put right there is seen then"
        onClick={() => start.mutate()}
      >
        Look in QuickBooks
      </Button>
      {isRead && (
        <p className={styles.looked} role="status">
          QuickBooks was read. What is put right there turns green here in a moment.
        </p>
      )}
      {start.error !== null && <Failure title="It could not be read" error={start.error} />}
    </>
  );
}

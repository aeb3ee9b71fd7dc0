import { z } from 'zod';
import { CONNECTION_STATUSES } from './connection.js';

/** What goes on right now, over all companies: figures alone. */
export const liveFigures = z.object({
  at: z.string(),
  /** Documents that wait for dispatch by class, and how long the first has been due. */
  due: z.array(
    z.object({
      laneClass: z.enum(['live', 'retry', 'backfill']),
      documents: z.int(),
      oldestSeconds: z.number(),
    }),
  ),
  /** Documents on their way: `syncing`, `checking` and `waiting`. */
  unended: z.array(z.object({ status: z.string(), documents: z.int() })),
  failed: z.array(z.object({ reason: z.string(), documents: z.int() })),
  /** Pushes that were opened and have not ended, and those a worker holds now. */
  pushes: z.object({ open: z.int(), held: z.int() }),
  /** Workers that said within the last minute that they are there. */
  workers: z.array(z.object({ version: z.string(), jobs: z.int(), startedAt: z.string() })),
  /** Runs that a worker holds now. */
  runsHeld: z.int(),
  /** Connections with a job whose last run failed; counted among the newest 200 failures. */
  failedRuns: z.int(),
  connections: z.array(z.object({ status: z.enum(CONNECTION_STATUSES), connections: z.int() })),
  /** Connections that somebody had stop sending, and the first of each by name. */
  stopped: z.array(
    z.object({
      by: z.enum(['hold', 'pause']),
      connections: z.int(),
      named: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
  ),
  /** Companies QuickBooks takes no calls for, longer than a pause. */
  throttledCompanies: z.int(),
  /** What ended in each of the last 30 minutes, oldest first; a minute without is left out. */
  minutes: z.array(
    z.object({
      at: z.string(),
      synced: z.int(),
      failed: z.array(z.object({ reason: z.string(), documents: z.int() })),
    }),
  ),
});
export type LiveFigures = z.infer<typeof liveFigures>;

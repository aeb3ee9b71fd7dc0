import { z } from 'zod';
import { HOLD_DAYS_MAX } from '../contract/hold.js';
import { invalidRequest } from './problems.js';

const DAY_MS = 86_400_000;

const moment = z.iso.datetime({
  offset: true,
  error: 'must be a moment with its offset, ISO 8601',
});

/** A hold as apps and people ask for it. */
export const holdBody = z.strictObject({
  from: moment.optional().describe('Default: now.'),
  to: moment,
});

/** The moments of it. @throws HttpProblem 422 where it would be over already, or hardly ever */
export function windowOf(body: z.output<typeof holdBody>, now: Date): { from: Date; to: Date } {
  const from = body.from === undefined ? now : new Date(body.from);
  const to = new Date(body.to);
  const wrong = (rule: string) => invalidRequest([{ field: 'to', rule, got: body.to }]);
  if (to <= from) throw wrong('must be later than from');
  if (to <= now) throw wrong('must be in the future');
  if (to.getTime() - from.getTime() > HOLD_DAYS_MAX * DAY_MS) {
    throw wrong(`must be at most ${HOLD_DAYS_MAX} days after from`);
  }
  return { from, to };
}

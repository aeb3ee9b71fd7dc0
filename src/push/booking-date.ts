import { checkNote } from '../qbo/mapping/limits.js';
import type { Plan } from './job.js';
import type { Sending, SendingItem } from './sending.js';

/**
 * Closed books, where the settings choose the first open day: a new form is dated then, and the date
 * the app states stays in the note. What QuickBooks holds already keeps the date it has there, which
 * may be such a day; whether that is still open is for QuickBooks to say.
 */
export function bookedOnOpenDay(
  plan: Plan,
  { company, job }: Pick<Sending, 'company' | 'job'>,
  { loaded, stored }: Pick<SendingItem, 'loaded' | 'stored'>,
): Plan {
  const date = job.dateOf(loaded as never);
  const closedThrough = company.bookCloseDate;
  if (plan.kind !== 'write' || date === undefined) return plan;
  if (loaded.connection.settings.closedPeriod !== 'first_open_day') return plan;
  if (closedThrough === null || date > closedThrough) return plan;
  if (plan.operation === 'create') return dated(plan, date, dayAfter(closedThrough));
  return plan.operation === 'update' ? dated(plan, date, dateHeld(plan, stored)) : plan;
}

/**
 * The date an update leaves as it is; undefined where the update says nothing of it, as sparse ones do.
 * A whole one has to say it: QuickBooks dates what comes without a date today.
 */
function dateHeld({ body }: Written, stored: SendingItem['stored']): string | undefined {
  const held = stored?.['TxnDate'];
  return body['sparse'] === true || typeof held !== 'string' ? undefined : held;
}

type Written = Plan & { kind: 'write' };

/**
 * The plan with another date than the stated one, which leads the note. A note is written anew with
 * each update, and one that leaves the stated date in QuickBooks is refused there: the date is closed.
 */
function dated(plan: Written, stated: string, used: string | undefined): Plan {
  const { TxnDate: _, PrivateNote: note, ...body } = plan.body;
  const isMoved = used !== stated;
  const lines = [isMoved ? `Dated ${stated}.` : undefined, note].filter(
    (line) => line !== undefined,
  );
  const PrivateNote = lines.join('\n');
  return {
    ...plan,
    body: {
      ...body,
      ...(used === undefined ? {} : { TxnDate: used }),
      ...(lines.length === 0 ? {} : { PrivateNote }),
    },
    problems: [...plan.problems, ...(isMoved ? checkNote(PrivateNote) : [])],
  };
}

/** The next calendar day of a plain date. */
function dayAfter(date: string): string {
  const next = new Date(`${date}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

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
  { loaded }: Pick<SendingItem, 'loaded'>,
): Plan {
  const date = job.dateOf(loaded as never);
  const closedThrough = company.bookCloseDate;
  if (plan.kind !== 'write' || date === undefined) return plan;
  if (loaded.connection.settings.closedPeriod !== 'first_open_day') return plan;
  if (closedThrough === null || date > closedThrough) return plan;
  if (plan.operation === 'update') {
    const { TxnDate: _, ...body } = plan.body;
    return { ...plan, body };
  }
  if (plan.operation !== 'create') return plan;
  const note = [`Dated ${date}.`, plan.body['PrivateNote']].filter((part) => part !== undefined);
  const PrivateNote = note.join('\n');
  return {
    ...plan,
    body: { ...plan.body, TxnDate: dayAfter(closedThrough), PrivateNote },
    problems: [...plan.problems, ...checkNote(PrivateNote)],
  };
}

/** The next calendar day of a plain date. */
function dayAfter(date: string): string {
  const next = new Date(`${date}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

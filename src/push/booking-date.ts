import type { LoadedItem } from '../ledger/load.js';
import { isWithdrawn } from '../ledger/standing.js';
import { checkNote } from '../qbo/mapping/limits.js';
import type { Plan } from './job.js';
import type { Sending, SendingItem } from './sending.js';

/** Closed books, where the settings choose the first open day: a new form is dated then. */

/** Whether a document may take another date: what QuickBooks holds already keeps the one it has. */
export function isMovable(loaded: LoadedItem): boolean {
  return loaded.link === null && !isWithdrawn(loaded);
}

/** The plan with the first open day as its date; the date the app states stays in the note. */
export function bookedOnOpenDay(
  plan: Plan,
  { company, job }: Pick<Sending, 'company' | 'job'>,
  { loaded }: Pick<SendingItem, 'loaded'>,
): Plan {
  const date = job.dateOf(loaded as never);
  const closedThrough = company.bookCloseDate;
  if (plan.kind !== 'write' || plan.operation !== 'create') return plan;
  if (date === undefined || closedThrough === null || date > closedThrough) return plan;
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

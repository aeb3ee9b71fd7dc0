/** When something with payment terms falls due (Term reference page). */

import { type JsonObject, numberOf } from '../../json.js';
import { addDays } from '../../pacific.js';

/**
 * The due date of a transaction of that day.
 *
 * A standard term counts days. A date driven one names a day of the month: of this month, or of
 * the next when that day is over or closer than `DueNextMonthDays`. The last day stands for days
 * a month does not have.
 *
 * @param term undefined: no terms
 * @param daysWithout days after the date where there are no terms
 */
export function dueDateOf(term: JsonObject | undefined, day: string, daysWithout: number): string {
  const dueDay = numberOf(term, 'DayOfMonthDue');
  if (numberOf(term, 'DueDays') === undefined && dueDay !== undefined) {
    const margin = numberOf(term, 'DueNextMonthDays') ?? 0;
    const here = dayOfMonth(day, 0, dueDay);
    const late = here < day || (margin > 0 && here < addDays(day, margin));
    return late ? dayOfMonth(day, 1, dueDay) : here;
  }
  return addDays(day, numberOf(term, 'DueDays') ?? daysWithout);
}

function dayOfMonth(day: string, monthsLater: number, wanted: number): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + monthsLater, 0)).getUTCDate();
  const date = new Date(Date.UTC(year, month - 1 + monthsLater, Math.min(wanted, last)));
  return date.toISOString().slice(0, 10);
}

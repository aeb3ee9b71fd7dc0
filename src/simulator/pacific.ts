/**
 * Times as QuickBooks writes them: US Pacific offset, whatever the company's own time zone
 * (recorded answers of 2026).
 */

const HOUR_MS = 3_600_000;

const pacificClock = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/Los_Angeles',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
});

let cachedHour = Number.NaN;
let cachedOffsetMs = 0;
let cachedSecond = Number.NaN;
let cachedText = '';

/** The offset changes on whole hours only, so one look-up an hour of simulated time is enough. */
function offsetAt(ms: number): number {
  const hour = Math.floor(ms / HOUR_MS);
  if (hour !== cachedHour) {
    const part = new Map(pacificClock.formatToParts(ms).map((p) => [p.type, Number(p.value)]));
    const local = Date.UTC(
      part.get('year') ?? 0,
      (part.get('month') ?? 1) - 1,
      part.get('day') ?? 1,
      part.get('hour') ?? 0,
    );
    cachedOffsetMs = local - hour * HOUR_MS;
    cachedHour = hour;
  }
  return cachedOffsetMs;
}

function zone(offsetMs: number): string {
  const hours = Math.abs(offsetMs) / HOUR_MS;
  return `${offsetMs <= 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:00`;
}

/** Second precision, as in `MetaData`: `2026-05-05T02:08:55-07:00`. */
export function pacificSeconds(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== cachedSecond) {
    const offset = offsetAt(ms);
    cachedText = new Date(ms + offset).toISOString().slice(0, 19) + zone(offset);
    cachedSecond = second;
  }
  return cachedText;
}

/** Millisecond precision, as in the `time` of an answer. */
export function pacificMillis(ms: number): string {
  const offset = offsetAt(ms);
  return new Date(ms + offset).toISOString().slice(0, 23) + zone(offset);
}

/** The calendar day at that moment: what `TxnDate` defaults to. */
export function pacificDate(ms: number): string {
  return new Date(ms + offsetAt(ms)).toISOString().slice(0, 10);
}

/** A calendar date moved by whole days. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 24 * HOUR_MS).toISOString().slice(0, 10);
}

/** Epoch milliseconds of a written time; one without a zone is Pacific. */
export function parsePacific(text: string): number | undefined {
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text) && text.includes('T');
  const ms = Date.parse(hasZone ? text : `${text.includes('T') ? text : `${text}T00:00:00`}Z`);
  if (Number.isNaN(ms)) return undefined;
  return hasZone ? ms : ms - offsetAt(ms - offsetAt(ms));
}

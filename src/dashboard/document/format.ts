/** Times in the viewer's own zone, amounts exactly as they were given. */

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** `42 s`, `5 min`, `3 h`, `12 d`: rounded down. */
export function shortDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE_S) return `${whole} s`;
  if (whole < HOUR_S) return `${Math.floor(whole / MINUTE_S)} min`;
  if (whole < 2 * DAY_S) return `${Math.floor(whole / HOUR_S)} h`;
  return `${Math.floor(whole / DAY_S)} d`;
}

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const dateAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** `14:03:22`. */
export function clockTime(at: Date): string {
  return clock.format(at);
}

/** `3 Mar 2026, 14:03:22`; a time that cannot be read is shown as it came. */
export function dateTime(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : dateAndTime.format(at);
}

const MOMENT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** A sentence of the server's, its moments as the viewer's clock has them. */
export function inOwnTime(text: string): string {
  return text.replace(MOMENT, dateTime);
}

/** `in 3 min`, or `now` once the time has come. */
export function fromNow(iso: string, nowMs: number): string {
  const seconds = (new Date(iso).getTime() - nowMs) / 1_000;
  return seconds > 0 ? `in ${shortDuration(seconds)}` : 'now';
}

/** A decimal string with its thousands grouped; decimals stay as they are: `-1234.50` → `-1,234.50`. */
export function groupedAmount(amount: string): string {
  const [whole = '', decimals] = amount.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

/** `1 document`, `1,200 documents`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${groupedAmount(String(count))} ${count === 1 ? one : many}`;
}

/** `3 documents and 1 run`. */
export function heldUp({ documents, runs }: { documents: number; runs: number }): string {
  const parts = [
    ...(documents > 0 ? [counted(documents, 'document')] : []),
    ...(runs > 0 ? [counted(runs, 'run')] : []),
  ];
  return parts.join(' and ') || 'Nothing';
}

/** `1,200.00 USD, 80.00 EUR`; nothing where there is none. */
export function worthOf(amounts: readonly { amount: string; currency: string | null }[]): string {
  return amounts
    .map(({ amount, currency }) => `${groupedAmount(amount)} ${currency ?? ''}`.trim())
    .join(', ');
}

/** Whether an amount is other than zero. */
export function isNonZero(amount: string): boolean {
  return /[1-9]/.test(amount);
}

/** `duplicate_number` → `Duplicate number`. */
export function asWords(word: string): string {
  const spaced = word.replaceAll('_', ' ').replaceAll('quickbooks', 'QuickBooks');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

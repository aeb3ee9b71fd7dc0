import { Decimal } from 'decimal.js';
import { z } from 'zod';
import { AMOUNT_DIGITS_MAX, decimalsOf } from './money.js';

/** Half of a surrogate pair standing alone: not a character, and no UTF-8 can carry it. */
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** True where Postgres and QuickBooks can store the text: no NUL, no lone surrogates. */
export function isStorableText(value: string): boolean {
  return !value.includes('\0') && !LONE_SURROGATE.test(value);
}

/**
 * Text of at most `maxLength` UTF-16 units. Emoji and right-to-left text are kept as they are.
 * Limits here only bound what is stored; QuickBooks' own lengths are checked before sending, so
 * that a name QuickBooks refuses is a failed document with a reason and not a refused request.
 */
export function text(maxLength = 1_000) {
  return z
    .string()
    .max(maxLength)
    .refine(isStorableText, { error: 'must not contain NUL or lone surrogates' });
}

/** Text that is more than white space. */
export function filledText(maxLength = 1_000) {
  return text(maxLength).refine((value) => value.trim() !== '', { error: 'must not be empty' });
}

/** Plain calendar date `YYYY-MM-DD`, without a time zone. */
export const plainDate = z.iso.date();

/** ISO 8601 moment with offset or `Z`. */
export const moment = z.iso.datetime({ offset: true });

/** IANA name of a time zone that this machine knows. */
export const timeZone = z
  .string()
  .max(64)
  .regex(/^[A-Za-z]/)
  .refine(isTimeZone, { error: 'must be an IANA time zone, such as Europe/Berlin' });

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format() !== '';
  } catch {
    return false;
  }
}

/** ISO 4217 code, upper case. */
export const currencyCode = z.string().regex(/^[A-Z]{3}$/, { error: 'must be an ISO 4217 code' });

/**
 * A decimal as a string, or an exact JSON number, kept as a plain decimal string. At most 15 digits
 * before the point and `maxDecimals` after it. Amounts get their currency's decimals checked by the
 * document (see {@link refineAmounts}), because only the document knows its currency.
 */
export function decimal(maxDecimals: number) {
  const pattern = new RegExp(`^-?\\d{1,15}(\\.\\d{1,${maxDecimals}})?$`);
  return z
    .union([z.string().max(40), z.number()], { error: 'must be a decimal string or a number' })
    .transform((value) => (typeof value === 'number' ? plainNotation(value) : value))
    .pipe(
      z.string().regex(pattern, {
        error: `must be a decimal with at most 15 digits and ${maxDecimals} decimals`,
      }),
    );
}

/** Shortest decimal of a number, never with an exponent. */
function plainNotation(value: number): string {
  return new Decimal(value).toFixed();
}

/** An amount of money; 3 decimals is the most any currency has. */
export const amount = decimal(3);

/** A quantity or unit price: up to 7 decimals. */
export const preciseNumber = decimal(7);

const AMOUNT = /^-?0*(\d*?)(?:\.(\d{1,3}))?$/;

/**
 * Reports amounts that have more decimals than the currency, or more digits than can be counted
 * exactly in its minor units, each at its own path. Malformed amounts were reported before.
 */
export function refineAmounts(
  amounts: readonly { path: (string | number)[]; value: string | undefined }[],
  currency: string | undefined,
  report: (issue: { path: (string | number)[]; message: string }) => void,
): void {
  const most = decimalsOf(currency);
  for (const { path, value } of amounts) {
    const [, whole = '', fraction = ''] = AMOUNT.exec(value ?? '') ?? [];
    const within = currency ?? 'this currency';
    if (fraction.length > most) {
      report({ path, message: `must have at most ${most} decimals in ${within}` });
    }
    if (whole.length > AMOUNT_DIGITS_MAX - most) {
      const digits = AMOUNT_DIGITS_MAX - most;
      report({ path, message: `must have at most ${digits} digits before the point in ${within}` });
    }
  }
}

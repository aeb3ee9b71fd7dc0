import { UnreadableCiphertext } from './cipher.js';

/** Codes of the driver and of the network when no database answers. */
const NO_CONNECTION = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Cancelled by the statement time-out; a lock or the disk is too slow. */
const TOO_SLOW = '57014';
/** Deadlock and serialization failure: one of two transactions was sent back. */
const SENT_BACK = new Set(['40P01', '40001']);

/** SQLSTATE classes: connection exception, insufficient resources, operator intervention. */
const PASSING_STATES = /^(08...|53...|57P0.)$/;

/** Whether an error of the ledger means "try again later" and not "this is wrong". */
export function isLedgerUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === TOO_SLOW ||
    NO_CONNECTION.has(code) ||
    SENT_BACK.has(code) ||
    PASSING_STATES.test(code) ||
    isOutdatedPlan(error) ||
    isKeyMissing(error)
  );
}

/** Whether a value was encrypted under a key this process lacks, as in the middle of a rotation. */
export function isKeyMissing(error: unknown): boolean {
  return error instanceof UnreadableCiphertext && error.isKeyMissing;
}

/** Whether PostgreSQL ended this transaction so that another one could go on. */
export function isSentBack(error: unknown): boolean {
  return SENT_BACK.has(codeOf(error));
}

/**
 * Whether a statement was prepared before a newer version's migration gave its table a column, on
 * the connection that it failed on. Outside of a transaction the driver prepares it anew by itself.
 */
export function isOutdatedPlan(error: unknown): boolean {
  return (
    codeOf(error) === '0A000' &&
    error instanceof Error &&
    'routine' in error &&
    error.routine === 'RevalidateCachedQuery'
  );
}

/** SQLSTATE: connection exception, ended by the server, idle in a transaction for too long. */
const CONNECTION_STATES = /^(08...|57P0.|25P03)$/;

/** Whether the connection an error came from is gone, or about to go. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  return NO_CONNECTION.has(code) || CONNECTION_STATES.test(code);
}

/** SQLSTATE: a text with NUL, as it is and within JSON. */
const UNSTORABLE = new Set(['22021', '22P05']);

/** Whether a statement was refused for a text that PostgreSQL cannot hold; nothing was stored. */
export function isUnstorable(error: unknown): boolean {
  return UNSTORABLE.has(codeOf(error));
}

/** Whether a statement waited for a lock for as long as it may, however deep whoever sent it hid that. */
export function isLockNotGiven(error: unknown): boolean {
  if (codeOf(error) === '55P03') return true;
  return error instanceof Error && error.cause !== undefined && isLockNotGiven(error.cause);
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

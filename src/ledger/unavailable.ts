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

const STATEMENT_SENT_BACK = new Set([
  // Cancelled by the statement time-out; a lock or the disk is too slow.
  '57014',
  // Deadlock and serialization failure: one of two transactions was sent back.
  '40P01',
  '40001',
]);

/** SQLSTATE classes: connection exception, insufficient resources, operator intervention. */
const PASSING_STATES = /^(08...|53...|57P0.)$/;

/** Whether an error of the ledger means "try again later" and not "this is wrong". */
export function isLedgerUnavailable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  const { code } = error;
  return (
    typeof code === 'string' &&
    (NO_CONNECTION.has(code) || STATEMENT_SENT_BACK.has(code) || PASSING_STATES.test(code))
  );
}

/** SQLSTATE: connection exception, ended by the server, idle in a transaction for too long. */
const CONNECTION_STATES = /^(08...|57P0.|25P03)$/;

/** Whether the connection an error came from is gone, or about to go. */
export function isConnectionLost(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  const { code } = error;
  return typeof code === 'string' && (NO_CONNECTION.has(code) || CONNECTION_STATES.test(code));
}

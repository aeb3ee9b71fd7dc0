import { InvalidConfig } from '../config.js';
import { EmbeddedPostgresError } from '../embedded/errors.js';
import { InvalidEmbedOrigin, InvalidReturnUrl } from '../ledger/apps/apps.js';
import { UnreadableCiphertext } from '../ledger/database/cipher.js';
import { MigrationLocked } from '../ledger/database/migrate.js';
import { isLedgerUnavailable } from '../ledger/database/unavailable.js';
import { LastAdmin } from '../ledger/people/people.js';
import { UserExists } from '../ledger/people/users.js';
import { InvalidQueueOption, QueueUnavailable } from '../queue/backend.js';
import { DataFileError } from '../simulator/data-file/error.js';

/** A command cannot do what was asked; the message says why and what to do. */
export class Refusal extends Error {
  override name = 'Refusal';
}

/** Errors whose message is made for the person at the keyboard. */
const SPEAKING = [
  Refusal,
  DataFileError,
  EmbeddedPostgresError,
  InvalidEmbedOrigin,
  InvalidReturnUrl,
  LastAdmin,
  MigrationLocked,
  UserExists,
  InvalidQueueOption,
] as const;

/** What the person at the keyboard is told about anything a command threw. */
export function explain(error: unknown): string {
  if (error instanceof InvalidConfig) {
    const rows = error.problems.map(({ name, rule }) => `  ${name} ${rule}`);
    return ['The configuration cannot be used:', ...rows, 'See .env.example.'].join('\n');
  }
  if (error instanceof UnreadableCiphertext) {
    return (
      `The database was written with encryption key "${error.keyId ?? '?'}", which is not the one ` +
      'configured. Put that key into ENCRYPTION_KEYS, or point DATABASE_URL at another database.'
    );
  }
  if (error instanceof QueueUnavailable) {
    return `${error.message} Check QUEUE_URL.${error.detail === null ? '' : ` (${error.detail})`}`;
  }
  if (isLedgerUnavailable(error)) {
    return `PostgreSQL cannot be reached (${codeOf(error)}). Check DATABASE_URL and the server.`;
  }
  if (codeOf(error) === 'EADDRINUSE') {
    const port = typeof error === 'object' && error !== null && 'port' in error ? error.port : '';
    return `Port ${String(port)} is taken by another program.`;
  }
  if (SPEAKING.some((kind) => error instanceof kind)) return (error as Error).message;
  return refusedByPostgres(error) ?? unexpected(error);
}

/** SQLSTATE class 28 and 3D000: the server answers, and does not let us in. */
function refusedByPostgres(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code?.startsWith('28') === true) {
    return 'PostgreSQL refused the user or password of DATABASE_URL.';
  }
  return code === '3D000' ? 'The database that DATABASE_URL names does not exist.' : undefined;
}

function unexpected(error: unknown): string {
  if (!(error instanceof Error)) return `Something was thrown that is no error (${typeof error}).`;
  return error.stack ?? `${error.name}: ${error.message}`;
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { Cipher, type EncryptionKey, KeyedHash } from './cipher.js';
import { outlastLostConnections } from './lost-connection.js';
import { PLACES } from './places.js';
import { retrySentBack } from './sent-back.js';

/** Rows come back in camelCase, 64-bit ids as numbers, plain dates as strings. */
type Types = { bigint: number; date: string };

/** Statement maker of the pool. */
export type Sql = postgres.Sql<Types>;
/** Statement maker of one transaction. */
export type Transaction = postgres.TransactionSql<Types>;
/** Either of them, for statements that do not care. */
export type AnySql = Sql | Transaction;
/** Part of a statement. */
export type SqlPart = postgres.PendingQuery<postgres.Row[]>;

/** The ledger: its database, its keys and its clock. Handed to everything in this folder. */
export interface Ledger {
  sql: Sql;
  cipher: Cipher;
  hash: KeyedHash;
  /** Business time: schedules, windows, token life. Leases and lanes use the database's. */
  clock: () => Date;
  /** The span that is under way, as W3C's `traceparent` says it; null where nothing is traced. */
  traceparent: () => string | null;
  /** Where QuickBooks' own pages are, without a slash at the end. */
  pagesUrl: string;
  close(): Promise<void>;
}

export interface LedgerOptions {
  url: string;
  /** First is active. */
  keys: readonly EncryptionKey[];
  clock?: () => Date;
  /** Default: nothing is traced. */
  traceparent?: () => string | null;
  /** Default: those of production. */
  pagesUrl?: string;
  /** Connections in the pool. Default 10. */
  poolSize?: number;
  /** Longest wait for a connection, in milliseconds. Default 5,000. */
  connectTimeoutMs?: number;
  /** A statement is cancelled by the database after this. Default 10,000. */
  statementTimeoutMs?: number;
  /** Name shown in pg_stat_activity. */
  name?: string;
  /** Hears what the database says beside its answers, such as plans it was told to show. */
  onNotice?: (message: string) => void;
}

/** What is under way has ended before; a database that does not answer is not waited for. */
const CLOSE_SECONDS_MAX = 2;

/** Connects to a migrated database. The installation secret is made on the first start. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const sql = connect(options.url, options);
  try {
    const cipher = new Cipher(options.keys);
    return {
      sql,
      cipher,
      hash: new KeyedHash(await installationSecret(sql, cipher)),
      clock: options.clock ?? (() => new Date()),
      traceparent: options.traceparent ?? (() => null),
      pagesUrl: options.pagesUrl ?? 'https://qbo.intuit.com',
      close: () => sql.end({ timeout: CLOSE_SECONDS_MAX }),
    };
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
}

/** A pool with our type rules. */
export function connect(url: string, options: Omit<LedgerOptions, 'url' | 'keys'> = {}): Sql {
  const sql = postgres(url, {
    max: options.poolSize ?? 10,
    connect_timeout: (options.connectTimeoutMs ?? 5_000) / 1_000,
    idle_timeout: 0,
    max_lifetime: 3_600,
    onnotice: ({ message = '' }) => options.onNotice?.(message),
    // The driver asks for them on each new connection, and a connection that is lost meanwhile is
    // a rejection nobody can catch; `lists` below says what we use.
    fetch_types: false,
    connection: {
      application_name: options.name ?? 'qbo-sync',
      statement_timeout: options.statementTimeoutMs ?? 10_000,
      idle_in_transaction_session_timeout: 30_000,
      TimeZone: 'UTC',
    },
    transform: { column: { from: postgres.toCamel, to: postgres.fromCamel }, undefined: null },
    types: {
      bigint: { to: 20, from: [20], parse: Number, serialize: (value: number) => String(value) },
      date: {
        to: 1082,
        from: [1082],
        parse: (text: string) => text,
        serialize: (text: string) => text,
      },
      lists: { to: TEXTS, from: [TEXTS, NUMBERS, UUIDS], parse: noList, serialize: listLiteral },
    },
  });
  return retrySentBack(outlastLostConnections(sql)) as unknown as Sql;
}

/** Types whose lists are parameters: text[], bigint[], uuid[]. */
const TEXTS = 1009;
const NUMBERS = 1016;
const UUIDS = 2951;

function listLiteral(values: readonly unknown[]): string {
  const quoted = values.map((value) => `"${String(value).replaceAll(/["\\]/g, '\\$&')}"`);
  return `{${quoted.join(',')}}`;
}

/** No column is a list. */
function noList(): never {
  throw new TypeError('Lists are parameters only');
}

const HASH_SECRET = 'keyed_hash';

async function installationSecret(sql: Sql, cipher: Cipher): Promise<Buffer> {
  const place = PLACES.installationSecret(HASH_SECRET);
  const fresh = cipher.encrypt(place, randomBytes(32).toString('base64'));
  await sql`
    insert into installation_secrets (name, secret_cipher) values (${HASH_SECRET}, ${fresh})
    on conflict do nothing`;
  const [row] = await sql<{ secretCipher: Buffer }[]>`
    select secret_cipher from installation_secrets where name = ${HASH_SECRET}`;
  if (row === undefined) throw new Error('The installation secret cannot be read');
  return Buffer.from(cipher.decrypt(place, row.secretCipher), 'base64');
}

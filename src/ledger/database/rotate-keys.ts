import { setTimeout as delay } from 'node:timers/promises';
import { keyIdOf, UnreadableCiphertext } from './cipher.js';
import type { Ledger } from './open.js';
import { PLACES } from './places.js';

/** Values of one row, by column name. */
type Row = Readonly<Record<string, string | number>>;

/** One column of ciphertexts: how its rows are found one after another, and what each is bound to. */
interface CipherColumn {
  table: string;
  column: string;
  /** Primary key, in the order of its index. */
  key: readonly string[];
  /** Columns the place speaks of, beside the key. */
  owner: readonly string[];
  /** The place, from the values of `key` and `owner`. */
  place(of: (name: string) => string): string;
}

const requestColumn = (
  column: string,
  place: (companyId: string, requestId: string) => string,
): CipherColumn => ({
  table: 'requests',
  column,
  key: ['id'],
  owner: ['company_id', 'request_id'],
  place: (of) => place(of('company_id'), of('request_id')),
});
const tokenColumn = (column: string, place: (companyId: string) => string): CipherColumn => ({
  table: 'tokens',
  column,
  key: ['company_id'],
  owner: [],
  place: (of) => place(of('company_id')),
});

const endpointColumn = (column: string, place: (endpointId: string) => string): CipherColumn => ({
  table: 'endpoints',
  column,
  key: ['id'],
  owner: [],
  place: (of) => place(of('id')),
});

const documentColumn = (
  column: string,
  place: (document: { connectionId: string; kind: string; externalId: string }) => string,
): CipherColumn => ({
  table: 'documents',
  column,
  key: ['id'],
  owner: ['connection_id', 'kind', 'external_id'],
  place: (of) =>
    place({
      connectionId: of('connection_id'),
      kind: of('kind'),
      externalId: of('external_id'),
    }),
});

/** Every encrypted column there is. */
export const CIPHER_COLUMNS: readonly CipherColumn[] = [
  {
    table: 'installation_secrets',
    column: 'secret_cipher',
    key: ['name'],
    owner: [],
    place: (of) => PLACES.installationSecret(of('name')),
  },
  {
    table: 'companies',
    column: 'realm_cipher',
    key: ['id'],
    owner: [],
    place: (of) => PLACES.realm(of('id')),
  },
  tokenColumn('access_cipher', PLACES.accessToken),
  tokenColumn('refresh_cipher', PLACES.refreshToken),
  tokenColumn('previous_refresh_cipher', PLACES.refreshToken),
  documentColumn('wanted_cipher', PLACES.wanted),
  documentColumn('app_stated_cipher', PLACES.appStated),
  endpointColumn('url_cipher', PLACES.endpointUrl),
  endpointColumn('secret_cipher', PLACES.endpointSecret),
  endpointColumn('former_secret_cipher', PLACES.endpointSecret),
  requestColumn('path_cipher', PLACES.requestPath),
  requestColumn('body_cipher', PLACES.requestBody),
  requestColumn('answer_cipher', PLACES.requestAnswer),
  {
    table: 'attachment_pieces',
    column: 'piece_cipher',
    key: ['connection_id', 'external_id', 'content', 'number'],
    owner: [],
    place: (of) =>
      PLACES.attachmentPiece({
        connectionId: of('connection_id'),
        externalId: of('external_id'),
        content: of('content'),
        number: of('number'),
      }),
  },
  {
    table: 'idempotency_keys',
    column: 'answer_cipher',
    key: ['app_id', 'key'],
    owner: [],
    place: (of) => PLACES.idempotencyAnswer({ appId: of('app_id'), key: of('key') }),
  },
];

export interface RotationOptions {
  /** Ends the work between two rows; the next rotation goes on. */
  signal: AbortSignal;
  /** Rows looked at per statement. Default 500. */
  batchSize?: number;
  /** Rest between two statements, so that live work goes first. Default 50 ms. */
  pauseMs?: number;
}

export interface Rotation {
  /** Ciphertexts that are under the active key now and were not before. */
  reencrypted: number;
  /** Ciphertexts whose key is not configured any more, or that were altered; they stay. */
  unreadable: number;
  /** Nothing is left under an older key, unless it is unreadable. */
  finished: boolean;
}

/** Processes with an older configuration may write under the old key meanwhile: look again. */
const PASSES_MAX = 10;
/** Format, length of the key id and the longest key id. */
const HEAD_BYTES = 42;

/**
 * Brings everything that is encrypted under the active key, in the background and while others
 * write: an older key may leave the ring once none is left on it. Does nothing with one key. Each
 * row is written only if nobody wrote it since it was read, so that the other writer wins; many
 * processes may rotate at once.
 */
export async function rotateKeys(ledger: Ledger, options: RotationOptions): Promise<Rotation> {
  const total = { reencrypted: 0, unreadable: 0, finished: true };
  if (ledger.cipher.keyIds.length === 1) return total;
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    const before = total.reencrypted;
    total.unreadable = 0;
    for (const column of CIPHER_COLUMNS) await rotateColumn(ledger, column, options, total);
    total.finished = total.reencrypted === before && !options.signal.aborted;
    if (total.finished || options.signal.aborted) break;
  }
  return total;
}

/** How many ciphertexts there are per key id. Ids of keys that are not configured stand among them. */
export async function countPerKey(ledger: Ledger): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const options = { signal: new AbortController().signal, pauseMs: 0, batchSize: 5_000 };
  for (const column of CIPHER_COLUMNS) {
    for await (const rows of pagesOf(ledger, column, options)) {
      for (const { keyId } of rows) counts[keyId] = (counts[keyId] ?? 0) + 1;
    }
  }
  return counts;
}

async function rotateColumn(
  ledger: Ledger,
  column: CipherColumn,
  options: RotationOptions,
  total: Rotation,
): Promise<void> {
  for await (const rows of pagesOf(ledger, column, options)) {
    for (const { row, keyId } of rows) {
      if (options.signal.aborted) return;
      if (keyId === ledger.cipher.activeKeyId) continue;
      const outcome = await reencrypt(ledger, column, row);
      if (outcome !== 'changed_meanwhile') total[outcome] += 1;
    }
  }
}

/** Pages through a column in the order of its primary key; reads only the heads of ciphertexts. */
async function* pagesOf(
  ledger: Ledger,
  { table, column, key, owner }: CipherColumn,
  { signal, batchSize = 500, pauseMs = 50 }: RotationOptions,
): AsyncGenerator<{ row: Row; keyId: string }[]> {
  const { sql } = ledger;
  let after: Row | undefined;
  // Ends: every page begins behind the last row of the one before.
  while (!signal.aborted) {
    const behind =
      after === undefined ? sql`` : sql`and (${sql([...key])}) > (${valuesOf(ledger, key, after)})`;
    const rows = await sql<(Record<string, string | number> & { head: Buffer })[]>`
      select ${sql([...key, ...owner])}, substring(${sql(column)} from 1 for ${HEAD_BYTES}) as head
      from ${sql(table)} where ${sql(column)} is not null ${behind}
      order by ${sql([...key])} limit ${batchSize}`;
    yield rows.map(({ head, ...row }) => ({ row: row as Row, keyId: keyIdOf(head) ?? '?' }));
    if (rows.length < batchSize) return;
    after = rows.at(-1);
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

async function reencrypt(
  ledger: Ledger,
  { table, column, key, place }: CipherColumn,
  row: Row,
): Promise<'reencrypted' | 'unreadable' | 'changed_meanwhile'> {
  const { sql } = ledger;
  const isRow = sql`(${sql([...key])}) = (${valuesOf(ledger, key, row)})`;
  const [found] = await sql<{ old: Buffer | null }[]>`
    select ${sql(column)} as old from ${sql(table)} where ${isRow}`;
  if (found === undefined || found.old === null) return 'changed_meanwhile';
  const fresh = underActiveKey(
    ledger,
    place((name) => memberOf(row, name)),
    found.old,
  );
  if (fresh === undefined) return 'unreadable';
  const written = await sql`
    update ${sql(table)} set ${sql(column)} = ${fresh}
    where ${isRow} and ${sql(column)} = ${found.old}`;
  return written.count === 1 ? 'reencrypted' : 'changed_meanwhile';
}

function underActiveKey({ cipher }: Ledger, place: string, old: Buffer): Buffer | undefined {
  try {
    return cipher.encrypt(place, cipher.decryptBytes(place, old));
  } catch (error) {
    if (error instanceof UnreadableCiphertext) return undefined;
    throw error;
  }
}

/** Values of the key, as a list of parameters. */
function valuesOf({ sql }: Ledger, key: readonly string[], row: Row) {
  return key
    .map((name) => sql`${memberOf(row, name)}`)
    .reduce((list, value) => sql`${list}, ${value}`);
}

/** Rows come back in camelCase. */
function memberOf(row: Row, name: string): string {
  const member = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return String(row[member] ?? '');
}

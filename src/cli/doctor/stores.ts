import { keysOf } from '../../config/encryption-keys.js';
import type { Inspection } from '../../config.js';
import { UnreadableCiphertext } from '../../ledger/database/cipher.js';
import { type DatabaseFacts, inspectDatabase } from '../../ledger/database/inspect.js';
import { type Ledger, openLedger } from '../../ledger/database/open.js';
import { countPerKey } from '../../ledger/database/rotate-keys.js';
import { openQueueBackend } from '../../queue/backend.js';
import { explain } from '../refusal.js';
import { error, type Finding, ok, warning } from './finding.js';

/** PostgreSQL: reachable, migrated, large enough, and written with the keys we have. */
export async function checkDatabase({ valid, problems }: Inspection): Promise<Finding[]> {
  const url = valid.DATABASE_URL;
  if (url === undefined) return [];
  const facts = await inspectDatabase(url).catch((thrown: unknown) => error(explain(thrown)));
  if ('severity' in facts) return [facts];
  const keysAreRight = !problems.some(({ name }) => name === 'ENCRYPTION_KEYS');
  return [
    ok(`PostgreSQL ${facts.version} answers.`),
    migrationFinding(facts),
    ...poolFindings(facts, valid),
    ...(facts.hasSecret && keysAreRight ? await checkKeys(url, valid.ENCRYPTION_KEYS ?? '') : []),
  ];
}

function migrationFinding({ migrations: { missing, newer } }: DatabaseFacts): Finding {
  if (missing > 0) {
    const count = `${missing} migration${missing === 1 ? '' : 's'}`;
    return error(`The database lacks ${count} of this version. Run: qbo-sync migrate`);
  }
  return newer
    ? warning('The database was migrated by a newer version. Upgrade this one.')
    : ok('All migrations are in.');
}

/** Jobs of a worker per connection of its pool: most wait for QuickBooks, not for PostgreSQL. */
const JOBS_PER_CONNECTION_MAX = 5;
/** One web and one worker; PostgreSQL keeps three connections for its superuser. */
const PROCESSES = 2;
const RESERVED_CONNECTIONS = 3;

function poolFindings({ maxConnections }: DatabaseFacts, valid: Inspection['valid']): Finding[] {
  const { PUSH_CONCURRENCY: push, PULL_CONCURRENCY: pull, DATABASE_POOL_SIZE: pool } = valid;
  if (push === undefined || pull === undefined || pool === undefined) return [];
  const findings: Finding[] = [];
  if (push + pull > pool * JOBS_PER_CONNECTION_MAX) {
    findings.push(
      warning(
        `A worker runs up to ${push + pull} jobs on ${pool} database connections. ` +
          'Raise DATABASE_POOL_SIZE, or lower PUSH_CONCURRENCY.',
      ),
    );
  }
  if (pool * PROCESSES > maxConnections - RESERVED_CONNECTIONS) {
    findings.push(
      warning(
        `One web and one worker may open ${pool * PROCESSES} connections; PostgreSQL allows ` +
          `${maxConnections}. Lower DATABASE_POOL_SIZE, or raise max_connections.`,
      ),
    );
  }
  return findings;
}

async function checkKeys(url: string, encryptionKeys: string): Promise<Finding[]> {
  const keys = keysOf(encryptionKeys, []);
  let ledger: Ledger | undefined;
  try {
    ledger = await openLedger({ url, keys, poolSize: 1 });
    const counts = await countPerKey(ledger);
    return [ok('The encryption keys fit the database.'), ...countFindings(counts, keys)];
  } catch (thrown) {
    if (thrown instanceof UnreadableCiphertext) return [error(explain(thrown))];
    return [error(`The encryption keys could not be tried. ${explain(thrown)}`)];
  } finally {
    await ledger?.close();
  }
}

function countFindings(
  counts: Readonly<Record<string, number>>,
  keys: readonly { id: string }[],
): Finding[] {
  const known = keys.map(({ id }) => id);
  const configured = known.map((id, index) => {
    const rows = counts[id] ?? 0;
    const hint = index > 0 && rows === 0 ? ' It may leave ENCRYPTION_KEYS.' : '';
    return ok(`${rows} values are encrypted with key ${id}.${hint}`);
  });
  const lost = Object.entries(counts).filter(([id]) => !known.includes(id));
  return [
    ...configured,
    ...lost.map(([id, rows]) =>
      error(`${rows} values are encrypted with key ${id}, which is not in ENCRYPTION_KEYS.`),
    ),
  ];
}

/** The queue's store, on Redis or on PostgreSQL. */
export async function checkQueue({ valid }: Inspection): Promise<Finding[]> {
  const url = valid.QUEUE_URL ?? valid.DATABASE_URL;
  if (url === undefined) return [];
  const silent = () => undefined;
  const queue = await openQueueBackend({
    url,
    log: { error: silent, warn: silent, info: silent },
    addTimeoutMs: 5_000,
    openTimeoutMs: 5_000,
    ...(valid.QUEUE_SCHEMA === undefined ? {} : { schema: valid.QUEUE_SCHEMA }),
  });
  try {
    const problems = await queue.check();
    if (problems.length === 0) return [ok(`The queue on ${queue.kind} is fit.`)];
    return problems.map(({ severity, message }) => ({ severity, text: `Queue: ${message}` }));
  } finally {
    await queue.close();
  }
}

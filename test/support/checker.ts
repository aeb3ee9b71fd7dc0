import { PUSH_JOBS } from '../../jobs/index.js';
import type { QboSyncClient } from '../../src/client/index.js';
import type { Config } from '../../src/config.js';
import { isOwnId } from '../../src/contract/own-ids.js';
import type { Ledger } from '../../src/ledger/database/open.js';
import { readMark } from '../../src/qbo/mapping/provenance.js';
import type { JsonObject, Simulator } from '../../src/simulator/index.js';
import { unaccounted } from './accounted.js';
import { leaked } from './leaks.js';
import { eventsOf } from './log-lines.js';
import { waitFor } from './wait-for.js';

/** What is looked at to tell whether all is well: a witness, or a house of processes. */
export interface Witness {
  client: QboSyncClient;
  simulator: Simulator;
  /** Where the queue's store is, past every fault. */
  config: Pick<Config, 'queueUrl' | 'queueSchema'>;
  house: { ledger: Ledger };
  /** Log lines of all processes so far. */
  logLines(): string[];
  /** Bodies of refusals and failures that the API has answered. Default: none. */
  errorBodies?(): string[];
}

export interface CheckOptions {
  /** Documents the apps stated, by connection. */
  stated: Record<string, number>;
  /**
   * Sendings of writes that QuickBooks never saw, beside those the log tells of: their process was
   * killed before their first byte, or they are still on their way.
   */
  unseenSends?: number;
  /** Work is still to be done; otherwise nothing may be left open. */
  unfinished?: boolean;
  /** The backlog has to be empty within this. Default 120 s. */
  quietWithinMs?: number;
}

/**
 * What must be true after every fault, K1 to K8 of the fault matrix: one QuickBooks document per key,
 * nothing forgotten, every synced row really there, nothing in another company, one refresh per
 * generation, nothing left to do, no secret or customer where it does not belong, and every write
 * accounted for. Throws with everything that is not.
 */
export async function checkTruth(witness: Witness, options: CheckOptions): Promise<void> {
  if (options.unfinished !== true) await nothingIsLeft(witness, options.quietWithinMs);
  const problems = [
    ...(await forgotten(witness, options.stated)),
    ...(await notThere(witness)),
    ...(await booksOtherwise(witness)),
    ...(await leaked(witness)),
    ...(await unaccounted(witness, options.unseenSends ?? 0)),
  ];
  if (problems.length > 0) throw new Error(`Not true:\n${problems.join('\n')}`);
}

/** What is known of a run whose processes may be simulated. */
type Books = Pick<Witness, 'simulator' | 'house' | 'logLines'>;

/** K1, K4 and K5, which hold also where people have worked on the same books. */
export async function booksOtherwise(books: Books): Promise<string[]> {
  return [
    ...doubled(books),
    ...(await inOtherCompanies(books)),
    ...refreshedTwice(books),
    ...(await notNewest(books)),
  ];
}

const QUIET_WITHIN_MS = 120_000;

/** K6. Nobody works any more and nothing is due. */
export async function nothingIsLeft(
  { house: { ledger } }: Pick<Witness, 'house'>,
  withinMs = QUIET_WITHIN_MS,
): Promise<void> {
  await waitFor(
    async () => {
      const [left] = await ledger.sql`
        select (select count(*)::int from pushes where closed_at is null) as pushes,
          (select count(*)::int from documents where due_at is not null) as due`;
      if (left?.['pushes'] === 0 && left['due'] === 0) return true;
      throw new Error(`left: ${JSON.stringify(left)}`);
    },
    { what: 'all work to be done', withinMs },
  );
}

/** K2. Every stated document has exactly one status that can be asked for, and says why it waits. */
async function forgotten({ client }: Witness, stated: Record<string, number>): Promise<string[]> {
  const problems: string[] = [];
  for (const [connection, count] of Object.entries(stated)) {
    const externalIds = new Set<string>();
    let after: string | undefined;
    do {
      const asked = { after, limit: 100 };
      const page = await waitFor(() => client.documents(connection, asked), {
        what: 'the list of documents',
      });
      for (const { kind, externalId, status, reason } of page.documents) {
        // What the worker makes on the way has an id of its own making.
        if (isOwnId(externalId)) continue;
        externalIds.add(`${kind} ${externalId}`);
        if (NEEDS_REASON.has(status) && reason === null) {
          problems.push(`${kind} ${externalId} is ${status} and does not say why`);
        }
      }
      after = page.after ?? undefined;
    } while (after !== undefined);
    if (externalIds.size !== count) problems.push(`${externalIds.size} of ${count} documents left`);
  }
  return problems;
}

const NEEDS_REASON: ReadonlySet<string> = new Set(['failed', 'waiting', 'checking', 'not_ready']);

const realmsOf = ({ simulator }: Pick<Witness, 'simulator'>) =>
  simulator.control.companies().map(({ realmId }) => realmId);

/** What the documents of each kind are in QuickBooks; a new kind comes with its job. */
const ENTITY = new Map<string, string>(PUSH_JOBS.map(({ kind, entity }) => [kind, entity]));

/** Transactions: they carry our mark, and those that have one a number of their own. */
const TRANSACTIONS = [
  ...new Set(PUSH_JOBS.filter(({ exclusive }) => exclusive).map(({ entity }) => entity)),
];

/** K1. At most one document per key, by our mark and by its number; of a file, one of each of its contents. */
function doubled(witness: Books): string[] {
  return realmsOf(witness).flatMap((realmId) =>
    TRANSACTIONS.flatMap((entity) => {
      const found = witness.simulator.control.objects(realmId, entity);
      const marks = found.map((one) => readMark(textOf(one, 'PrivateNote') ?? textOf(one, 'Note')));
      const numbers = found.map((one) => textOf(one, 'DocNumber'));
      return [...repeated(marks), ...repeated(numbers)].map((key) => `two of ${entity} are ${key}`);
    }),
  );
}

function repeated(values: readonly (string | null | undefined)[]): string[] {
  const seen = new Set<string>();
  return values.filter((value): value is string => {
    if (value === null || value === undefined) return false;
    const again = seen.has(value);
    seen.add(value);
    return again;
  });
}

function textOf(object: JsonObject, member: string): string | undefined {
  const value = object[member];
  return typeof value === 'string' ? value : undefined;
}

interface LinkRow {
  externalId: string;
  kind: string;
  quickbooksId: string;
  syncToken: string | null;
}

/** K3. Each synced row's object is there, and the SyncToken is one QuickBooks gave it. */
export async function notThere(witness: Books): Promise<string[]> {
  const { ledger } = witness.house;
  const problems: string[] = [];
  for (const realmId of realmsOf(witness)) {
    const hash = ledger.hash.hash('companies.realm', realmId);
    const links = await ledger.sql<LinkRow[]>`
      select d.external_id, coalesce(l.stored_as, d.kind) as kind, l.quickbooks_id, l.sync_token
      from documents d join companies c on c.id = d.company_id
      left join links l on l.connection_id = d.connection_id and l.kind = d.kind
        and l.external_id = d.external_id
      where c.realm_hash = ${hash} and d.status in ('synced', 'voided')`;
    const { commits } = witness.simulator.control.log(realmId);
    for (const { kind, externalId, quickbooksId, syncToken } of links) {
      const entity = ENTITY.get(kind) ?? '';
      const found = witness.simulator.control
        .objects(realmId, entity)
        .find((object) => object['Id'] === quickbooksId);
      const given =
        syncToken === null ||
        // A payment moves its invoice without a commit of that one.
        found?.['SyncToken'] === syncToken ||
        commits.some(
          (commit) =>
            commit.entity === entity &&
            commit.id === quickbooksId &&
            commit.syncToken === syncToken,
        );
      if (found === undefined || !given)
        problems.push(`${kind} ${externalId} is not in QuickBooks as noted`);
    }
  }
  return problems;
}

/** K4. What QuickBooks committed for a request of ours lies in the company of that request. */
async function inOtherCompanies(witness: Books): Promise<string[]> {
  const { ledger } = witness.house;
  const rows = await ledger.sql<{ requestId: string; realmHash: Buffer }[]>`
    select r.request_id, c.realm_hash from requests r join companies c on c.id = r.company_id`;
  const hashes = new Map(rows.map(({ requestId, realmHash }) => [requestId, realmHash]));
  return realmsOf(witness).flatMap((realmId) => {
    const own = ledger.hash.hash('companies.realm', realmId);
    return witness.simulator.control
      .log(realmId)
      .commits.filter(({ requestid }) => hashes.get(requestid ?? '')?.equals(own) === false)
      .map(({ entity, id }) => `${entity} ${id} lies in another company than it was meant for`);
  });
}

/** K5. One refresh per company and generation. */
function refreshedTwice(witness: Books): string[] {
  const refreshed = eventsOf(witness, 'qbo_token_refresh')
    .filter(({ result }) => result === 'refreshed')
    .map(({ companyId, generation }) => `${companyId} generation ${generation}`);
  return repeated(refreshed).map((what) => `refreshed twice: ${what}`);
}

/** K5. A company holds the newest tokens that were got for it. */
async function notNewest(witness: Books): Promise<string[]> {
  const stored = await witness.house.ledger.sql<{ companyId: string; generation: number }[]>`
    select company_id, generation from tokens`;
  const generations = new Map(stored.map(({ companyId, generation }) => [companyId, generation]));
  return eventsOf(witness, 'qbo_token_refresh')
    .filter(({ companyId, generation, result }) => {
      const held = generations.get(String(companyId));
      return result === 'refreshed' && held !== undefined && held <= Number(generation);
    })
    .map(({ companyId }) => `older tokens than were got: ${companyId}`);
}

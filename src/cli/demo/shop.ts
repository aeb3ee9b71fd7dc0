import { setTimeout as delay } from 'node:timers/promises';
import type {
  DocumentRow,
  QboSyncClient,
  StatedDocumentByKind,
  StatedKind,
} from '../../client/index.js';
import { Refusal } from '../refusal.js';
import type { CompanyName } from './companies.js';
import type { DemoDocument } from './day.js';

const POLL_MS = 200;
const REFRESH_MS_MAX = 60_000;
const SETTLE_MS_MAX = 120_000;
const PAGES_MAX = 20;

/** The upstream app of the demo: it knows qbo-sync through its client alone. */
export interface Shop {
  client: QboSyncClient;
  connections: Record<CompanyName, string>;
  signal: AbortSignal;
}

export interface ShopRow {
  company: CompanyName;
  row: DocumentRow;
}

const COMPANY_NAMES = ['us', 'uk'] as const satisfies readonly CompanyName[];
/** Statuses in which something is still going to happen by itself. */
const MOVING: ReadonlySet<string> = new Set(['queued', 'syncing', 'checking', 'waiting']);

/** Support's part: the orders of a shop that asks for it are sent only once it has said so. */
export async function finalizeAll({ client, connections }: Shop): Promise<void> {
  for (const id of Object.values(connections)) {
    const { actions } = await client.connection(id);
    if (actions.includes('finalize')) await client.finalize(id);
  }
}

/** Reads both companies' lists, as the button "Force Sync" does. */
export async function refreshLists({ client, connections, signal }: Shop): Promise<void> {
  const runs = await Promise.all(
    COMPANY_NAMES.map((company) => client.startRun(connections[company], 'refresh_master_data')),
  );
  for (const { connection, id } of runs) {
    await until(signal, REFRESH_MS_MAX, async () => {
      const { status, details } = await client.run(connection, id);
      if (status === 'failed') throw new Refusal(`The lists could not be read: ${details}`);
      return status === 'succeeded';
    });
  }
}

/**
 * States documents one after the other and presses "export" where someone would. Stating the same
 * again changes nothing; what had failed is tried again.
 */
export async function stateAll(shop: Shop, documents: readonly DemoDocument[]): Promise<void> {
  for (const document of documents) {
    shop.signal.throwIfAborted();
    const { status, reason } = await stateOne(shop, document);
    const connection = shop.connections[document.company];
    if (document.clicked && status === 'not_ready' && reason === 'waits_for_click') {
      await shop.client.sync(connection, document.kind, document.externalId);
    }
  }
}

function stateOne<Kind extends StatedKind>(
  { client, connections }: Shop,
  stated: {
    company: CompanyName;
    kind: Kind;
    externalId: string;
    document: StatedDocumentByKind[Kind];
  },
) {
  const { company, kind, externalId, document } = stated;
  return client.state(connections[company], kind, externalId, document);
}

/**
 * Waits until nothing moves by itself any more, and answers all documents, oldest first. When the
 * time is up it answers them as they are.
 *
 * @param options.untilSent waits only until everything was sent, answered or not
 */
export async function untilSettled(
  shop: Shop,
  options: { untilSent: boolean } = { untilSent: false },
): Promise<ShopRow[]> {
  let rows: ShopRow[] = [];
  const isMoving = ({ row }: ShopRow) =>
    MOVING.has(row.status) && !(options.untilSent && row.reason === 'outcome_unknown');
  await until(shop.signal, SETTLE_MS_MAX, async () => {
    rows = await allRows(shop);
    return !rows.some(isMoving);
  });
  return rows;
}

async function allRows({ client, connections }: Shop): Promise<ShopRow[]> {
  const rows: ShopRow[] = [];
  for (const company of COMPANY_NAMES) {
    const newestFirst: DocumentRow[] = [];
    let after: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const filter = after === undefined ? {} : { after };
      const found = await client.documents(connections[company], filter);
      newestFirst.push(...found.documents);
      if (found.after === null) break;
      after = found.after;
    }
    rows.push(...newestFirst.reverse().map((row) => ({ company, row })));
  }
  return rows;
}

async function until(
  signal: AbortSignal,
  withinMs: number,
  check: () => Promise<boolean>,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await check()) && performance.now() < endMs) await delay(POLL_MS, undefined, { signal });
}

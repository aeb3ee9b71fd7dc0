import type { DocumentKind } from '../contract/documents/index.js';
import type { RecordType } from '../contract/run.js';
import { type RehearsedConnection, unsentName } from '../ledger/documents/rehearsed.js';
import type { Ending } from '../ledger/pushes/ending.js';
import type { LoadedItem } from '../ledger/pushes/load.js';
import { objectAt, textAt } from '../qbo/mapping/coded-form.js';
import { type RehearsalTools, rehearse, type Stage } from './rehearsal.js';
import type { Rehearsal, RehearsedName } from './sending.js';

/** What would become of a name that a document needs. */
export interface NameFate {
  /** How it would end instead of being created, which ends what needs it the same way. */
  failure?: Ending;
  /** A list its own creation needs that was never read. */
  unread?: RecordType;
  /** Account that the product would post to: income for sales, expense for purchases. */
  accounts: { income: string | undefined; expense: string | undefined };
}

/** By the connection that would create it, then by its key. */
export type NameFates = ReadonlyMap<RehearsedConnection, ReadonlyMap<string, NameFate>>;

/** Names of one sending: the work of a sending grows with the square of its items. */
const NAMES_AT_ONCE = 300;

/** Rehearses the names that documents would have created first, each once per connection. */
export async function rehearseNames(
  tools: RehearsalTools,
  connections: readonly RehearsedConnection[],
  { creates }: Rehearsal,
  stage: Stage,
): Promise<NameFates> {
  const fates = new Map(connections.map((one) => [one, new Map<string, NameFate>()]));
  for (const [kind, wanted] of wantedByKind(connections, creates)) {
    if (!tools.jobs.has(kind)) continue;
    for (let at = 0; at < wanted.length; at += NAMES_AT_ONCE) {
      const some = wanted.slice(at, at + NAMES_AT_ONCE);
      const found = await fatesOf(tools, some, stage);
      for (const [index, { connection, key }] of some.entries()) {
        const fate = found[index];
        if (fate !== undefined) fates.get(connection)?.set(key, fate);
      }
    }
  }
  return fates;
}

async function fatesOf(
  tools: RehearsalTools,
  wanted: readonly WantedName[],
  stage: Stage,
): Promise<NameFate[]> {
  const [first, ...others] = wanted.map(({ loaded }) => loaded);
  if (first === undefined) return [];
  const { sending, items } = await rehearse(tools, [first, ...others], stage);
  const endings = new Map(sending.ended.map(({ item, ending }) => [item, ending]));
  return items.map((item) => {
    const body = item.planned?.body ?? {};
    const account = (member: string) => textAt(objectAt(body, member), 'value');
    const ending = endings.get(item.loaded);
    const unread = sending.rehearsal.unknown.get(item);
    return {
      ...(ending === undefined ? {} : { failure: ending }),
      ...(unread === undefined ? {} : { unread }),
      accounts: { income: account('IncomeAccountRef'), expense: account('ExpenseAccountRef') },
    };
  });
}

interface WantedName {
  connection: RehearsedConnection;
  key: string;
  loaded: LoadedItem;
}

function wantedByKind(
  connections: readonly RehearsedConnection[],
  creates: Rehearsal['creates'],
): Map<DocumentKind, WantedName[]> {
  const byKind = new Map<DocumentKind, WantedName[]>();
  for (const connection of connections) {
    const names = new Map<string, RehearsedName>();
    for (const [item, ofItem] of creates) {
      if (item.loaded.connection !== connection) continue;
      for (const [key, name] of ofItem) names.set(key, name);
    }
    for (const [key, { dependency }] of names) {
      const loaded = unsentName(connection, dependency);
      const wanted = { connection, key, loaded };
      const group = byKind.get(dependency.kind);
      if (group === undefined) byKind.set(dependency.kind, [wanted]);
      else group.push(wanted);
    }
  }
  return byKind;
}

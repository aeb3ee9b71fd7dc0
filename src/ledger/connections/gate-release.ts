import { CONNECTION_STATUSES, type ConnectionStatus } from '../../contract/connection.js';
import { type Reason, type ReasonName, reason } from '../../contract/reasons.js';
import type { SetupPart } from '../../contract/setup.js';
import type { AnySql, Transaction } from '../database/open.js';
import { type LockedDocument, type Move, moveDocuments } from '../documents/moves.js';
import { clickGate, holdOn, waitReason } from '../documents/standing.js';

/** Documents told in one transaction; the sweep tells those beyond. */
const TOLD_AT_ONCE = 500;

/** What documents wait for that their connection decides, with the word of its end. */
const ENDS = {
  locked: 'unlocked',
  not_finalized: 'finalized',
  setup_incomplete: 'setup_completed',
  paused: 'resumed',
  reconnect_needed: 'connected',
  company_suspended: 'renewed',
} as const satisfies Partial<Record<ReasonName, string>>;
type GateReason = keyof typeof ENDS;
export const GATE_REASONS = Object.keys(ENDS) as readonly GateReason[];

/** What of a connection decides where its documents wait. */
interface GateState {
  status: ConnectionStatus;
  setupMissing: SetupPart[];
  holdFrom: Date | null;
  holdTo: Date | null;
}

/**
 * Puts documents where their connection has them now: behind an open gate what was asked for goes on
 * and what nobody clicked waits for its click; behind the next gate, or a hold, they wait for that one.
 *
 * @param now business time: holds are of it.
 * @param connectionIds default: all, as the sweep does.
 * @returns how many were told.
 */
export async function releaseFromGates(
  tx: Transaction,
  now: Date,
  connectionIds?: readonly string[],
): Promise<number> {
  const those =
    connectionIds === undefined ? tx`` : tx`and c.id = any(${[...connectionIds]}::uuid[])`;
  // Pairs of a status and a reason it does not give, each looked up in the index of reasons.
  const rows = await tx<({ id: number } & GateState)[]>`
    select d.id, c.status, c.setup_missing, c.hold_from, c.hold_to
    from ${staleReasons(tx)} join connections c on c.status = s.status
      join documents d on d.connection_id = c.id and d.reason = s.reason
    where d.status in ('waiting', 'not_ready') ${those}
      and not exists (select 1 from push_items i where i.document_id = d.id and i.outcome is null)
    order by d.id limit ${TOLD_AT_ONCE} for no key update of d`;
  const gates = new Map(rows.map(({ id, ...gate }) => [id, gate]));
  await moveDocuments(
    tx,
    [...gates.keys()],
    (document) => {
      const gate = gates.get(document.id);
      return gate === undefined ? undefined : moveBehind(gate, document, now);
    },
    'worker',
  );
  return rows.length;
}

function moveBehind(
  gate: GateState,
  { status, reason: left, overrides }: LockedDocument,
  now: Date,
): Move {
  const what = left !== null && left in ENDS ? ENDS[left as GateReason] : 'released';
  if (status === 'not_ready') {
    const next = clickGate(gate.status) ?? reason('waits_for_click', {});
    return { to: 'not_ready', what, reason: next };
  }
  const next = waitReason(gate) ?? holdOn(overrides, gate, now);
  return next === undefined
    ? { to: 'queued', what, dueInMs: 0 }
    : { to: 'waiting', what: whatOf(next, what), reason: next };
}

const CLOSING: ReadonlySet<ReasonName> = new Set([
  'locked',
  'paused',
  'reconnect_needed',
  'company_suspended',
]);

/** A gate that closed is not told as the end of the one before it. */
function whatOf({ name }: Reason, ended: string): string {
  return CLOSING.has(name) ? 'waiting' : ended;
}

function staleReasons(sql: AnySql) {
  const pairs = CONNECTION_STATUSES.flatMap((status) =>
    Object.keys(ENDS)
      .filter((name) => name !== givenBy(status) && !isReleasedByConnecting(status, name))
      .map((name) => ({ status, reason: name })),
  );
  return sql`jsonb_to_recordset(${sql.json(pairs)}) as s(status text, reason text)`;
}

const givenBy = (status: ConnectionStatus) => waitReason({ status, setupMissing: [] })?.name;

/** What waited for the connect alone has its own way back; see `releaseReconnected`. */
const isReleasedByConnecting = (status: ConnectionStatus, name: string) =>
  status === 'connected' && name === 'reconnect_needed';

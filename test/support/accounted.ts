import type { Witness } from './checker.js';
import { eventsOf } from './log-lines.js';
import { waitFor } from './wait-for.js';

/** One request, by its requestid: what was noted of it, and what became of that. */
interface Account {
  /** Sendings, each written down before it leaves. */
  noted: number;
  /** Calls under its requestid in the simulator's log. */
  seen: number;
  /** Noted sendings of which surely not a byte left, by the log. */
  keptBack: number;
  /** Sendings that our side ended, or whose note is not known to be there: seen or not. */
  open: number;
}

/**
 * K8. No request is seen by QuickBooks more often than it left, and every noted sending is seen, but
 * for those the log tells of and for `unseen` others. Throws where sendings are missing.
 */
export async function unaccounted(witness: Witness, unseen: number): Promise<string[]> {
  const accounts = await waitFor(
    async () => {
      const now = await accountsOf(witness);
      const missing = [...now].filter(([, account]) => missingOf(account) > 0);
      const sum = missing.reduce((total, [, account]) => total + missingOf(account), 0);
      if (sum <= unseen) return now;
      const told = missing.map(([requestId, account]) => `${requestId} ${JSON.stringify(account)}`);
      throw new Error(`${sum} missing, ${unseen} allowed: ${told.join(', ')}`);
    },
    // A call whose answer was delayed is counted when its delay ends.
    { what: 'every noted sending to be seen by QuickBooks' },
  );
  return [...accounts].flatMap(([requestId, { noted, keptBack, seen }]) =>
    seen > noted - keptBack
      ? [`QuickBooks saw ${requestId} ${seen} times of ${noted} noted, ${keptBack} kept back`]
      : [],
  );
}

const missingOf = ({ noted, seen, keptBack, open }: Account) =>
  Math.max(0, noted - seen - keptBack - open);

async function accountsOf(witness: Witness): Promise<Map<string, Account>> {
  const accounts = new Map<string, Account>();
  const of = (requestId: unknown): Account => {
    const key = String(requestId);
    const account = accounts.get(key) ?? { noted: 0, seen: 0, keptBack: 0, open: 0 };
    accounts.set(key, account);
    return account;
  };
  const { control } = witness.simulator;
  for (const { realmId } of control.companies()) {
    for (const { requestid } of control.log(realmId).calls) {
      if (requestid !== null) of(requestid).seen += 1;
    }
  }
  for (const { requestId, outcome, cause } of eventsOf(witness, 'qbo_call')) {
    if (requestId === null) continue;
    if (outcome === 'never_left') of(requestId).keptBack += 1;
    // Its bytes may have been on their way here when it was given up.
    else if (outcome === 'lost' && OUR_ENDS.has(cause)) of(requestId).open += 1;
  }
  for (const { requestId, noted, error } of eventsOf(witness, 'qbo_not_sent')) {
    if (noted === true) of(requestId).keptBack += 1;
    // A connection that broke may have carried the note; a lost lease is said of none.
    else if (error !== 'LeaseLost') of(requestId).open += 1;
  }
  // Last, so that what goes on meanwhile is noted here before it is seen there.
  const rows = await witness.house.ledger.sql<{ requestId: string; sends: number }[]>`
    select request_id, sends from requests`;
  for (const { requestId, sends } of rows) of(requestId).noted = sends;
  return accounts;
}

const OUR_ENDS: ReadonlySet<unknown> = new Set(['aborted', 'timeout']);

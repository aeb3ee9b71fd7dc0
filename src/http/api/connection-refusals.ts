import { type Reason, reason, sentenceOf } from '../../contract/reasons.js';
import type { RunJob } from '../../contract/run.js';
import type { Connection } from '../../ledger/connections/connections.js';
import { conflict, type HttpProblem } from '../problems.js';

/** What a connection does not let its app do, told by the reason its documents would have. */
export function connectionRefusal({ settings }: Connection, why: Reason): HttpProblem {
  const { documentWord, refreshLabel } = settings;
  const words = { kind: 'invoice', number: null, currency: undefined } as const;
  return conflict(why.name, sentenceOf(why, { ...words, documentWord, refreshLabel }));
}

/** @throws HttpProblem 409 `locked` where the account has no access yet */
export function refuseLocked(connection: Connection): void {
  if (connection.status === 'locked') throw connectionRefusal(connection, reason('locked', {}));
}

/**
 * Nobody would be told of the contacts a run brings.
 *
 * @throws HttpProblem 409 `imports_off` for such a run where the setting is off
 */
export function refuseUnwanted({ settings }: Connection, job: RunJob): void {
  if (job !== 'import_contacts' || settings.imports.contacts) return;
  throw conflict('imports_off', 'Contacts are brought once the setting imports.contacts is on.');
}

/** @throws HttpProblem 409 `replaced` where the account goes on with another company already */
export function refuseReplaced({ replacedBy }: Connection): void {
  if (replacedBy === null) return;
  throw conflict('replaced', `Connection ${replacedBy} goes on for this account.`);
}

import type { Session } from '../../ledger/people/sessions.js';
import type { WebParts } from '../parts.js';
import { HttpProblem } from '../problems.js';

/** What reveals, spends or gives power is only for who has just shown who they are. */

/** @throws HttpProblem 403 where that was too long ago, or nobody knows when */
export function checkRecent(session: Session, { ledger, config }: Parts): void {
  const { afterMs } = config.reauthenticate;
  const { provenAt } = session;
  const isRecent = provenAt !== null && ledger.clock().getTime() - provenAt.getTime() < afterMs;
  if (!isRecent) {
    throw new HttpProblem(403, 'reauthentication_needed', 'Show again who you are', {
      detail: 'This is only for who has just logged in or given the password again.',
    });
  }
}

/**
 * The same for what is done to many documents at once, or lets many go; to a few it may be done at any
 * time.
 *
 * @param countDocuments has no need to count further than `enough`.
 */
export async function checkRecentForMany(
  session: Session,
  parts: Parts,
  countDocuments: (enough: number) => Promise<number>,
): Promise<void> {
  const { beyondDocuments } = parts.config.reauthenticate;
  try {
    checkRecent(session, parts);
  } catch (refusal) {
    if ((await countDocuments(beyondDocuments + 1)) > beyondDocuments) throw refusal;
  }
}

type Parts = Pick<WebParts, 'ledger' | 'config'>;

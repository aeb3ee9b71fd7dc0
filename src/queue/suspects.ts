import { hasCrashed } from '../ledger/pushes/pushes.js';
import { SUSPECT_FROM } from '../push/poison.js';
import type { PushTools } from '../push/sending.js';

/**
 * Pushes whose worker died again and again, worked on one at a time in a process. A process that
 * dies takes along all it holds; so the next death counts against the push that caused it, and not
 * against those that were in flight beside it.
 */
export interface Suspects {
  /** Works on the push when it is its turn, if it is one of them. */
  inTurn(pushId: number, work: () => Promise<void>): Promise<void>;
}

export function openSuspects(ledger: PushTools['ledger']): Suspects {
  let last: Promise<void> = Promise.resolve();
  return {
    async inTurn(pushId, work) {
      if (!(await hasCrashed(ledger, pushId, SUSPECT_FROM))) return;
      const turn = last.then(work);
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

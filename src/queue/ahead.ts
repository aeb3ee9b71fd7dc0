import { askAhead, lacksNames } from '../push/ahead.js';
import type { Sending } from '../push/sending.js';
import { LaneBusy, Throttled } from '../qbo/errors.js';
import { within } from '../qbo/within.js';
import { nameOf } from './dispatch.js';
import type { QueueEvents } from './events.js';

/** Asks for the names that the next documents of a company lack. */
export interface Ahead {
  /**
   * Never throws and never hangs: what is not asked for is found missing by its own push.
   *
   * @param dispatch called when there are names to send; whoever calls this dispatches after it
   */
  afterPush(sending: Sending, stopping: AbortSignal, dispatch: Dispatch): Promise<void>;
  /** Documents of the company are being looked at: names alone are sent, which all of them wait for. */
  isLooking(companyId: string): boolean;
}

type Dispatch = () => Promise<unknown>;

/** Longer than the database lets a statement take, and a call of QuickBooks may wait for its turn. */
const AHEAD_MS_MAX = 30_000;

class AheadLate extends Error {
  override name = 'AheadLate';
}

/**
 * One look ahead per company at a time in this process: pushes of a backlog end many at a time, and
 * those that lack names end together.
 */
export function openAhead(log: QueueEvents): Ahead {
  const turns = new Map<string, Promise<void>>();

  const look = async (sending: Sending, stopping: AbortSignal, dispatch: Dispatch) => {
    const { companyId } = sending.push;
    const late = new AbortController();
    try {
      const asking = askAhead(sending, AbortSignal.any([stopping, late.signal]), dispatch);
      await within(AHEAD_MS_MAX, asking, { error: () => new AheadLate() });
    } catch (error) {
      // Waiting for our own limits is the normal pace of a backlog, not news.
      if (error instanceof LaneBusy || error instanceof Throttled) return;
      log('names_not_asked_ahead', { companyId, error: nameOf(error) });
    } finally {
      late.abort();
      turns.delete(companyId);
    }
  };

  return {
    isLooking: (companyId) => turns.has(companyId),
    async afterPush(sending, stopping, dispatch) {
      if (stopping.aborted || !lacksNames(sending)) return;
      const { companyId } = sending.push;
      const turn = turns.get(companyId) ?? look(sending, stopping, dispatch);
      turns.set(companyId, turn);
      await turn;
    },
  };
}

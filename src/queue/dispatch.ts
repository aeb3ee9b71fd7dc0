import type { Ledger } from '../ledger/database/open.js';
import type { AdmissionLimits } from '../ledger/pushes/admission.js';
import { type OpenedPush, openPushes } from '../ledger/pushes/due.js';
import { within } from '../qbo/within.js';
import type { QueueBackend } from './backend.js';
import type { QueueEvents } from './events.js';

/** Opens pushes for what is due and adds their wake-ups. */
export interface Dispatcher {
  /**
   * Never throws and never hangs: a push whose wake-up could not be added is found by the sweep.
   * @returns how many pushes were opened.
   */
  dispatch(companyId: string): Promise<number>;
}

/** Longer than the database lets a statement take. */
const DISPATCH_MS_MAX = 30_000;

class DispatchLate extends Error {
  override name = 'DispatchLate';
}

interface Turn {
  now: Promise<number>;
  /** Shared by all who ask while `now` runs: what that has read may be older than what they know. */
  next: Promise<number> | undefined;
}

/**
 * One dispatch per company at a time in this process, and one for all who ask meanwhile: pushes of a
 * backlog end many at a time, and each asks.
 */
export function openDispatcher(options: {
  ledger: Ledger;
  queue: QueueBackend;
  limits: AdmissionLimits;
  log: QueueEvents;
  /** Companies of which names alone are sent for the moment; see ahead.ts. Default: none. */
  sendsNames?: (companyId: string) => boolean;
}): Dispatcher {
  const { ledger, queue, limits, log, sendsNames } = options;
  const turns = new Map<string, Turn>();

  const open = async (companyId: string): Promise<number> => {
    const which = sendsNames?.(companyId) === true ? 'names' : 'all';
    const opened = await openPushes(ledger, companyId, limits, which);
    if (opened.length > 0) await queue.add(opened.map(wakeUpOf));
    return opened.length;
  };

  const begin = async (companyId: string): Promise<number> => {
    try {
      // Those who wait for their turn must not wait for a connection that died unnoticed.
      return await within(DISPATCH_MS_MAX, open(companyId), { error: () => new DispatchLate() });
    } catch (error) {
      log('dispatch_put_off', { companyId, error: nameOf(error) });
      return 0;
    } finally {
      turns.delete(companyId);
    }
  };

  const dispatch = (companyId: string): Promise<number> => {
    const turn = turns.get(companyId);
    if (turn !== undefined) {
      turn.next ??= turn.now.then(() => dispatch(companyId));
      return turn.next;
    }
    const now = begin(companyId);
    turns.set(companyId, { now, next: undefined });
    return now;
  };
  return { dispatch };
}

/** The wake-up of a push. */
export function wakeUpOf(push: OpenedPush & { delayMs?: number }) {
  const { id, epoch, priority, delayMs } = push;
  return { queue: 'push' as const, subjectId: String(id), epoch, priority, delayMs };
}

/** Errors are logged by name: their messages may speak of data. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

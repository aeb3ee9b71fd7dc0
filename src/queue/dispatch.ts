import type { AdmissionLimits } from '../ledger/admission.js';
import { type OpenedPush, openPushes } from '../ledger/due.js';
import type { Ledger } from '../ledger/open.js';
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

export function openDispatcher(options: {
  ledger: Ledger;
  queue: QueueBackend;
  limits: AdmissionLimits;
  log: QueueEvents;
}): Dispatcher {
  const { ledger, queue, limits, log } = options;
  return {
    async dispatch(companyId) {
      try {
        const opened = await openPushes(ledger, companyId, limits);
        if (opened.length > 0) await queue.add(opened.map(wakeUpOf));
        return opened.length;
      } catch (error) {
        log('dispatch_put_off', { companyId, error: nameOf(error) });
        return 0;
      }
    },
  };
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

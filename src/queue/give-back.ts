import { setTimeout as delay } from 'node:timers/promises';
import { isKeyMissing, isLedgerUnavailable } from '../ledger/database/unavailable.js';
import {
  type ClaimedPush,
  LeaseLost,
  postponeCrashed,
  releaseLease,
} from '../ledger/pushes/pushes.js';
import type { PushTools } from '../push/sending.js';
import { FencedOff } from '../qbo/errors.js';
import { nameOf } from './dispatch.js';
import type { ExecuteOptions } from './execute.js';

/** What ended the push early: a lost lease, a stopping worker, or an ending nobody could write. */
export async function giveBack(
  { tools, log, lease: { leaseMs } }: Pick<ExecuteOptions, 'tools' | 'log' | 'lease'>,
  push: ClaimedPush,
  error: unknown,
  signals: { lease: AbortSignal; stopping: AbortSignal },
): Promise<void> {
  if (error instanceof LeaseLost || signals.lease.aborted) {
    log('lease_lost', { pushId: push.id });
    return;
  }
  const isOurs = !(error instanceof FencedOff || isLedgerUnavailable(error));
  if (isOurs && !signals.stopping.aborted) {
    tools.onCrash(crashOf(push, error));
    await postponeCrashed(tools.ledger, push, tools.pace.firstMs);
    return;
  }
  // Nothing goes on by itself here until somebody gives this process the key.
  if (isKeyMissing(error)) tools.onCrash(crashOf(push, error));
  log('push_lost', { pushId: push.id });
  await releaseOnceThere(tools.ledger, push, leaseMs);
}

/** Between two tries to give a lease back to a database that is away. */
const RELEASE_RETRY_MS = 100;

/** Waits for the database as long as the lease lasts: one that lapses would count as a crash. */
async function releaseOnceThere(
  ledger: PushTools['ledger'],
  push: ClaimedPush,
  leaseMs: number,
): Promise<void> {
  const endMs = performance.now() + leaseMs;
  for (;;) {
    try {
      return await releaseLease(ledger, push);
    } catch (error) {
      if (!isLedgerUnavailable(error) || performance.now() >= endMs) throw error;
      await delay(RELEASE_RETRY_MS);
    }
  }
}

/** An error of our own as it is logged: its name and place, never its message. */
export function crashOf(push: ClaimedPush, error: unknown) {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const [, ...frames] = stack.split('\n    at ');
  return {
    pushId: push.id,
    companyId: push.companyId,
    error: nameOf(error),
    stack: frames.slice(0, 5).join(' < '),
  };
}

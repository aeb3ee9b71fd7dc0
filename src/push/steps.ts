import { compareLinked } from './compare-linked.js';
import { readCurrent } from './current.js';
import { lookBeforeCreating, lookBeforeRemoving } from './doubted.js';
import { passGates } from './gates.js';
import { matchReferences } from './match.js';
import { waitForOthers } from './needed.js';
import { planBodies } from './plan.js';
import { resolveRequest } from './resolve.js';
import { sendPlanned } from './send.js';
import type { Sending } from './sending.js';

/** One step of a push. It ends items, postpones the push, or leaves both to the next step. */
export interface PushStep {
  name: string;
  run(sending: Sending): Promise<void>;
}

/** The way of a push, between being loaded and being settled. */
export const PUSH_STEPS: readonly PushStep[] = [
  { name: 'resolve', run: resolveRequest },
  { name: 'gates', run: passGates },
  { name: 'doubt', run: lookBeforeRemoving },
  { name: 'wait', run: waitForOthers },
  { name: 'match', run: matchReferences },
  { name: 'current', run: readCurrent },
  { name: 'plan', run: planBodies },
  { name: 'linked', run: compareLinked },
  { name: 'look', run: lookBeforeCreating },
  { name: 'send', run: sendPlanned },
];

/** Runs the steps until nothing is open or the push goes on later. */
export async function runSteps(sending: Sending): Promise<void> {
  for (const step of PUSH_STEPS) {
    if (sending.open.length === 0 || sending.postponed !== undefined) return;
    await step.run(sending);
  }
}

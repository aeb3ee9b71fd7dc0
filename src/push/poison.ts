import type { Sending } from './sending.js';

/**
 * How often a push may end its workers. A process that dies takes along all it holds, so the first
 * deaths say little about one push; the last ones have to be its own.
 */

/** Crashes of a batch after which its documents go one by one. */
export const BATCH_CRASHES_MAX = 3;
/** Crashes from which on a push of one document is worked on beside no other such push. */
export const SUSPECT_FROM = 2;
/** Crashes of a push of one document after which it is a person's: three of them as a suspect. */
export const ALONE_CRASHES_MAX = SUSPECT_FROM + 3;
/** Crashes after which not even its request is resolved any more. */
const CRASHES_MAX = ALONE_CRASHES_MAX + 3;

type Crashed = Pick<Sending['push'], 'crashes' | 'batch'>;

/** Whether the push ended its workers so often that nothing of it is sent any more. */
export function isPoison({ push: { crashes, batch } }: { push: Crashed }): boolean {
  return crashes >= (batch ? BATCH_CRASHES_MAX : ALONE_CRASHES_MAX);
}

/** Whether it ended them again and again while only its request was to be resolved. */
export function isBeyondResolving({ push: { crashes } }: { push: Crashed }): boolean {
  return crashes >= CRASHES_MAX;
}

/** Differences between recorded objects and the same objects made once more, and their reasons. */

import type { Explanation } from './differences.js';

export const REBUILT: readonly Explanation[] = [];

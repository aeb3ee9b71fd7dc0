/** Differences between samples of the reference pages and our answers, and their reasons. */

import type { Explanation } from './differences.js';

export const DOCUMENTED: readonly Explanation[] = [];

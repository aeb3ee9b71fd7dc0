import { describe } from '@jest/globals';
import { playUsualSeeds, RUNS_OF_A_FILE } from './play-seeds.js';

/** A file of its own, so that another worker plays them. */
describe('the core under the other half of the seeds', () => playUsualSeeds(RUNS_OF_A_FILE));

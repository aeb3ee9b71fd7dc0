import { describe } from '@jest/globals';
import { askedSeeds, playSeeds, playUsualSeeds } from './play-seeds.js';

describe('the core under seeded simulation', () => {
  // `npm run simulate` plays others here, or one again.
  const asked = askedSeeds();
  if (asked === undefined) playUsualSeeds(0);
  else playSeeds(asked);
});

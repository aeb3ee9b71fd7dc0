import { expect, it } from '@jest/globals';
import { describeWith } from '../support/needs.js';
import { playStorm, SHORT_STORM } from './storm.js';

// Everything at once, and not one document lost, doubled or wrong.
describeWith('redis-server', 'a storm', () => {
  it('leaves every document in QuickBooks once, as it was stated', async () => {
    const figures = await playStorm(SHORT_STORM);

    expect(figures.kills).toBeGreaterThan(0);
    expect(figures.outages.map(({ outage }) => outage)).toEqual(SHORT_STORM.outages);
    expect(figures.replayed).toBeGreaterThan(0);
  });
});

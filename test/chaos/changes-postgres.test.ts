import { beforeAll } from '@jest/globals';
import { VERIFIER_TOKEN } from '../support/webhooks.js';
import { changesRows } from './changes-rows.js';
import { changedMeanwhile } from './quickbooks/changed-meanwhile.js';
import { describeHouse, rowsAtOnce } from './row.js';

changesRows('postgres');

const environment = { INTUIT_VERIFIER_TOKENS: VERIFIER_TOKEN };

describeHouse('a person beside us', { queue: 'postgres', front: true, environment }, (house) => {
  beforeAll(async () => {
    await house().startWorker();
  });

  rowsAtOnce(changedMeanwhile(house));
});

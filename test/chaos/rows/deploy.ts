import { BOTH, REDIS, type Row } from './row.js';

/** New versions. */
export const DEPLOY_ROWS: readonly Row[] = [
  {
    number: 'F45',
    fault: 'many migrate at once, and one dies',
    where: 'deploy',
    on: REDIS,
    expected: 'one migrates, the others wait',
    later: 'not written yet',
  },
  {
    number: 'F46',
    fault: 'an old and a new version at work together',
    where: 'deploy',
    on: BOTH,
    expected: 'what is unknown is left alone',
    later: 'not written yet',
  },
];

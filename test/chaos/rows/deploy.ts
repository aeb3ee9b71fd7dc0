import { BOTH, type Row } from './row.js';

/** New versions. */
export const DEPLOY_ROWS: readonly Row[] = [
  {
    number: 'F45',
    fault: 'many migrate at once, and one dies in the middle; again while work is done',
    where: 'deploy',
    on: ['postgres'],
    only: 'Redis has nothing to migrate; the ledger is migrated under the same lock',
    expected: 'one migrates, the others wait and go on where it died; nothing half is left',
  },
  {
    number: 'F46',
    fault: 'an old and a new version at work together',
    where: 'deploy',
    on: BOTH,
    expected: 'what is unknown is left alone, what is known goes on over new columns',
  },
];

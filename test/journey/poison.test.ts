import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BATCH_CRASHES_MAX } from '../../src/push/poison.js';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

/** Enough to go in a batch. */
const NUMBERS = Array.from({ length: 14 }, (_, index) => `P-${index + 1}`);

// A batch has ended its workers three times, and nobody knows which of its documents did it.
describe('a batch that ended its workers', () => {
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney({ idle: true });
    company = await salesCompany(journey, { pull: false });
    await company.invoicesOf(NUMBERS);
  });
  afterAll(() => journey?.close());

  it('is taken apart, and its documents are sent one by one', async () => {
    const { sql } = journey.house.ledger;
    // Dispatched behind the answer to the app.
    await waitFor(
      async () => {
        const crashed =
          await sql`update pushes set crashes = ${BATCH_CRASHES_MAX} where batch returning 1`;
        return crashed.count > 0;
      },
      { what: 'a batch' },
    );
    const held = await sql<{ externalId: string }[]>`
      select d.external_id from documents d join push_items i on i.document_id = d.id
      join pushes p on p.id = i.push_id where p.batch`;

    journey.startWorker();

    for (const { externalId } of held) {
      const { history } = await waitForStatus(journey, company.id, 'invoice', externalId, 'synced');
      expect(history.map(({ what }) => what)).toContain('sent_alone');
    }
  });

  it('leaves one document per key, and none of them failed', async () => {
    const failed = await journey.house.ledger.sql`select 1 from documents where status = 'failed'`;
    expect(failed.count).toBe(0);
    await checkTruth(journey, { stated: { [company.id]: NUMBERS.length } });
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnBothQueues } from '../support/both-queues.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';

describeOnBothQueues('a document that waits for its turn', (queue) => {
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    // The pause lasts until the last one was read, also on a busy machine.
    const environment = { QBO_SYNC_TEST_WAITS: '0.25' };
    journey = await startJourney({ ...(await queue()), environment });
    company = await salesCompany(journey);
  });
  afterAll(() => journey?.close());

  const read = (number: string) => journey.client.document(company.id, 'invoice', number);

  it('says how many go before it and when it is expected, and nothing once it has arrived', async () => {
    company.fault({ do: 'throttle', match: { method: 'POST' } });
    await company.invoice('P-1');
    await waitForStatus(journey, company.id, 'invoice', 'P-1', 'waiting');
    const numbers = Array.from({ length: 14 }, (_, index) => `P-${index + 2}`);
    await company.invoicesOf(numbers);

    const last = await read('P-15');

    // The pause of the company is over then; those before it go first.
    expect(last.place).toMatchObject({ before: 14, more: false });
    expect(Date.parse(last.place?.expectedAt ?? '')).toBeGreaterThan(Date.now());
    expect(last.details).toContain('14 before it, expected about ');
    const arrived = await waitForStatus(journey, company.id, 'invoice', 'P-15', 'synced');
    expect(arrived.place).toBeNull();
    expect(arrived.details).not.toContain('before it');
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import { VERIFIER_TOKEN } from '../support/webhooks.js';

let journey: Journey;
let company: SalesCompany;

beforeAll(async () => {
  journey = await startJourney({ environment: { INTUIT_VERIFIER_TOKENS: VERIFIER_TOKEN } });
  company = await salesCompany(journey, { settings: { modules: ['invoice', 'customer'] } });
  journey.simulator.control.webhooks.subscribe({
    clientId: 'test-client',
    url: `${journey.webUrl}/webhooks/intuit`,
    verifierToken: VERIFIER_TOKEN,
    delayMs: 0,
  });
});
afterAll(() => journey?.close());

// Nothing was sent for this customer that could tell who it was merged into: only the webhook does.
it('a merge that Intuit tells of leads links and later documents to the one that stays', async () => {
  await company.state('customer', 'contact-1', { displayName: 'Acme Incorporated' });
  const made = await waitForStatus(journey, company.id, 'customer', 'contact-1', 'synced');
  const from = made.quickbooks?.id ?? '';
  const into = company.quickbooks.add('Customer', { DisplayName: 'Acme' });
  journey.simulator.control.act(company.realmId, { do: 'merge', entity: 'Customer', from, into });
  const merged = await waitFor(
    async () => {
      const answer = await journey.client.document(company.id, 'customer', 'contact-1');
      return answer.history.some(({ what }) => what === 'merged') ? answer : undefined;
    },
    { what: 'the merge to be followed' },
  );
  expect(merged).toMatchObject({ status: 'synced', quickbooks: { id: into } });

  await company.invoice('INV-1', { customer: { externalId: 'contact-1' } });
  await waitForStatus(journey, company.id, 'invoice', 'INV-1', 'synced');
  expect(company.invoices('INV-1')[0]).toMatchObject({ CustomerRef: { value: into } });
  await company.invoice('INV-2', { customer: { name: 'Acme Incorporated' } });
  await waitForStatus(journey, company.id, 'invoice', 'INV-2', 'synced');
  expect(company.invoices('INV-2')[0]).toMatchObject({ CustomerRef: { value: into } });
});

// The webhook of a merge is followed at once, and the one that stays is read a moment later.
it('a document is sent to the one that stays before that was ever read', async () => {
  const { ledger } = journey.house;
  const into = company.quickbooks.add('Customer', { DisplayName: 'Newly merged' });
  await company.state('customer', 'contact-2', { displayName: 'Beta Ltd' });
  await waitForStatus(journey, company.id, 'customer', 'contact-2', 'synced');
  // Its own webhook would bring it back at any moment, if it had not already.
  await waitFor(
    async () => {
      const { count } = await ledger.sql`
        delete from records where type = 'customer' and quickbooks_id = ${into}`;
      return count === 1;
    },
    { what: 'the customer to have been read' },
  );
  await ledger.sql`
    update links set quickbooks_id = ${into} where external_id = 'contact-2' and kind = 'customer'`;

  await company.invoice('INV-3', { customer: { externalId: 'contact-2' } });
  await waitForStatus(journey, company.id, 'invoice', 'INV-3', 'synced');
  expect(company.invoices('INV-3')[0]).toMatchObject({ CustomerRef: { value: into } });
});

import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { createUser } from '../../src/ledger/people/users.js';
import { harborview, harborviewInvoice, ROCKET_SKATES } from '../support/harborview.js';
import { type Connected, runsEnded, waitForStatus } from '../support/journey.js';
import { describeWith } from '../support/needs.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';
import { waitFor } from '../support/wait-for.js';
import { DocumentList } from './pages.js';
import { button, ServedCustomerPage, standsAt } from './served-customer-page.js';

const DETAILS =
  'Customer "Acme Rocket Skates" was not found in QuickBooks. Add or rename the customer in QuickBooks, press Force Sync from QB, then retry.';

// The app's customer and the people who run qbo-sync, each on their own page.
describeWith('browser', 'a cause that is fixed once', () => {
  let served: ServedCustomerPage;
  let tenant: Connected;
  let quickbooks: QuickBooksSide;
  beforeAll(async () => {
    served = await ServedCustomerPage.start({ dashboard: true });
    tenant = await harborview(served.journey);
    quickbooks = quickBooksSide(served.journey, tenant);
    await runsEnded(served.journey, tenant.id);
  });
  afterAll(() => served.close());
  afterEach(() => served.expectNoComplaints());

  const settled = (number: string, status: string) =>
    waitForStatus(served.journey, tenant.id, 'invoice', number, status);

  it('E-A2 A13 A17 A18 A19: fails with its reason, is fixed by Force Sync, and goes out by one bulk retry', async () => {
    quickbooks.forget();
    for (const [number, net] of Object.entries(ROCKET_SKATES)) {
      const invoice = harborviewInvoice('Acme Rocket Skates', number, net);
      await served.journey.client.state(tenant.id, 'invoice', number, invoice);
    }
    for (const number of Object.keys(ROCKET_SKATES)) await settled(number, 'failed');
    expect([quickbooks.writes(), quickbooks.all('Customer').length]).toEqual([0, 3]);

    const customer = await served.open(tenant.id);
    await standsAt(customer, 'connected');
    const told = customer.getByRole('region', { name: 'What waits or failed' });
    await told.getByText('Invoice APT-2034').waitFor();
    expect(await told.getByRole('listitem').count()).toBe(3);
    expect(await told.getByRole('listitem').first().textContent()).toContain(DETAILS);

    const { ledger } = served.journey.house;
    const email = 'ops@example.com';
    const { password } = await createUser(ledger, { email, role: 'operator' }, 'test');
    const ops = await served.openDashboard({ email, password });
    const problems = ops.getByRole('list', { name: 'Problems' });
    const cause = problems
      .getByRole('listitem')
      .filter({ hasText: '3 documents: Customer missing' });
    await cause.getByText(DETAILS).waitFor();
    expect(await cause.textContent()).toContain('505.50 GBP');
    expect(await problems.getByRole('listitem').count()).toBe(1);

    expect(quickbooks.add('Customer', { DisplayName: 'Acme Rocket Skates' })).toBe('12');
    const before = await runsEnded(served.journey, tenant.id);
    await button(customer, 'Force Sync from QB').click();
    await waitFor(
      async () => (await served.journey.client.runs(tenant.id)).runs.length > before.length,
      { what: 'another reading to be asked for' },
    );
    await runsEnded(served.journey, tenant.id);
    await ops.reload();
    await cause.getByText('Looks fixed', { exact: true }).waitFor();
    await cause.getByText('press Retry, and 3 documents can go').waitFor();
    quickbooks.forget();

    await cause.getByRole('link').first().click();
    const list = new DocumentList(ops);
    await list.row('APT-2032').waitFor();
    await ops.getByRole('button', { name: 'All that match…' }).click();
    const dialog = list.dialog();
    await dialog.getByRole('button', { name: 'Show what it is about' }).click();
    await dialog.getByText('3 documents, worth 505.50 GBP').waitFor();
    await dialog.getByRole('button', { name: 'Retry 3 documents' }).click();
    await dialog.getByText('Done: 3 of 3 documents').waitFor();
    for (const [number, net] of Object.entries(ROCKET_SKATES)) {
      const { quickbooks: held } = await settled(number, 'synced');
      expect(quickbooks.one('Invoice', held?.id)).toMatchObject({
        DocNumber: number,
        CustomerRef: { value: '12' },
        TotalAmt: Number(net),
      });
    }
    expect(quickbooks.all('Invoice')).toHaveLength(3);

    const writes = quickbooks.writes();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await ops.reload();
    await ops.getByText('No document matches').waitFor();
    expect(await ops.getByRole('button', { name: 'All that match…' }).isDisabled()).toBe(true);
    expect(quickbooks.writes()).toBe(writes);
    await customer.reload();
    await told.getByText('Nothing waits, and nothing failed.').waitFor();
    await ops.goto('/dashboard/');
    await ops.getByText('All is well').waitFor();
  });

  it('is found, fixed and let go from the first page by who has never seen it', async () => {
    const numbers = ['INV-2064', 'INV-2067'];
    for (const number of numbers) {
      const invoice = harborviewInvoice('Ravensworth Estates', number, '45.00');
      await served.journey.client.state(tenant.id, 'invoice', number, invoice);
    }
    for (const number of numbers) await settled(number, 'failed');
    const { ledger } = served.journey.house;
    const email = 'newcomer@example.com';
    const { password } = await createUser(ledger, { email, role: 'operator' }, 'test');
    const ops = await served.openDashboard({ email, password });
    const cause = ops.getByRole('listitem').filter({ hasText: 'Ravensworth Estates' });
    await cause.getByText('Add or rename the customer in QuickBooks').waitFor();
    await cause.getByRole('link', { name: tenant.connection.name }).waitFor();

    // Shown with what they are, and found by it.
    await cause.getByRole('link', { name: 'INV-2067', exact: true }).waitFor();
    await ops.getByLabel('Search the problems').fill('inv-2064');
    await ops.waitForURL(/q=inv-2064/);
    await cause.getByText('press Look in QuickBooks').waitFor();

    await cause.getByRole('button', { name: 'Look in QuickBooks' }).click();
    await cause.getByText(/Looked at .*: still no customer of that name in QuickBooks/).waitFor();
    expect(await cause.getByText('Looks fixed', { exact: true }).count()).toBe(0);

    const books = await served.openElsewhere(
      `${served.journey.simulator.url}/companies/${tenant.realmId}`,
    );
    const added = books.getByRole('group', { name: 'Add a customer' });
    await added.getByLabel('Name').fill('Ravensworth Estates');
    await added.getByRole('button').click();
    await books.getByText(/Ravensworth Estates was added/).waitFor();

    await cause.getByRole('button', { name: 'Look in QuickBooks' }).click();
    await cause.getByText('Looks fixed', { exact: true }).waitFor();
    await cause.getByRole('button', { name: 'Retry' }).click();
    const dialog = ops.getByRole('dialog');
    await dialog.getByText('2 documents will be sent again').waitFor();
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await cause.getByText('Solved: 2 documents synced.').waitFor();
    expect(await cause.textContent()).toContain('2 documents: Customer missing');
    expect(await cause.getByRole('button').count()).toBe(0);
    for (const number of numbers) await settled(number, 'synced');
    await ops.goto('/dashboard/');
    await ops.getByText('All is well').waitFor();
  });

  it('offers a viewer nothing to press', async () => {
    const invoice = harborviewInvoice('Kestrel Gliding', 'INV-2070', '45.00');
    await served.journey.client.state(tenant.id, 'invoice', 'INV-2070', invoice);
    await settled('INV-2070', 'failed');
    const { ledger } = served.journey.house;
    const email = 'viewer@example.com';
    const { password } = await createUser(ledger, { email, role: 'viewer' }, 'test');
    const page = await served.openDashboard({ email, password });
    const cause = page.getByRole('listitem').filter({ hasText: 'Kestrel Gliding' });
    await cause.getByRole('link').first().waitFor();
    expect(await cause.getByRole('button').count()).toBe(0);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordType } from '../../src/contract/run.js';
import { type Journey, refresh, startJourney } from '../support/journey.js';
import { rawApi } from '../support/raw-api.js';
import { codingOf, posted, tenant } from './builder.js';
import type { Account } from './profile.js';

// What the app of supplier-invoices reads from QuickBooks, when, and what of it it shows.
describe('the lists of supplier-invoices', () => {
  let journey: Journey;
  let builder: Account;

  beforeAll(async () => {
    journey = await startJourney();
    builder = await tenant(journey);
  });
  afterAll(() => journey?.close());

  const records = async (at: Account, type: RecordType, hidden?: boolean) => {
    const query = hidden === undefined ? '' : `?hidden=${hidden}`;
    const path = `/v1/connections/${at.id}/records/${type}${query}`;
    const { body } = await rawApi<{ records: { recordId: string; name: string }[] }>(
      journey,
      'GET',
      path,
    );
    return body.records;
  };
  const hide = (at: Account, type: RecordType, id: string) =>
    rawApi(journey, 'PATCH', `/v1/connections/${at.id}/records/${type}/${id}`, {
      body: { hidden: true },
    });

  async function isRead(type: RecordType, recordId: string, name: string) {
    expect(await records(builder, type)).toContainEqual(
      expect.objectContaining({ recordId, name }),
    );
  }

  it('T4 suppliers are read', () => isRead('vendor', '45', 'Timber & Co Ltd'));
  it('T5 nominal codes are read', () => isRead('account', '261', 'Materials'));
  it('T6 tax codes are read', () => isRead('tax_code', '6', '20.0% S'));
  it('T7 customers are read', () => isRead('customer', '70', 'Kitchen Refit'));
  it('T7 classes are read', () => isRead('class', '201', 'Residential'));
  it('T7 locations are read', () => isRead('department', '2', 'North'));

  it('T7 projects are read from QuickBooks, with the customer they are of', async () => {
    const { records: customers } = await journey.client.records(builder.id, 'customer');
    expect(customers).toContainEqual(
      expect.objectContaining({
        recordId: '71',
        facts: expect.objectContaining({ fullName: 'Kitchen Refit:Phase 1', parentId: '70' }),
      }),
    );
  });

  it('T15 the download brings the master data, and says how far it is', async () => {
    builder.quickbooks.add('Account', { Name: 'Insulation', AccountType: 'Expense' });
    expect(await journey.client.connection(builder.id)).toMatchObject({
      actions: expect.arrayContaining(['force_sync']),
    });
    const run = await refresh(journey, builder.id);
    expect(run).toMatchObject({ job: 'refresh_master_data', status: 'succeeded' });
    expect(run.progress.done).toBeGreaterThan(0);
    expect((await records(builder, 'account')).map(({ name }) => name)).toContain('Insulation');
  });

  it('T17 it is refreshed on demand, everything or suppliers alone', async () => {
    const at = await tenant(journey);
    at.quickbooks.add('Vendor', { DisplayName: 'Glass & Co Ltd' });
    at.quickbooks.add('Class', { Name: 'Schools' });
    await refresh(journey, at.id, ['vendor']);
    expect((await records(at, 'vendor')).map(({ name }) => name)).toContain('Glass & Co Ltd');
    expect((await records(at, 'class')).map(({ name }) => name)).not.toContain('Schools');
    await refresh(journey, at.id);
    expect((await records(at, 'class')).map(({ name }) => name)).toContain('Schools');
  });

  it('T21 an account that is hidden stays so, and is posted to where it is coded', () =>
    hiddenAndCoded('account', '261'));
  it('T22 a tax code that is hidden stays so, and is posted to where it is coded', () =>
    hiddenAndCoded('tax_code', '6'));

  async function hiddenAndCoded(type: RecordType, id: string) {
    const at = await tenant(journey);
    expect(await hide(at, type, id)).toMatchObject({ status: 200, body: { hidden: true } });
    await refresh(journey, at.id);
    expect((await records(at, type, true)).map(({ recordId }) => recordId)).toEqual([id]);
    expect((await records(at, type, false)).map(({ recordId }) => recordId)).not.toContain(id);
    const { bill } = await posted(at, 'T-21');
    expect(codingOf(bill)).toMatchObject({
      AccountRef: { value: '261' },
      TaxCodeRef: { value: '6' },
    });
  }

  it('T21 and T22 what is new in QuickBooks is visible', async () => {
    const at = await tenant(journey);
    await hide(at, 'account', '261');
    const added = at.quickbooks.add('Account', { Name: 'Insulation', AccountType: 'Expense' });
    await refresh(journey, at.id);
    expect((await records(at, 'account', false)).map(({ recordId }) => recordId)).toContain(added);
  });
});

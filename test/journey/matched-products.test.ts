import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import {
  type Connected,
  type Journey,
  refresh,
  runsEnded,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';

type Line = Partial<InvoiceInput['lines'][number]>;

// Products of lines: found by name or SKU, in categories or not, made where that is set, and never
// posted to another account without a word.
describe('products of lines', () => {
  let journey: Journey;
  let realmId: string;
  let shop: Connected;
  let quickbooks: QuickBooksSide;

  beforeAll(async () => {
    journey = await startJourney();
    ({ realmId } = journey.simulator.control.createCompany({ country: 'US', seed: 'new' }));
    const sold = { Type: 'Service', IncomeAccountRef: { value: '79' } };
    journey.simulator.control.load(realmId, {
      Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
      Account: [
        {
          Id: '901',
          Name: 'Rentals',
          AccountType: 'Income',
          AccountSubType: 'SalesOfProductIncome',
        },
        {
          Id: '902',
          Name: 'Repairs',
          AccountType: 'Income',
          AccountSubType: 'SalesOfProductIncome',
        },
      ],
      Item: [
        { Id: '3', Name: 'Consulting', ...sold, IncomeAccountRef: { value: '901' } },
        { Id: '4', Name: 'Hardware', Type: 'Category' },
        {
          Id: '5',
          Name: 'Bolt',
          FullyQualifiedName: 'Hardware:Bolt',
          Sku: 'B-1',
          ParentRef: { value: '4' },
          SubItem: true,
          ...sold,
        },
        { Id: '6', Name: 'Bolt, long', Sku: 'B-1', ...sold },
        { Id: '8', Name: 'Retired', Active: false, ...sold },
        { Id: '9', Name: 'Gift set', Type: 'Group' },
      ],
    });
    shop = await join({});
    quickbooks = quickBooksSide(journey, shop);
    await refresh(journey, shop.id);
  });
  afterAll(() => journey?.close());

  /** Connects one more account, and waits for what that reads: calls are counted. */
  async function join(settings: SettingsInput): Promise<Connected> {
    const joined = await journey.connect({
      profile: 'auto-invoices',
      realmId,
      settings: { ...settings, item: { missing: 'create', ...settings.item } },
    });
    await runsEnded(journey, joined.id);
    return joined;
  }
  const send = (id: string, line: Line, at = shop) =>
    journey.client.state(at.id, 'invoice', id, anInvoice({ number: id, lines: [aLine(line)] }));
  const settled = (id: string, status: string, at = shop) =>
    waitForStatus(journey, at.id, 'invoice', id, status);
  /** States an invoice of one line, and answers it with the id of the product it sells. */
  async function sent(id: string, line: Line, at = shop) {
    await send(id, line, at);
    const answer = await settled(id, 'synced', at);
    const invoice = quickbooks.one('Invoice', answer.quickbooks?.id);
    const [first] = invoice['Line'] as { SalesItemLineDetail: { ItemRef: { value: string } } }[];
    return { answer, productId: first?.SalesItemLineDetail.ItemRef.value };
  }

  it.each<[string, Line, string]>([
    ['name', { name: 'Consulting' }, '3'],
    ['name in another case', { name: 'CONSULTING' }, '3'],
    ['full name with the category', { name: 'Hardware:Bolt' }, '5'],
    ['a SKU two have, and the name', { name: 'Bolt, long', sku: 'B-1' }, '6'],
    ['record id, whatever the line is called', { name: 'Any', item: { recordId: '3' } }, '3'],
  ])('are found by %s', async (how, line, id) => {
    quickbooks.forget();
    const { productId } = await sent(`by ${how}`.slice(0, 21), line);
    expect(productId).toBe(id);
    expect(quickbooks.calls()).toEqual(['POST invoice']);
  });

  it.each<[string, Line, object]>([
    [
      'a SKU that two have',
      { name: 'No name helps', item: { sku: 'B-1' } },
      {
        reason: 'reference_conflict',
        params: { a: 'number B-1 (Bolt, Id 5)', b: 'number B-1 (Bolt, long, Id 6)' },
      },
    ],
    [
      'a SKU and another name',
      { name: 'Consulting', sku: 'B-1' },
      { reason: 'reference_conflict' },
    ],
    [
      'an inactive name',
      { name: 'Retired' },
      { reason: 'record_inactive', params: { type: 'product', name: 'Retired' } },
    ],
    [
      'a category',
      { name: 'Hardware' },
      {
        reason: 'item_not_sold',
        details:
          'Product "Hardware" is a category in QuickBooks, which these lines cannot use. Give the product another name, or name the one that is meant, then retry.',
      },
    ],
    [
      'a bundle',
      { name: 'Gift set' },
      { reason: 'item_not_sold', params: { name: 'Gift set', type: 'bundle' } },
    ],
  ])('by %s fail without a call, saying why', async (how, line, expected) => {
    quickbooks.forget();
    const id = `no ${how}`.slice(0, 21);
    await send(id, line);
    expect(await settled(id, 'failed')).toMatchObject(expected);
    expect(quickbooks.calls()).toEqual([]);
  });

  it('that are missing fail where that is set, naming them', async () => {
    const strict = await join({ item: { missing: 'fail' } });
    await send('M-1', { name: 'Unheard of' }, strict);
    expect(await settled('M-1', 'failed', strict)).toMatchObject({
      reason: 'item_missing',
      params: { name: 'Unheard of' },
    });
  });

  it('that are made get the income account of the settings; others post where they did', async () => {
    const rentals = await join({ accounts: { income: { name: 'Rentals' } } });
    const made = await sent('A-1', { name: 'Kayak' }, rentals);
    expect(quickbooks.one('Item', made.productId)).toMatchObject({
      IncomeAccountRef: { value: '901' },
    });
    expect(made.answer.warnings).toEqual([
      { name: 'created', params: { type: 'product', name: 'Kayak' } },
    ]);

    quickbooks.forget();
    await journey.client.changeSettings(rentals.id, { accounts: { income: { name: 'Repairs' } } });
    const again = await sent('A-2', { name: 'Kayak' }, rentals);
    expect(again.answer).toMatchObject({
      label: 'Synced with warnings',
      warnings: [{ name: 'other_account', params: { wanted: 'Repairs', used: 'Rentals' } }],
    });
    expect(quickbooks.calls()).toEqual(['POST invoice']);
  });

  it('that post elsewhere are refused where that is set, until they are mended there', async () => {
    const strict = await join({
      accounts: { income: { name: 'Repairs' } },
      item: { otherAccount: 'fail' },
    });
    await send('R-1', { name: 'Consulting' }, strict);
    expect(await settled('R-1', 'failed', strict)).toMatchObject({
      reason: 'other_account',
      params: { name: 'Consulting', wanted: 'Repairs', used: 'Rentals' },
    });
    quickbooks.edit('Item', '3', { IncomeAccountRef: { value: '902' } });
    await journey.client.retry(strict.id, 'invoice', 'R-1');
    expect(await settled('R-1', 'synced', strict)).toMatchObject({ warnings: [] });
  });
});

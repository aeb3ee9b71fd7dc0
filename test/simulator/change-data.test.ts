import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import { changes, freshCompany, groups, START } from './support/change-data.js';
import {
  answered,
  codes,
  faults,
  list,
  member,
  saleLine,
  type TestCompany,
} from './support/company.js';

const DAY_MS = 24 * 3_600_000;

let company: TestCompany;

beforeEach(async () => {
  company = await freshCompany();
});

afterEach(() => company.close());

const advance = (advanceMs: number) => company.simulator.control.setClock({ advanceMs });

const invoiceFor = (customer: string, amount = 10) => ({
  CustomerRef: { value: customer },
  Line: [saleLine('3', amount)],
});

async function created(path: string, entity: string, body: JsonObject): Promise<string> {
  advance(1_000);
  return String(answered(await company.post(path, body), entity)['Id']);
}

const ids = (objects: readonly JsonObject[]) => objects.map(({ Id }) => Id);

describe('change data', () => {
  it('answers one group for each entity asked, in that order, empty where nothing changed', async () => {
    await created('customer', 'Customer', { DisplayName: 'Heron' });
    const reply = await changes(company, 'Invoice,Customer,Vendor');
    expect(reply.body).toMatchObject({ time: expect.stringMatching(/-07:00$/) });
    const [invoices, customers, vendors] = groups(reply);
    expect([invoices, vendors]).toEqual([{}, {}]);
    expect(customers).toMatchObject({
      Customer: [{ DisplayName: 'Heron', SyncToken: '0', domain: 'QBO' }],
      startPosition: 1,
      maxResults: 1,
    });
    expect(customers).not.toHaveProperty('totalCount');
  });

  it('answers whole objects by the time of their change, deleted ones after them', async () => {
    const first = await created('invoice', 'Invoice', invoiceFor('1'));
    const second = await created('invoice', 'Invoice', invoiceFor('1'));
    const third = await created('invoice', 'Invoice', invoiceFor('1'));
    advance(1_000);
    await company.post('invoice?operation=delete', { Id: second, SyncToken: '0' });
    advance(1_000);
    await company.post('invoice', { Id: first, SyncToken: '0', sparse: true, PrivateNote: 'x' });
    const [invoices] = groups(await changes(company, 'Invoice'));
    expect(ids(list(invoices ?? {}, 'Invoice'))).toEqual([third, first, second]);
    expect(invoices).toMatchObject({ startPosition: 1, maxResults: 3, totalCount: 3 });
    const [, changed, deleted] = list(invoices ?? {}, 'Invoice');
    expect(changed).toEqual(answered(await company.get(`invoice/${first}`), 'Invoice'));
    expect(deleted).toEqual({
      status: 'Deleted',
      domain: 'QBO',
      Id: second,
      MetaData: { LastUpdatedTime: '2026-06-15T10:00:04-07:00' },
    });
  });

  it('shows voided and deactivated objects whole', async () => {
    const invoice = await created('invoice', 'Invoice', invoiceFor('1'));
    await company.post('invoice?operation=void', { Id: invoice, SyncToken: '0' });
    const vendor = await created('vendor', 'Vendor', { DisplayName: 'Egret' });
    await company.post('vendor', { Id: vendor, SyncToken: '0', sparse: true, Active: false });
    const [invoices, vendors] = groups(await changes(company, 'Invoice,Vendor'));
    expect(list(invoices ?? {}, 'Invoice')).toMatchObject([{ Id: invoice, TotalAmt: 0 }]);
    expect(list(vendors ?? {}, 'Vendor')).toMatchObject([
      { Id: vendor, Active: false, PrintOnCheckName: 'Egret' },
    ]);
  });

  it('holds what a change did to other objects', async () => {
    await created('invoice', 'Invoice', invoiceFor('4', 25));
    const [customers] = groups(await changes(company, 'Customer'));
    expect(list(customers ?? {}, 'Customer')).toMatchObject([{ Id: '4', SyncToken: '0' }]);
  });

  it('shows tax numbers masked, as every answer does', async () => {
    await created('vendor', 'Vendor', { DisplayName: 'Egret', TaxIdentifier: '99-12348293' });
    const [vendors] = groups(await changes(company, 'Vendor'));
    expect(list(vendors ?? {}, 'Vendor')).toMatchObject([{ TaxIdentifier: 'XXXXXXXX8293' }]);
  });

  it('shows a name that was merged into another as deleted', async () => {
    const from = await created('customer', 'Customer', { DisplayName: 'Egret' });
    const { control } = company.simulator;
    control.act(company.realmId, { do: 'merge', entity: 'Customer', from, into: '4' });
    const [customers] = groups(await changes(company, 'Customer'));
    expect(list(customers ?? {}, 'Customer').at(-1)).toMatchObject({ Id: from, status: 'Deleted' });
  });

  it('begins with the second that was asked for', async () => {
    const customer = await created('customer', 'Customer', { DisplayName: 'Heron' });
    const at = async (since: string) => {
      const [customers] = groups(await changes(company, 'Customer', since));
      return ids(list(customers ?? {}, 'Customer'));
    };
    expect(await at('2026-06-15T10:00:01-07:00')).toEqual([customer]);
    expect(await at('2026-06-15T17:00:01.900Z')).toEqual([customer]);
    expect(await at('2026-06-15T10:00:02-07:00')).toEqual([]);
    expect(await at('2026-06-15')).toContain(customer);
  });

  it('does not show an object again that was deleted and loaded anew', async () => {
    const id = await created('invoice', 'Invoice', invoiceFor('1'));
    const stored = answered(await company.get(`invoice/${id}`), 'Invoice');
    await company.post('invoice?operation=delete', { Id: id, SyncToken: '0' });
    company.simulator.control.load(company.realmId, { Invoice: [stored] });
    const [invoices] = groups(await changes(company, 'Invoice'));
    expect(list(invoices ?? {}, 'Invoice')).toEqual([stored]);
  });

  it('answers 1000 objects at most, over all entities', async () => {
    const Vendor = Array.from({ length: 700 }, (_, n) => ({ DisplayName: `Heron ${n}` }));
    const Customer = Array.from({ length: 700 }, (_, n) => ({ DisplayName: `Egret ${n}` }));
    advance(1_000);
    company.simulator.control.load(company.realmId, { Vendor, Customer });
    const [vendors, customers, terms] = groups(await changes(company, 'Vendor,Customer,Term'));
    expect([vendors, customers].map((group) => group?.['maxResults'])).toEqual([700, 300]);
    expect(terms).toEqual({});
  });

  it('counts as a read', async () => {
    await changes(company, 'Customer');
    const { calls, counts } = company.simulator.control.log(company.realmId);
    expect(calls).toMatchObject([{ kind: 'cdc', status: 200, method: 'GET', path: 'cdc' }]);
    expect(counts).toMatchObject({ reads: 1, writes: 0 });
  });
});

describe('change data is refused', () => {
  it.each([
    ['JournalCode', '500'],
    ['TimeActivity', '500'],
    ['TaxAgency', '500'],
    ['Invoice,TaxCode', '500'],
    ['taxrate', '500'],
    ['Unicorn', '4001'],
    ['', '2020'],
  ])('for the entities "%s" with %s', async (entities, code) => {
    expect(codes(await changes(company, entities))).toEqual([code]);
  });

  it('without a moment, or with one that is none', async () => {
    expect(faults(await company.get('cdc?entities=Invoice'))).toMatchObject([
      { code: '2020', element: 'changedSince' },
    ]);
    expect(codes(await changes(company, 'Invoice', 'yesterday'))).toEqual(['2060']);
  });

  it('more than 30 days back, unless the switch says to answer 30 days', async () => {
    const id = await created('invoice', 'Invoice', invoiceFor('1'));
    advance(30 * DAY_MS - 1_000);
    expect(ids(list(groups(await changes(company, 'Invoice'))[0] ?? {}, 'Invoice'))).toEqual([id]);
    advance(1_000);
    const [fault] = faults(await changes(company, 'Invoice'));
    expect(fault).toMatchObject({
      code: '500',
      detail: `Operation cdc with changedSince date ${START} which is older than fixed days is not supported.`,
    });
    company.simulator.control.setBehaviours({ changedSinceTooOld: 'last_30_days' });
    expect(ids(list(groups(await changes(company, 'Invoice'))[0] ?? {}, 'Invoice'))).toEqual([id]);
    advance(1_000);
    expect(groups(await changes(company, 'Invoice'))).toEqual([{}]);
  });
});

describe('change data by switch', () => {
  it('has the newest change first', async () => {
    const first = await created('invoice', 'Invoice', invoiceFor('1'));
    const second = await created('invoice', 'Invoice', invoiceFor('1'));
    company.simulator.control.setBehaviours({ changeDataOrder: 'newest_first' });
    const [invoices] = groups(await changes(company, 'Invoice'));
    expect(ids(list(invoices ?? {}, 'Invoice'))).toEqual([second, first]);
    expect(groups(await changes(company, 'Invoice', '2026-06-15T10:00:03-07:00'))).toEqual([{}]);
  });

  it('has its groups in another order than asked', async () => {
    const other = await freshCompany({ random: () => 0 });
    other.simulator.control.setBehaviours({ changeDataGroups: 'shuffled' });
    const answers = groups(await changes(other, 'Term,Account,Item', '2026-06-01'));
    const order = answers.map((group) => Object.keys(group)[0]);
    expect(order).toEqual(['Item', 'Account', 'Term']);
    await other.close();
  });
});

describe('a batch', () => {
  const batch = async (items: JsonObject[]) =>
    list((await company.post('batch', { BatchItemRequest: items })).body, 'BatchItemResponse');
  const cdcItem = (Entities: string, ChangedSince = START) => ({
    bId: 'c',
    CDCQuery: { Entities, ChangedSince },
  });

  it('answers an item for change data, which does not see what the batch writes', async () => {
    const id = await created('customer', 'Customer', { DisplayName: 'Heron' });
    const answers = await batch([
      { bId: 'a', operation: 'create', Customer: { DisplayName: 'Egret' } },
      cdcItem('Customer,Invoice'),
    ]);
    const response = member(answers[1] ?? {}, 'CDCResponse');
    const [customers, invoices] = list(response, 'QueryResponse');
    expect(ids(list(customers ?? {}, 'Customer'))).toEqual([id]);
    expect(invoices).toEqual({});
  });

  it('gives an item for change data its own fault', async () => {
    expect(await batch([cdcItem('TaxRate')])).toMatchObject([
      { bId: 'c', Fault: { Error: [{ code: '500' }] } },
    ]);
  });

  it('answers 1000 objects over all its queries; the item that goes beyond gets 10100', async () => {
    const Vendor = Array.from({ length: 600 }, (_, n) => ({ DisplayName: `Heron ${n}` }));
    company.simulator.control.load(company.realmId, { Vendor });
    const item = (bId: string, limit: number) => ({
      bId,
      Query: `select * from Vendor where DisplayName like 'Heron %' maxresults ${limit}`,
    });
    const answers = await batch([item('a', 600), item('b', 401), item('c', 400), item('d', 1)]);
    expect(answers).toMatchObject([
      { bId: 'a', QueryResponse: { maxResults: 600 } },
      { bId: 'b', Fault: { Error: [{ code: '10100' }] } },
      { bId: 'c', QueryResponse: { maxResults: 400 } },
      { bId: 'd', Fault: { Error: [{ code: '10100' }] } },
    ]);
  });
});

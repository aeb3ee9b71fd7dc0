import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answered,
  codes,
  faults,
  list,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;

const ALL_DOWN = ['5', '4', '3', '2', '1'];

/** Five invoices, a minute apart, the second of them changed last. */
beforeAll(async () => {
  company = await startCompany({}, { clock: () => Date.parse('2026-11-22T18:00:00Z') });
  const { control } = company.simulator;
  control.setClock({ stopped: true });
  for (const [index, customer] of ['1', '2', '1', '3', '2'].entries()) {
    control.setClock({ advanceMs: 60_000 });
    await company.post('invoice', {
      CustomerRef: { value: customer },
      TxnDate: `2026-0${index + 1}-15`,
      Line: [saleLine('3', 100 * (index + 1))],
    });
  }
  control.setClock({ advanceMs: 60_000 });
  await company.post('invoice', { Id: '2', SyncToken: '0', sparse: true, PrivateNote: 'late' });
  control.act(company.realmId, {
    do: 'edit',
    entity: 'Customer',
    id: '5',
    changes: { Active: false },
  });
});

afterAll(() => company.close());

async function ids(statement: string): Promise<unknown[]> {
  const answer = await company.query(statement);
  const [entity = ''] = Object.keys(answer).filter((name) => Array.isArray(answer[name]));
  return list(answer, entity).map(({ Id }) => Id);
}

async function refusal(statement: string): Promise<{ code: string; detail: string }> {
  const reply = await company.get(`query?query=${encodeURIComponent(statement)}`);
  expect(reply.status).toBe(400);
  const [first] = faults(reply);
  return { code: first?.code ?? '', detail: first?.detail ?? '' };
}

describe('conditions', () => {
  it.each([
    ["select * from Invoice where Id = '3'", ['3']],
    ["select * from Invoice where Id in ('3', '1', '99') orderby Id", ['1', '3']],
    ["select * from Customer where DisplayName = 'ALDER & FINCH cabinetry'", ['1']],
    ["SELECT * FROM Customer WHERE displayname = 'Eli\\'s Bike Repair'", ['7']],
    ["select * from Customer where DisplayName like 'K%'", ['15']],
    ["select * from Customer where DisplayName like '%kay%s'", ['28']],
    ["select * from Customer where PrimaryEmailAddr = 'Ruth.Alder@example.com'", ['1']],
    ["select * from Invoice where DocNumber = '1004'", ['4']],
    ["select * from Invoice where CustomerRef = '1' orderby Id", ['1', '3']],
    ["select * from Invoice where CustomerRef = '1' and TotalAmt > '150'", ['3']],
    ["select * from Invoice where TxnDate >= '2026-03-15' orderby TxnDate desc", ['5', '4', '3']],
    ["select * from Invoice where TxnDate < '2026-02-15'", ['1']],
    ["select * from Invoice where TotalAmt <= '200.00' orderby Id", ['1', '2']],
    ["select * from Invoice where MetaData.LastUpdatedTime > '2026-11-22T10:05:00-08:00'", ['2']],
    ["select * from Invoice where MetaData.CreateTime >= '2026-11-22T18:05:00Z' orderby Id", ['5']],
    ["select * from Account where AccountType = 'Accounts Receivable'", ['84']],
    ["select * from Account where Name = 'Fuel'", ['56']],
    ["select * from Item where Type = 'inventory' orderby Name", ['11', '12', '9', '10']],
    ['select * from Customer where Active = false', ['5']],
    ["select Id, DisplayName from Customer where Id = '7'", ['7']],
    ["select * from Customer where DisplayName = 'nobody'", []],
    ["SeLeCt * fRoM cUsToMeR wHeRe dIsPlAyNaMe LiKe 'k%' oRdErBy iD", ['15']],
    ["select * from Customer where DisplayName like 'tide%yak_'", []],
    ["select * from Customer where DisplayName like 'tide%yak%'", ['28']],
    ["select * from Customer where DisplayName like '%KAYAKS'", ['28']],
    ["select * from Invoice where DocNumber in ('1005', '1002') orderby DocNumber", ['2', '5']],
    ["select * from Invoice where DocNumber > '1003' orderby DocNumber", ['4', '5']],
    ["select * from Invoice where SalesTermRef = ' ' and CustomerRef = '3'", ['4']],
    ["select * from Invoice where Balance > '0' and Balance < '200'", ['1']],
    [
      "select * from Invoice where TxnDate >= '2026-02-15' and TxnDate <= '2026-03-15' orderby Id",
      ['2', '3'],
    ],
    ['select * from Invoice where TxnDate < CURRENT_DATE orderby Id maxresults 1', ['1']],
    ['select * from Invoice where TxnDate = CURRENT_DATE', []],
    ["select * from Customer where DisplayName = 'CURRENT_DATE'", []],
    ['select * from Invoice where MetaData.CreateTime >= current_date orderby Id desc', ALL_DOWN],
    ["select * from Customer where Active = false and DisplayName like '%(deleted)'", ['5']],
    ["select * from Customer where Active in (true, false) and Id = '5'", ['5']],
    ["select * from Customer where Id = '5'", []],
    ["select * from Preferences where MetaData.LastUpdatedTime > '2001-01-01'", ['1']],
  ])('%s', async (statement, expected) => {
    expect(await ids(statement)).toEqual(expected);
  });
});

describe('order and pages', () => {
  it('names come by name, capitals first, transactions by newest change', async () => {
    await company.post('vendor', { DisplayName: 'MILL' });
    const names = list(await company.query('select * from Vendor'), 'Vendor').map(
      ({ DisplayName }) => DisplayName,
    );
    expect(names).toEqual([
      'Cascade Office Supply',
      'MILL',
      'Mill Street Plywood',
      'Northwest Power',
      'Parcel & Post Freight',
    ]);
    expect(await ids('select * from Invoice')).toEqual(['2', '5', '4', '3', '1']);
  });

  it('takes the two paging words in either order', async () => {
    const expected = ['3', '4'];
    const base = 'select * from Invoice orderby Id';
    expect(await ids(`${base} startposition 3 maxresults 2`)).toEqual(expected);
    expect(await ids(`${base} maxresults 2 startposition 3`)).toEqual(expected);
    expect(await ids(`${base} desc maxresults 2`)).toEqual(['5', '4']);
    expect(await ids(`${base} startposition 9`)).toEqual([]);
  });

  it('orders by several members', async () => {
    const statement = 'select * from Invoice orderby TotalAmt desc, Id asc maxresults 2';
    expect(await ids(statement)).toEqual(['5', '4']);
  });

  it('answers 100 rows unless asked, and never more than 1000', async () => {
    const many = await startCompany({ seed: 'new' });
    const customers = Array.from({ length: 1500 }, (_, index) => ({
      Id: String(index + 1),
      DisplayName: `C${index}`,
    }));
    many.simulator.control.load(many.realmId, { Customer: customers });
    const rows = async (words: string) =>
      list(await many.query(`select * from Customer orderby Id ${words}`), 'Customer');
    expect(await rows('')).toHaveLength(100);
    expect(await rows('maxresults 5000')).toHaveLength(1000);
    const last = await rows('startposition 1001 maxresults 1000');
    expect(last).toHaveLength(500);
    expect(last[0]).toMatchObject({ Id: '1001' });
    many.simulator.control.setBehaviours({ pageAboveMax: 'fault_4001' });
    const statement = encodeURIComponent('select * from Customer maxresults 5000');
    expect(codes(await many.get(`query?query=${statement}`))).toEqual(['4001']);
    await many.close();
  });
});

describe('answers', () => {
  it('hold whole objects, whatever columns were asked for', async () => {
    const [all] = list(await company.query("select * from Invoice where Id = '3'"), 'Invoice');
    const columns = "select Id, DocNumber, MetaData.CreateTime from Invoice where Id = '3'";
    expect(list(await company.query(columns), 'Invoice')).toEqual([all]);
  });

  it('find attachments by what they are attached to', async () => {
    const attached = (...ids: string[]) =>
      ids.map((value) => ({ EntityRef: { type: 'Invoice', value } }));
    const note = async (Note: string, AttachableRef: unknown[]) =>
      answered(await company.post('attachable', { Note, AttachableRef }), 'Attachable')['Id'];
    const both = await note('both', attached('1', '2'));
    const second = await note('second', attached('2'));
    const to = (id: string) =>
      ids(
        "select * from Attachable where AttachableRef.EntityRef.Type = 'invoice' " +
          `and AttachableRef.EntityRef.value = '${id}' orderby Id`,
      );
    expect(await to('1')).toEqual([both]);
    expect(await to('2')).toEqual([both, second]);
    expect(await to('3')).toEqual([]);
  });

  it('name what they hold; totalCount only for some entities', async () => {
    const invoices = await company.query('select * from Invoice maxresults 2');
    expect(invoices).toMatchObject({ startPosition: 1, maxResults: 2, totalCount: 2 });
    const customers = await company.query('select * from Customer maxresults 2');
    expect(customers).toMatchObject({ startPosition: 1, maxResults: 2 });
    expect(customers).not.toHaveProperty('totalCount');
  });

  it('are empty objects without rows', async () => {
    expect(await company.query("select * from Invoice where Id = '99'")).toEqual({});
  });

  it.each([
    ['select count(*) from Customer', 29],
    ['select COUNT(*) from Customer where Active in (true, false)', 30],
    ["select count(*) from Invoice where CustomerRef = '2'", 2],
  ])('%s', async (statement, totalCount) => {
    expect(await company.query(statement)).toEqual({ totalCount });
  });

  it('hold CompanyInfo, Preferences and tax codes', async () => {
    expect(await ids('select * from CompanyInfo')).toEqual(['1']);
    expect(await ids('select * from Preferences')).toEqual(['1']);
    expect(await ids("select * from TaxCode where Name = 'TAX'")).toEqual(['TAX']);
  });

  it('are the same by POST with the statement as body or in the address', async () => {
    const statement = "select * from Customer where DisplayName = 'Tidewater Kayaks'";
    const expected = await company.query(statement);
    const asBody = await company.post('query', statement);
    const inAddress = await company.post(`query?query=${encodeURIComponent(statement)}`, '');
    expect(asBody.body['QueryResponse']).toEqual(expected);
    expect(inAddress.body['QueryResponse']).toEqual(expected);
  });
});

describe('statements that do not parse (4000)', () => {
  it.each([
    ['select * from Customer where Balance > 0', '<NUMBER> "0 "" at line 1, column 40.'],
    ["select * from Customer where DisplayName = 'Eli''s'", 'column 49.'],
    ["select * from Customer where Id = '1' or Id = '2'", '<IDENTIFIER> "or "" at line 1'],
    ["select * from Customer where DisplayName != 'x'", 'column 42'],
    ['select * from', 'column 14.'],
    ['select * from Customer order by Id', '<IDENTIFIER> "order ""'],
    ['select * from Invoice group by CustomerRef', '<IDENTIFIER> "group ""'],
    ["select * from Invoice where CustomerRef in '1'", '<STRING> "1 ""'],
    ["select * from Invoice where Balance between '1' and '2'", '<IDENTIFIER> "between ""'],
    ['select * from Invoice where DocNumber = 1004', '<NUMBER> "1004 ""'],
    ['', 'column 1.'],
    ["select * from Customer where DisplayName = 'open", 'column 44'],
  ])('%s', async (statement, detail) => {
    expect(await refusal(statement)).toEqual({
      code: '4000',
      detail: expect.stringContaining(detail),
    });
  });
});

describe('statements that make no sense (4001)', () => {
  it.each([
    ["select * from Customer where Nope = '1'", 'Property Nope not found for Entity Customer'],
    ['select * from Customer orderby Nope', 'Property Nope not found for Entity Customer'],
    ["select * from Invoice where PrivateNote = 'x'", 'PrivateNote'],
    ["select * from Invoice where Id > '1'", 'Id'],
    ["select * from Invoice where TotalAmt > 'much'", 'much'],
    ['select * from Unicorn', 'Unicorn'],
    ["select * from Invoice where Id like '1%'", 'Id'],
    ["select * from Invoice where TxnDate > 'yesterday'", 'yesterday'],
    ["select * from Customer where CustomerRef = '1'", 'CustomerRef not found for Entity Customer'],
    ["select * from Invoice where Line.Amount > '1'", 'Line.Amount'],
    ['select * from Customer startposition 0', 'value 0 is too small. Min allowed value is 1'],
  ])('%s', async (statement, detail) => {
    const { code, ...rest } = await refusal(statement);
    expect(code).toBe('4001');
    expect(rest.detail).toMatch(/^QueryValidationError: /);
    expect(rest.detail).toContain(detail);
  });
});

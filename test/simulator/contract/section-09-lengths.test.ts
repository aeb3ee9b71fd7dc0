/**
 * What members may hold (section 9.1). A: said by Intuit. Held elsewhere: masked tax numbers in
 * purchases/vendor; characters of account names and numbers in lists and refusals.
 */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '../../../src/simulator/index.js';
import { codes, faults, saleLine, startCompany, type TestCompany } from '../support/company.js';
import { ref, spend } from '../support/purchases.js';

let company: TestCompany;

beforeAll(async () => {
  company = await startCompany();
  company.simulator.control.changeCompany(company.realmId, {
    preferences: { AccountingInfoPrefs: { ClassTrackingPerTxnLine: true, TrackDepartments: true } },
  });
});

afterAll(() => company.close());

let made = 0;

/** The smallest body of an entity that is not there yet. */
function smallest(entity: string): JsonObject {
  made += 1;
  const Name = `Heron ${made}`;
  switch (entity) {
    case 'Customer':
    case 'Vendor':
      return { DisplayName: Name };
    case 'Item':
      return { Name, IncomeAccountRef: ref('79') };
    case 'Account':
      return { Name, AccountType: 'Bank' };
    case 'Term':
      return { Name, DueDays: 5 };
    case 'Invoice':
      return { CustomerRef: ref('1'), Line: [saleLine('3', 1)] };
    case 'Bill':
      return { VendorRef: ref('31'), Line: [spend(1)] };
    default:
      return { Name };
  }
}

/** The body with a member somewhere inside; `Line` stands for its first line. */
function withMember(body: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  const [member = '', ...rest] = path;
  if (rest.length === 0) return { ...body, [member]: value };
  const inside = body[member];
  if (Array.isArray(inside)) {
    const [first] = inside;
    const line = typeof first === 'object' && first !== null && !Array.isArray(first) ? first : {};
    return { ...body, [member]: [withMember(line, rest, value)] };
  }
  return { ...body, [member]: withMember({}, rest, value) };
}

function post(entity: string, path: string, value: JsonValue) {
  const body = withMember(smallest(entity), path.split('.'), value);
  return company.post(entity.toLowerCase(), body);
}

const person = (entity: string): [string, string, number][] => [
  [entity, 'DisplayName', 500],
  [entity, 'Title', 16],
  [entity, 'GivenName', 100],
  [entity, 'MiddleName', 100],
  [entity, 'FamilyName', 100],
  [entity, 'Suffix', 16],
  [entity, 'CompanyName', 100],
  [entity, 'PrintOnCheckName', 110],
  [entity, 'PrimaryPhone.FreeFormNumber', 30],
  [entity, 'WebAddr.URI', 1000],
  ...['Line1', 'Line2', 'Line3', 'Line4', 'Line5'].map((line): [string, string, number] => [
    entity,
    `BillAddr.${line}`,
    500,
  ]),
  [entity, 'BillAddr.City', 255],
  [entity, 'BillAddr.Country', 255],
  [entity, 'BillAddr.CountrySubDivisionCode', 255],
  [entity, 'BillAddr.PostalCode', 30],
];

const LENGTHS: [entity: string, path: string, length: number][] = [
  ...person('Customer'),
  ...person('Vendor'),
  ['Customer', 'Notes', 2000],
  ['Customer', 'ResaleNum', 16],
  ['Vendor', 'AcctNum', 100],
  ['Vendor', 'TaxIdentifier', 20],
  ['Invoice', 'DocNumber', 21],
  ['Invoice', 'PrivateNote', 4000],
  ['Invoice', 'Line.Description', 4000],
  ['Invoice', 'CustomerMemo.value', 1000],
  ['Bill', 'DocNumber', 21],
  ['Bill', 'PrivateNote', 4000],
  ['Bill', 'Line.Description', 4000],
  ['Class', 'Name', 100],
  ['Department', 'Name', 100],
  ['Item', 'Name', 100],
  ['Item', 'Sku', 100],
  ['Item', 'Description', 4000],
  ['Item', 'PurchaseDesc', 1000],
  ['Account', 'Name', 100],
  ['Account', 'AcctNum', 7],
  ['Term', 'Name', 31],
  ['PaymentMethod', 'Name', 31],
];

describe('[A REF] lengths', () => {
  it.each(LENGTHS)('%s.%s holds %d characters, one more is 2050', async (entity, path, length) => {
    const text = String(made).padEnd(length, 'x');
    const reply = await post(entity, path, text);
    expect([reply.status, reply.body['Fault']]).toEqual([200, undefined]);
    const longer = faults(await post(entity, path, `${text}x`));
    expect(longer).toEqual([
      {
        code: '2050',
        element: path,
        detail: expect.stringContaining(`Max:${length} supported. Supplied length:${length + 1}`),
      },
    ]);
  });

  it.each(['Customer', 'Vendor'])('an e-mail address of a %s holds 100 characters', async (who) => {
    const address = (length: number) => `${'a'.repeat(length - 12)}@example.com`;
    expect((await post(who, 'PrimaryEmailAddr.Address', address(100))).status).toBe(200);
    expect(codes(await post(who, 'PrimaryEmailAddr.Address', address(101)))).toEqual(['2050']);
  });

  it('the lines of an address hold 2000 characters together', async () => {
    const lines = (length: number) => ({
      Line1: 'x'.repeat(500),
      Line2: 'x'.repeat(500),
      Line3: 'x'.repeat(500),
      Line4: 'x'.repeat(length - 1500),
    });
    expect((await post('Customer', 'BillAddr', lines(2000))).status).toBe(200);
    const long = { ...lines(2000), Line5: 'x' };
    expect(faults(await post('Customer', 'BillAddr', long))).toMatchObject([
      { code: '2050', element: 'BillAddr' },
    ]);
  });
});

describe('[A REF] characters', () => {
  const NAMES = [
    'DisplayName',
    'Title',
    'GivenName',
    'MiddleName',
    'FamilyName',
    'Suffix',
    'PrintOnCheckName',
  ];

  it.each(NAMES)('%s of customers and vendors has no colon, tab or line feed', async (name) => {
    for (const entity of ['Customer', 'Vendor']) {
      for (const character of [':', '\t', '\n']) {
        const reply = await post(entity, name, `A${character}B`);
        expect(faults(reply)).toMatchObject([{ code: '2040', element: name }]);
      }
    }
  });

  it('an account number has no colon', async () => {
    expect(codes(await post('Account', 'AcctNum', '1:2'))).toEqual(['2040']);
  });
});

describe('[A REF] the amount of a line', () => {
  it.each([
    [999_999_999_999.99, true],
    [1e15, false],
    ['1,000.00', false],
    ['10.5', true],
    ['USD 5', false],
  ])('%p is taken: %s', async (amount, taken) => {
    const reply = await post('Invoice', 'Line.Amount', amount);
    if (taken) expect(reply.status).toBe(200);
    else expect(faults(reply)).toMatchObject([{ code: '2090', element: 'Line.Amount' }]);
  });
});

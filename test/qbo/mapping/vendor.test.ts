import { describe, expect, it } from '@jest/globals';
import { DOCUMENT_SCHEMAS, type VendorInput } from '../../../src/contract/documents/index.js';
import { readEntity } from '../../../src/qbo/mapping/quickbooks-types.js';
import {
  vendorBody,
  vendorFromReference,
  vendorReferenceProblems,
} from '../../../src/qbo/mapping/vendor.js';

const x = (count: number) => 'x'.repeat(count);

function vendorOf(over: Partial<VendorInput> = {}) {
  return DOCUMENT_SCHEMAS.vendor.parse({ displayName: 'Brosnahan Insurance', ...over });
}

const stored = (over: object = {}) =>
  readEntity('Vendor', {
    Id: '31',
    SyncToken: '2',
    DisplayName: 'Brosnahan Insurance',
    CompanyName: 'Brosnahan Ltd',
    AcctNum: '7653412',
    PrimaryEmailAddr: { Address: 'office@brosnahan.example' },
    PrimaryPhone: { FreeFormNumber: '(650) 555-9912' },
    BillAddr: { Id: '31', Line1: 'P.O. Box 5', Line2: 'Floor 2', City: 'Middlefield' },
    TermRef: { value: '3' },
    ...over,
  });

const create = (over: Partial<VendorInput>, rest: { name?: string; termId?: string } = {}) =>
  vendorBody({ document: vendorOf(over), current: null, mode: 'create', ...rest });
const update = (
  over: Partial<VendorInput>,
  rest: { current?: ReturnType<typeof stored>; isOurs?: boolean; termId?: string } = {},
) => vendorBody({ document: vendorOf(over), current: stored(), mode: 'update', ...rest }).body;

describe('a new supplier', () => {
  it('gets everything that is stated', () => {
    expect(
      create(
        {
          displayName: ' Tania  Moretti ',
          givenName: 'Tania',
          familyName: 'Moretti',
          companyName: 'Moretti Srl',
          email: ' tania@moretti.example ',
          phone: '555 0101',
          taxId: 'IT-12345678901',
          billAddress: { line1: '9 Via Roma', city: 'Trento', postalCode: '38122', country: 'IT' },
        },
        { termId: '4' },
      ),
    ).toEqual({
      body: {
        DisplayName: 'Tania Moretti',
        GivenName: 'Tania',
        FamilyName: 'Moretti',
        CompanyName: 'Moretti Srl',
        PrimaryEmailAddr: { Address: 'tania@moretti.example' },
        PrimaryPhone: { FreeFormNumber: '555 0101' },
        TaxIdentifier: 'IT-12345678901',
        TermRef: { value: '4' },
        BillAddr: { Line1: '9 Via Roma', City: 'Trento', PostalCode: '38122', Country: 'IT' },
      },
      problems: [],
    });
  });

  it('gets nothing that is not stated, and nothing for blank text', () => {
    const blank = { email: ' ', phone: '', taxId: ' ', billAddress: { line1: '' } };
    expect(create(blank).body).toEqual({ DisplayName: 'Brosnahan Insurance' });
  });

  it('gets a name QuickBooks can take, or the one that was given to it', () => {
    expect(create({ displayName: 'Moretti: Trento' }).body?.DisplayName).toBe('Moretti - Trento');
    expect(create({ displayName: x(600) }).body?.DisplayName).toHaveLength(500);
    expect(create({}, { name: 'Brosnahan Insurance (V)' }).body).toEqual({
      DisplayName: 'Brosnahan Insurance (V)',
    });
  });

  it('gets a currency only where the company has several', () => {
    const withCurrency = (multiCurrency: boolean, currency: string) =>
      vendorBody({
        document: vendorOf({ currency }),
        current: null,
        mode: 'create',
        company: { homeCurrency: 'GBP', multiCurrency },
      });
    expect(withCurrency(true, 'EUR').body).toEqual({
      DisplayName: 'Brosnahan Insurance',
      CurrencyRef: { value: 'EUR' },
    });
    expect(withCurrency(false, 'EUR').problems).toEqual([
      { field: 'currency', rule: 'must be GBP, the only currency of this company' },
    ]);
  });

  it.each([
    [{ givenName: 'A:B' }, 'givenName', 'must not contain a colon'],
    [{ familyName: x(101) }, 'familyName', 'must be at most 100 characters (is 101)'],
    [{ companyName: x(101) }, 'companyName', 'must be at most 100 characters (is 101)'],
    [{ email: 'nobody' }, 'email', 'must be an e-mail address'],
    [{ email: `${x(90)}@example.com` }, 'email', 'must be at most 100 characters (is 102)'],
    [{ phone: '1'.repeat(31) }, 'phone', 'must be at most 30 characters (is 31)'],
    [{ taxId: x(21) }, 'taxId', 'must be at most 20 characters (is 21)'],
    [
      { billAddress: { line2: x(501) } },
      'billAddress.line2',
      'must be at most 500 characters (is 501)',
    ],
  ])('is not sent with what QuickBooks cannot take: %#', (over, field, rule) => {
    expect(create(over).problems).toEqual([{ field, rule }]);
  });
});

describe('an update of a supplier', () => {
  it('is nothing where nothing differs', () => {
    expect(update({})).toBeNull();
    expect(
      update(
        {
          email: 'OFFICE@brosnahan.example',
          phone: ' (650) 555-9912 ',
          billAddress: { line1: 'P.O. Box 5', line2: 'Floor 2', city: 'Middlefield' },
        },
        { termId: '3' },
      ),
    ).toBeNull();
  });

  it('carries only what differs, and never the display name', () => {
    const said = {
      displayName: 'Brosnahan',
      companyName: 'Another Ltd',
      email: 'new@brosnahan.example',
      billAddress: { line1: '2 Pier' },
    };
    expect(update(said, { termId: '5' })).toEqual({
      Id: '31',
      SyncToken: '2',
      sparse: true,
      PrimaryEmailAddr: { Address: 'new@brosnahan.example' },
      BillAddr: { Line1: '2 Pier', City: 'Middlefield' },
      TermRef: { value: '5' },
    });
    expect(update(said, { isOurs: true })).toMatchObject({ CompanyName: 'Another Ltd' });
  });

  it('blanks nothing, and sends a tax number only where there is none to compare with', () => {
    expect(update({ email: '', phone: ' ', companyName: '', taxId: '' })).toBeNull();
    expect(update({ taxId: '12-345' })).toEqual({
      Id: '31',
      SyncToken: '2',
      sparse: true,
      TaxIdentifier: '12-345',
    });
    expect(
      update({ taxId: '12-345' }, { current: stored({ TaxIdentifier: 'XXXXXXXX2345' }) }),
    ).toBeNull();
  });

  it('cannot be made of nothing', () => {
    const nothing = { document: vendorOf(), current: null, mode: 'update' } as const;
    expect(() => vendorBody(nothing)).toThrow(TypeError);
  });
});

describe('a supplier a reference asks for', () => {
  it('is made of what the reference says', () => {
    const reference = {
      name: 'Moretti',
      companyName: 'Moretti Srl',
      email: 'a@moretti.example',
      phone: '555 0101',
      taxId: 'IT-1',
      billAddress: { city: 'Trento' },
    };
    const { name: displayName, ...rest } = reference;
    expect(vendorFromReference(reference)).toEqual({
      displayName,
      ...rest,
      attributes: {},
      priority: 'live',
    });
    expect(vendorFromReference({ companyName: 'M', email: 'a@b.c' })?.displayName).toBe('M');
    expect(vendorFromReference({ recordId: '31' })).toBeNull();
  });

  it('tells its problems in the words of the document that mentions it', () => {
    expect(vendorReferenceProblems({ name: 'A:B', email: 'no', taxId: x(21) })).toEqual([
      { field: 'vendor.email', rule: 'must be an e-mail address' },
      { field: 'vendor.taxId', rule: 'must be at most 20 characters (is 21)' },
    ]);
    expect(vendorReferenceProblems({ externalId: '7' })).toEqual([
      { field: 'vendor.name', rule: 'must be stated where the supplier is to be created' },
    ]);
    expect(vendorReferenceProblems({ name: 'Moretti' })).toEqual([]);
  });
});

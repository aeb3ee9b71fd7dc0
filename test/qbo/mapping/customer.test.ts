import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CustomerInput } from '../../../src/contract/documents/index.js';
import {
  customerBody,
  customerFromReference,
  customerNeedles,
} from '../../../src/qbo/mapping/customer.js';
import { readEntity } from '../../../src/qbo/mapping/quickbooks-types.js';
import { customerOf } from './stated.js';

const stored = (over: object = {}) =>
  readEntity('Customer', {
    Id: '58',
    SyncToken: '4',
    DisplayName: 'Birch & Sons',
    CompanyName: 'Birch & Sons Ltd',
    PrimaryEmailAddr: { Address: 'office@birch.example' },
    PrimaryPhone: { FreeFormNumber: '555 0100' },
    BillAddr: {
      Id: '3',
      Line1: '12 Oak St',
      Line2: 'Suite 5',
      City: 'Boulder',
      CountrySubDivisionCode: 'CO',
      PostalCode: '80301',
    },
    ...over,
  });

const create = (over: Partial<CustomerInput>) =>
  customerBody({ document: customerOf(over), current: null, mode: 'create' });
const update = (over: Partial<CustomerInput>, current = stored()) =>
  customerBody({ document: customerOf(over), current, mode: 'update' }).body;

describe('a new customer', () => {
  it('gets everything that is stated', () => {
    expect(
      create({
        displayName: ' Dana Whitfield ',
        givenName: 'Dana',
        familyName: 'Whitfield',
        companyName: 'Whitfield LLC',
        email: 'dana@example.com',
        phone: '555 0101',
        taxId: '12-345',
        billAddress: { line1: '9 Elm Ave', city: 'Chicago', region: 'IL' },
        shipAddress: { line1: 'Dock 4' },
      }),
    ).toEqual({
      body: {
        DisplayName: 'Dana Whitfield',
        GivenName: 'Dana',
        FamilyName: 'Whitfield',
        CompanyName: 'Whitfield LLC',
        PrimaryEmailAddr: { Address: 'dana@example.com' },
        PrimaryPhone: { FreeFormNumber: '555 0101' },
        PrimaryTaxIdentifier: '12-345',
        BillAddr: { Line1: '9 Elm Ave', City: 'Chicago', CountrySubDivisionCode: 'IL' },
        ShipAddr: { Line1: 'Dock 4' },
      },
      problems: [],
    });
  });

  it('gets nothing that is not stated, and nothing for blank text', () => {
    expect(create({ email: '  ', billAddress: { line1: '', city: ' ' } }).body).toEqual({
      DisplayName: 'Birch & Sons',
    });
  });

  it('gets a currency only where the company has several', () => {
    const withCurrency = (multiCurrency: boolean, currency: string) =>
      customerBody({
        document: customerOf({ currency }),
        current: null,
        mode: 'create',
        company: { homeCurrency: 'USD', multiCurrency },
      });
    expect(withCurrency(true, 'EUR').body?.CurrencyRef).toEqual({ value: 'EUR' });
    expect(withCurrency(false, 'USD')).toEqual({
      body: { DisplayName: 'Birch & Sons' },
      problems: [],
    });
    expect(withCurrency(false, 'EUR').problems).toEqual([
      { field: 'currency', rule: 'must be USD, the only currency of this company' },
    ]);
  });
});

describe('an update of a customer', () => {
  it('is nothing where nothing differs', () => {
    expect(update({})).toBeNull();
    expect(
      update({
        email: 'office@birch.example',
        phone: ' 555 0100 ',
        billAddress: { line1: '12 Oak St', line2: 'Suite 5', city: 'Boulder' },
      }),
    ).toBeNull();
  });

  it('carries only what differs and never the display name', () => {
    expect(update({ displayName: 'Birch and Sons', email: 'new@birch.example' })).toEqual({
      Id: '58',
      SyncToken: '4',
      sparse: true,
      PrimaryEmailAddr: { Address: 'new@birch.example' },
    });
  });

  it('blanks nothing that is not stated', () => {
    const blank = { email: '', phone: ' ', companyName: '', billAddress: {} };
    expect(update(blank)).toBeNull();
  });

  it('keeps the parts of an address that are not stated, and replaces the street as one text', () => {
    expect(update({ billAddress: { postalCode: '80302' } })?.BillAddr).toEqual({
      Line1: '12 Oak St',
      Line2: 'Suite 5',
      City: 'Boulder',
      CountrySubDivisionCode: 'CO',
      PostalCode: '80302',
    });
    expect(
      update({ billAddress: { line1: '9 Elm Ave', city: 'Chicago', region: 'IL' } })?.BillAddr,
    ).toEqual({
      Line1: '9 Elm Ave',
      City: 'Chicago',
      CountrySubDivisionCode: 'IL',
      PostalCode: '80301',
    });
  });

  it('leaves a tax number alone that QuickBooks shows masked', () => {
    expect(update({ taxId: '12-345' }, stored({ PrimaryTaxIdentifier: 'XXX345' }))).toBeNull();
    expect(update({ taxId: '12-345' })?.PrimaryTaxIdentifier).toBe('12-345');
  });

  it('sent twice changes nothing the second time', () => {
    const text = fc.option(fc.string({ maxLength: 8 }), { nil: undefined });
    const change = fc.record({
      givenName: text,
      companyName: text,
      email: text,
      phone: text,
      billAddress: fc.option(
        fc.record({ line1: text, line2: text, city: text, postalCode: text }),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(change, (over) => {
        const first = update(over);
        if (first === null) return;
        expect(update(over, stored(first))).toBeNull();
      }),
    );
  });

  it('without the current customer is a mistake of the caller', () => {
    expect(() => customerBody({ document: customerOf(), current: null, mode: 'update' })).toThrow(
      TypeError,
    );
  });
});

describe('what a customer is looked for by', () => {
  it('has the keys of the mirrored records', () => {
    expect(
      customerNeedles(
        customerOf({ displayName: '  Birch   & Sons', email: ' Office@Birch.example' }),
      ),
    ).toEqual({
      name: 'Birch   & Sons',
      nameKey: 'Birch & Sons',
      foldedNameKey: 'birch & sons',
      email: 'Office@Birch.example',
      emailKey: 'office@birch.example',
    });
    expect(customerNeedles(customerOf()).emailKey).toBeNull();
  });
});

describe('the customer a reference asks for', () => {
  it('has its name and contact data', () => {
    const reference = {
      externalId: 'c-1',
      name: ' Dana Whitfield',
      email: 'dana@example.com',
      phone: '1',
      companyName: 'W',
      billAddress: { line1: 'a' },
      shipAddress: { line1: 'b' },
    };
    const document = customerFromReference(reference);
    expect(document).toEqual({
      displayName: 'Dana Whitfield',
      email: 'dana@example.com',
      phone: '1',
      companyName: 'W',
      billAddress: { line1: 'a' },
      shipAddress: { line1: 'b' },
      attributes: {},
      priority: 'live',
    });
    expect(customerOf(document ?? {})).toEqual(document);
  });

  it('is named by company or e-mail where it has no name, and is none without any', () => {
    expect(customerFromReference({ companyName: 'W', email: 'a@b.c' })?.displayName).toBe('W');
    expect(customerFromReference({ email: 'a@b.c' })?.displayName).toBe('a@b.c');
    expect(customerFromReference({ recordId: '58' })).toBeNull();
  });
});

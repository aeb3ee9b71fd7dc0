import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bodyOf, lineOf, UK, US } from './stated.js';

describe('the body of a new invoice', () => {
  it('of a US company carries number, days, e-mail, addresses, note and lines, and no tax', () => {
    const { body, problems, warnings, numberOmitted } = bodyOf(
      {
        number: 'SO-10452',
        dueDate: '2026-12-20',
        billingEmail: ' dana@example.com ',
        memo: 'Deliver to the back door',
        customer: {
          name: 'Blue Spruce',
          billAddress: {
            line1: '12 Oak St',
            city: 'Boulder',
            region: 'CO',
            postalCode: '80301',
            country: 'US',
          },
          shipAddress: { line1: 'Dock 4', line2: '', city: '  ' },
        },
        lines: [
          lineOf({ name: 'Board', quantity: '40', unitPrice: '18.00', amount: '720.00' }),
          lineOf({
            name: 'Nails',
            description: 'Box of 500, galvanised',
            quantity: '100',
            unitPrice: '4.25',
            amount: '425.00',
          }),
        ],
        total: '1145.00',
      },
      { mark: 'k3Jx-9_a' },
    );
    expect(JSON.parse(JSON.stringify(body))).toEqual({
      DocNumber: 'SO-10452',
      TxnDate: '2026-11-20',
      DueDate: '2026-12-20',
      CustomerRef: { value: '58' },
      BillEmail: { Address: 'dana@example.com' },
      BillAddr: {
        Line1: '12 Oak St',
        City: 'Boulder',
        CountrySubDivisionCode: 'CO',
        PostalCode: '80301',
        Country: 'US',
      },
      ShipAddr: { Line1: 'Dock 4' },
      PrivateNote: 'Deliver to the back door\n[qbo-sync k3Jx-9_a]',
      Line: [
        {
          DetailType: 'SalesItemLineDetail',
          Amount: 720,
          Description: 'Board',
          SalesItemLineDetail: { ItemRef: { value: '19' }, Qty: 40, UnitPrice: 18 },
        },
        {
          DetailType: 'SalesItemLineDetail',
          Amount: 425,
          Description: 'Box of 500, galvanised',
          SalesItemLineDetail: { ItemRef: { value: '20' }, Qty: 100, UnitPrice: 4.25 },
        },
      ],
    });
    expect({ problems, warnings, numberOmitted }).toEqual({
      problems: [],
      warnings: [],
      numberOmitted: false,
    });
  });

  it('holds only what is stated', () => {
    const { body } = bodyOf();
    expect(Object.keys(body).sort()).toEqual(['CustomerRef', 'DocNumber', 'Line', 'TxnDate']);
  });

  it('outside the US names the tax code of every line and how prices are meant', () => {
    const { body, problems } = bodyOf(
      { lines: [lineOf({ taxCode: { name: 'No VAT' } })] },
      { company: UK, taxCodeIds: ['10'] },
    );
    expect(problems).toEqual([]);
    expect(body.GlobalTaxCalculation).toBe('TaxExcluded');
    expect(body.Line[0]?.SalesItemLineDetail).toEqual({
      ItemRef: { value: '19' },
      Qty: 2,
      UnitPrice: 12.5,
      TaxCodeRef: { value: '10' },
    });
  });

  it('outside the US without tax says that tax does not apply', () => {
    const { body, problems } = bodyOf({}, { company: UK });
    expect(problems).toEqual([]);
    expect(body.GlobalTaxCalculation).toBe('NotApplicable');
    expect(body.Line[0]?.SalesItemLineDetail).not.toHaveProperty('TaxCodeRef');
  });

  it('with prices that include tax writes the net amount and, beside it, the gross', () => {
    const { body, problems } = bodyOf(
      {
        taxMode: 'inclusive',
        lines: [
          lineOf({ quantity: '1', unitPrice: '120.00', amount: '120.00', taxAmount: '20.00' }),
          lineOf({ quantity: '2', unitPrice: '5.00', amount: '10.00', taxAmount: '0.00' }),
        ],
        total: '130.00',
      },
      { company: UK, taxCodeIds: ['6', '10'] },
    );
    expect(problems).toEqual([]);
    expect(body.GlobalTaxCalculation).toBe('TaxInclusive');
    expect(body.Line.map((line) => [line.Amount, line.SalesItemLineDetail])).toEqual([
      [100, { ItemRef: { value: '19' }, TaxCodeRef: { value: '6' }, TaxInclusiveAmt: 120 }],
      [
        10,
        {
          ItemRef: { value: '20' },
          Qty: 2,
          UnitPrice: 5,
          TaxCodeRef: { value: '10' },
          TaxInclusiveAmt: 10,
        },
      ],
    ]);
  });

  it('of a US company says of a line only whether it is taxable', () => {
    const lines = [
      lineOf({ taxCode: { name: 'Tax' } }),
      lineOf({ taxAmount: '1.00' }),
      lineOf({ taxAmount: '0.00' }),
      lineOf(),
    ];
    const { body, problems } = bodyOf({ lines, total: '100.00' });
    expect(problems).toEqual([]);
    expect(body).not.toHaveProperty('GlobalTaxCalculation');
    expect(body).not.toHaveProperty('TxnTaxDetail');
    expect(body.Line.map((line) => line.SalesItemLineDetail?.TaxCodeRef?.value)).toEqual([
      'TAX',
      'TAX',
      'NON',
      'NON',
    ]);
  });

  it('names the currency where the company has several', () => {
    const many = { ...US, multiCurrency: true };
    expect(bodyOf({ currency: 'EUR' }, { company: many }).body.CurrencyRef).toEqual({
      value: 'EUR',
    });
    expect(bodyOf({}, { company: many }).body.CurrencyRef).toEqual({ value: 'USD' });
    expect(bodyOf({ currency: 'USD' }).body).not.toHaveProperty('CurrencyRef');
  });

  it('is not made where a line has no item', () => {
    expect(() => bodyOf({}, { references: { itemIds: [] } })).toThrow(RangeError);
  });
});

describe('the number', () => {
  const long = 'N'.repeat(22);

  it('of 21 characters is sent, of 22 is left to QuickBooks', () => {
    expect(bodyOf({ number: long.slice(1) })).toMatchObject({
      body: { DocNumber: long.slice(1) },
      numberOmitted: false,
    });
    const { body, numberOmitted, problems } = bodyOf({ number: long });
    expect(body).not.toHaveProperty('DocNumber');
    expect({ numberOmitted, problems }).toEqual({ numberOmitted: true, problems: [] });
  });

  it('is asked for where people number forms, because QuickBooks would give none', () => {
    const company = { ...US, customTxnNumbers: true };
    expect(bodyOf({ number: long }, { company }).body.DocNumber).toBe('AUTO_GENERATE');
    const current = { id: '145', syncToken: '0' };
    expect(bodyOf({ number: long }, { company, current }).body).not.toHaveProperty('DocNumber');
  });
});

describe('the body of an update', () => {
  it('is sparse, names the version it changes, and carries all lines', () => {
    const { body } = bodyOf(
      { lines: [lineOf(), lineOf({ name: 'Oak board' })], total: '50.00' },
      { current: { id: '145', syncToken: '3' } },
    );
    expect(body).toMatchObject({ Id: '145', SyncToken: '3', sparse: true });
    expect(body.Line).toHaveLength(2);
    expect(Object.keys(body).sort()).toEqual(
      ['CustomerRef', 'DocNumber', 'Id', 'Line', 'SyncToken', 'TxnDate', 'sparse'].sort(),
    );
  });
});

describe('quantity and unit price', () => {
  const detail = (quantity: string, unitPrice: string, amount: string) =>
    bodyOf({ lines: [lineOf({ quantity, unitPrice, amount })], total: amount }).body.Line[0];

  it('are sent where their rounded product is the amount', () => {
    expect(detail('3', '0.335', '1.01')?.SalesItemLineDetail).toMatchObject({
      Qty: 3,
      UnitPrice: 0.335,
    });
    expect(detail('-2', '12.50', '-25.00')).toMatchObject({
      Amount: -25,
      SalesItemLineDetail: { Qty: -2, UnitPrice: 12.5 },
    });
  });

  it('are multiplied exactly: a long product just under half a cent goes down', () => {
    const sent = detail('3423712.3917835', '1169820.4862593', '4005128894968.16');
    expect(sent?.SalesItemLineDetail).toHaveProperty('Qty', 3423712.3917835);
    const other = detail('3423712.3917835', '1169820.4862593', '4005128894968.17');
    expect(other?.SalesItemLineDetail).not.toHaveProperty('Qty');
  });

  it.each([
    ['3', '300.00', '920.00', 'the product is another amount'],
    ['0.0000001', '10000000', '1.00', 'a number would be written with an exponent'],
    ['123456789012345.1234567', '0', '0.00', 'a number has more digits than JSON numbers keep'],
  ])('%s × %s are left out of %s: %s', (quantity, unitPrice, amount) => {
    const line = detail(quantity, unitPrice, amount);
    expect(line?.Amount).toBe(Number(amount));
    expect(line?.SalesItemLineDetail).toEqual({ ItemRef: { value: '19' } });
  });

  it('never contradict the amount QuickBooks recomputes from the JSON it reads', () => {
    const decimal = (max: bigint, scale: number) =>
      fc.bigInt({ min: -max, max }).map((digits) => {
        const size = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
        const sign = digits < 0n ? '-' : '';
        return `${sign}${size.slice(0, -scale)}.${size.slice(-scale)}`;
      });
    const precise = decimal(10n ** 14n, 7);
    const amounts = decimal(10n ** 13n, 2);
    fc.assert(
      fc.property(precise, precise, amounts, (quantity, unitPrice, other) => {
        const cents = roundedCents(quantity, unitPrice);
        const amount = cents > -(10n ** 13n) && cents < 10n ** 13n ? inDollars(cents) : other;
        const line = JSON.parse(JSON.stringify(detail(quantity, unitPrice, amount)));
        const { Qty, UnitPrice } = line.SalesItemLineDetail;
        if (Qty === undefined) return;
        expect(roundedCents(plain(Qty), plain(UnitPrice))).toBe(centsOf(plain(line.Amount)));
      }),
    );
  });
});

const plain = (number: number) => JSON.stringify(number);

function scaled(text: string): { digits: bigint; scale: number } {
  const [whole = '0', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

function rounded(digits: bigint, scale: number): bigint {
  const divisor = 10n ** BigInt(Math.max(scale - 2, 0));
  const cents = scale < 2 ? digits * 10n ** BigInt(2 - scale) : digits;
  const size = cents < 0n ? -cents : cents;
  const half = (2n * size + divisor) / (2n * divisor);
  return cents < 0n ? -half : half;
}

function centsOf(text: string): bigint {
  const { digits, scale } = scaled(text);
  return rounded(digits, scale);
}

function roundedCents(quantity: string, unitPrice: string): bigint {
  const left = scaled(quantity);
  const right = scaled(unitPrice);
  return rounded(left.digits * right.digits, left.scale + right.scale);
}

function inDollars(cents: bigint): string {
  const size = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${size.slice(0, -2)}.${size.slice(-2)}`;
}

describe('amounts', () => {
  it('print exactly the decimals that were stated', () => {
    const cents = fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n });
    fc.assert(
      fc.property(cents, (amount) => {
        const text = inDollars(amount);
        const { body, problems } = bodyOf({ lines: [lineOf({ amount: text })], total: text });
        expect(problems.map(({ field }) => field)).toEqual(amount < 0n ? ['total'] : []);
        const sent = JSON.stringify(body.Line[0]?.Amount);
        expect(sent).toMatch(/^-?\d+(\.\d{1,2})?$/);
        expect(centsOf(sent)).toBe(amount);
      }),
    );
  });
});

describe('what cannot be sent, or contradicts itself, is a problem and never a wrong invoice', () => {
  const fieldsOf = (...input: Parameters<typeof bodyOf>) =>
    bodyOf(...input).problems.map(({ field }) => field);

  it.each([
    ['a discount that adds', { discount: '-1.00' }, 'discount'],
    ['US prices with tax', { taxMode: 'inclusive' }, 'taxMode'],
    ['a foreign currency', { currency: 'EUR' }, 'currency'],
    [
      'an account of a line',
      { lines: [lineOf({ account: { name: 'Sales' } })] },
      'lines.0.account',
    ],
  ] as const)('%s', (_what, over, field) => {
    expect(fieldsOf({ ...over, lines: 'lines' in over ? [...over.lines] : [lineOf()] })).toEqual([
      field,
    ]);
  });

  it('but zero amounts of all of these are none', () => {
    const over = { discount: '0.00', shipping: '0', tax: { total: '0.00' } };
    expect(fieldsOf({ ...over, lines: [lineOf({ discount: '0.00', taxAmount: '0' })] })).toEqual(
      [],
    );
  });

  it.each([
    ['a line without a tax code', { taxMode: 'exclusive' }, [null], 'lines.0.taxCode'],
    ['a tax code where there is no tax', { taxMode: 'none' }, ['6'], 'lines.0.taxCode'],
    ['prices with tax of unknown size', { taxMode: 'inclusive' }, ['6'], 'lines.0.taxAmount'],
    ['a tax where there is none', { taxMode: 'none', tax: { total: '1.00' } }, [null], 'tax.total'],
    [
      'tax amounts per code that do not add up',
      { tax: { total: '5.00', lines: [{ taxCode: { name: 'S' }, taxable: '25', amount: '4' }] } },
      ['6'],
      'tax.lines',
    ],
  ] as const)('outside the US: %s', (_what, over, taxCodeIds, field) => {
    const { tax, ...rest } = { tax: undefined, ...over };
    const copied =
      tax === undefined
        ? {}
        : { tax: { total: tax.total, lines: 'lines' in tax ? [...tax.lines] : [] } };
    expect(fieldsOf({ ...rest, ...copied }, { company: UK, taxCodeIds: [...taxCodeIds] })).toEqual([
      field,
    ]);
  });

  it('decimals the company’s own currency does not have', () => {
    const company = { ...UK, country: 'JP', homeCurrency: 'JPY' };
    expect(fieldsOf({ total: '25.50', lines: [lineOf({ amount: '25.50' })] }, { company })).toEqual(
      ['total', 'lines.0.amount'],
    );
  });

  it('a total below zero, which is a credit memo', () => {
    const lines = [lineOf({ quantity: '1', unitPrice: '-25.00', amount: '-25.00' })];
    expect(fieldsOf({ lines, total: '-25.00' })).toContain('total');
  });

  it('each with a rule that reads as the end of a sentence', () => {
    const { problems } = bodyOf({ discount: '-1.00', taxMode: 'inclusive', currency: 'EUR' });
    for (const { rule } of problems) expect(rule).toMatch(/^[a-z].*[^.]$/);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type PurchaseLine, purchaseLine } from '../../../src/contract/documents/purchase-form.js';
import { defaultSettings, type ProfileName } from '../../../src/contract/profiles.js';
import type { Settings } from '../../../src/contract/settings.js';
import { exactSum, productIs } from '../../../src/qbo/mapping/exact-number.js';
import { groupedLines, groupLines } from '../../../src/qbo/mapping/grouping.js';

// Devices are stated one by one and booked by model and condition. Whatever is put together, no cent
// and no device is lost.

type Given = Partial<PurchaseLine> & { model?: string; condition?: string };

function deviceOf({ model, condition, attributes, ...over }: Given = {}): PurchaseLine {
  const quantity = over.quantity ?? '1';
  const unitPrice = over.unitPrice ?? '310.00';
  const own = { model: model ?? 'iPhone 13 128GB', condition: condition ?? 'A' };
  return purchaseLine.parse({
    name: 'iPhone 13',
    quantity,
    unitPrice,
    amount: (Number(quantity) * Number(unitPrice)).toFixed(2),
    attributes: { ...own, ...attributes },
    ...over,
  });
}

type Item = Partial<Settings['item']>;

function grouped(lines: PurchaseLine[], item: Item = {}, profile: ProfileName = 'device-resale') {
  const defaults = defaultSettings(profile);
  return groupLines(lines, { ...defaults, item: { ...defaults.item, ...item } }, 'USD');
}

const shown = (lines: PurchaseLine[], item: Item = {}) =>
  grouped(lines, item).map(({ line: { quantity, unitPrice, amount, description } }) =>
    [`${Number(quantity)} × ${Number(unitPrice)} = ${Number(amount)}`, description].join(': '),
  );

const at = (unitPrice: string, over: Given = {}) => deviceOf({ unitPrice, ...over });

describe('lines of one model and condition', () => {
  it('are one line, in the order in which the first of each stands', () => {
    const lines = [
      at('310.00'),
      at('265.00', { condition: 'B' }),
      at('310.00'),
      at('280.00', { model: 'Galaxy S22 256GB' }),
      at('310.00'),
      at('265.00', { condition: ' B ' }),
    ];
    expect(shown(lines)).toEqual([
      '3 × 310 = 930: iPhone 13 128GB · Condition A',
      '2 × 265 = 530: iPhone 13 128GB · Condition B',
      '1 × 280 = 280: Galaxy S22 256GB · Condition A',
    ]);
    expect(grouped(lines).map(({ sources }) => sources)).toEqual([[0, 2, 4], [1, 5], [3]]);
  });

  it('of mixed prices have the price that makes the amount, and say what they are made of', () => {
    expect(shown([at('310.00'), at('310.00'), at('295.00')])).toEqual([
      '3 × 305 = 915: iPhone 13 128GB · Condition A (2 × 310.00, 1 × 295.00)',
    ]);
  });

  it('are one of the whole amount where no price in whole cents makes it', () => {
    expect(shown([at('310.00', { quantity: '2' }), at('300.00')])).toEqual([
      '1 × 920 = 920: iPhone 13 128GB · Condition A · 3 devices (2 × 310.00, 1 × 300.00)',
    ]);
    const eighths = [at('0.125', { amount: '0.13' }), at('0.125', { amount: '0.12' })];
    expect(shown(eighths)).toEqual(['2 × 0.125 = 0.25: iPhone 13 128GB · Condition A']);
    const upwards = Array.from({ length: 3 }, () => at('0.333', { amount: '0.34' }));
    expect(shown(upwards)).toEqual(['3 × 0.34 = 1.02: iPhone 13 128GB · Condition A']);
  });

  it('for an account say how many they are, because amounts for accounts have no quantity', () => {
    const account = { number: '5000' };
    expect(shown([at('310.00', { account }), at('310.00', { account })])).toEqual([
      '1 × 620 = 620: iPhone 13 128GB · Condition A · 2 devices (2 × 310.00)',
    ]);
  });

  it('have a line for each price where that is set', () => {
    const lines = [at('310.00'), at('295.00'), at('310'), at('300.00', { condition: 'B' })];
    expect(shown(lines, { onePerPrice: true })).toEqual([
      '2 × 310 = 620: iPhone 13 128GB · Condition A',
      '1 × 295 = 295: iPhone 13 128GB · Condition A',
      '1 × 300 = 300: iPhone 13 128GB · Condition B',
    ]);
  });

  it('stay apart where QuickBooks books them otherwise', () => {
    const others: Given[] = [
      { taxCode: { name: '20.0% S' } },
      { taxAmount: '0.00' },
      { taxAmount: '62.00' },
      { class: { name: 'Retail' } },
      { customerOrProject: { recordId: '71' } },
      { account: { number: '5000' } },
    ];
    for (const over of others) expect(grouped([at('310.00'), at('310.00', over)])).toHaveLength(2);
    const own = { item: { name: 'Phone' } };
    expect(grouped([at('310.00'), at('310.00', own)])).toHaveLength(1);
    expect(grouped([at('310.00'), at('310.00', own)], { mode: 'by_name' })).toHaveLength(2);
    expect(grouped([at('310.00'), at('310.00')], { mode: 'by_name' })).toHaveLength(1);
  });

  it('are not told apart by what does not travel', () => {
    const settings = defaultSettings('device-resale');
    settings.dimensions.class = false;
    const lines = [at('310.00'), at('310.00', { class: { name: 'Retail' } })];
    expect(groupLines(lines, settings, 'USD')).toHaveLength(1);
  });

  it('keep what is given back apart from what is sold', () => {
    const lines = [at('310.00'), at('310.00', { quantity: '-1' }), at('-310.00'), at('310.00')];
    expect(shown(lines)).toEqual([
      '2 × 310 = 620: iPhone 13 128GB · Condition A',
      '-1 × 310 = -310: iPhone 13 128GB · Condition A',
      '1 × -310 = -310: iPhone 13 128GB · Condition A',
    ]);
  });

  it('add up their discounts and their tax', () => {
    const lines = [
      at('310.00', { discount: '10.00', taxAmount: '24.75' }),
      at('310.00', { taxAmount: '25.58' }),
    ];
    const [group] = grouped(lines);
    expect(group?.line).toMatchObject({ discount: '10', taxAmount: '50.33', amount: '620' });
    expect(grouped([at('310.00'), at('310.00')])[0]?.line.discount).toBeUndefined();
  });

  it('that lack an attribute are like others that lack it', () => {
    const blank = at('310.00', { condition: ' ' });
    expect(shown([at('310.00'), blank, blank])).toEqual([
      '1 × 310 = 310: iPhone 13 128GB · Condition A',
      '2 × 310 = 620: iPhone 13 128GB',
    ]);
  });
});

describe('what is counted', () => {
  const counted = (lines: PurchaseLine[], item: Item = {}) => {
    const settings = defaultSettings('device-resale');
    return groupedLines(lines, { ...settings, item: { ...settings.item, ...item } });
  };

  it('are the things of all lines that have one of the attributes', () => {
    const fee = at('15.00', { model: '', condition: '' });
    expect(counted([at('310.00', { quantity: '2' }), at('1', { condition: 'B' }), fee])).toEqual({
      quantity: '3',
      lines: 3,
      unitWord: 'device',
    });
  });

  it('is nothing where they are measured or given back, or there are none', () => {
    for (const quantity of ['0.5', '-1']) {
      expect(counted([at('310.00'), at('310.00', { quantity })])?.quantity).toBeNull();
    }
    expect(counted([at('15.00', { model: '', condition: '' })])?.quantity).toBeNull();
    expect(counted([at('310.00')], { groupBy: [] })).toBeUndefined();
  });
});

describe('lines that are left alone', () => {
  it('are those without any of the attributes, such as fees', () => {
    const fee: PurchaseLine = purchaseLine.parse({
      name: 'Delivery',
      quantity: '1',
      unitPrice: '15',
      amount: '15',
    });
    const [first, second] = grouped([fee, fee]);
    expect([first?.line, second?.line]).toEqual([fee, fee]);
  });

  it('are those without a quantity', () => {
    const account = { number: '5000' };
    const attributes = { model: 'Rent' };
    const rent = purchaseLine.parse({ account, amount: '500.00', attributes, name: 'Rent' });
    expect(grouped([rent, rent]).map(({ line }) => line.description)).toEqual(['Rent', 'Rent']);
  });

  it('are all where no attribute is named and no description is set', () => {
    const lines = [at('310.00'), at('310.00')];
    expect(grouped(lines, { groupBy: [], description: '' }).map(({ line }) => line)).toEqual(lines);
  });
});

describe('descriptions', () => {
  const of = (description: string, over: Given = {}) =>
    grouped([at('310.00', over)], { description })[0]?.line.description;

  it('leave out what is missing, with its words and what separates it', () => {
    const template = '{brand} {model} ({storage}GB) · Condition {condition}, {colour} · tested';
    expect(of(template, { attributes: { brand: 'Apple', storage: '128', colour: 'Blue' } })).toBe(
      'Apple iPhone 13 128GB (128GB) · Condition A, Blue · tested',
    );
    expect(of(template)).toBe('iPhone 13 128GB · Condition A · tested');
    expect(of('{model} · Condition {condition}', { condition: '' })).toBe('iPhone 13 128GB');
    expect(of('{model} · Condition {condition}', { model: '' })).toBe('Condition A');
    expect(of('{model}/{colour}')).toBe('iPhone 13 128GB');
    expect(of('{colour}: {model}')).toBe('iPhone 13 128GB');
    // The grade itself ends like something that separates.
    expect(of('{condition} · {colour}', { condition: 'A-' })).toBe('A-');
  });

  it('know the line’s own name, number and description', () => {
    expect(of('{name} {sku}: {description}', { sku: 'IP13', description: 'Boxed' })).toBe(
      'iPhone 13 IP13: Boxed',
    );
    expect(of('{constructor} {name}')).toBe('iPhone 13');
  });

  it('are the line’s own where none of it is there', () => {
    expect(of('Colour {colour}', { description: 'Boxed' })).toBe('Boxed');
    expect(of('', { description: 'Boxed' })).toBe('Boxed');
  });

  it('of lines put together name all that differs', () => {
    const of2 = (description: string) =>
      grouped(
        ['356', '357'].map((imei) =>
          at('310.00', { description: `No. ${imei}`, attributes: { imei } }),
        ),
        { description },
      ).map(({ line }) => line.description);
    expect(of2('{model} · IMEI {imei}')).toEqual(['iPhone 13 128GB · IMEI 356, 357']);
    expect(of2('')).toEqual(['No. 356, No. 357']);
  });

  it('are cut where they are too long for QuickBooks, before the counts are', () => {
    const lines = Array.from({ length: 400 }, (_, index) =>
      at(index === 0 ? '300.00' : '310.01', { attributes: { imei: `35600000000${index}` } }),
    );
    const [group] = grouped(lines, { description: '{model} · {imei}' });
    const { description = '' } = group?.line ?? {};
    expect(description).toHaveLength(4_000);
    expect(description).toMatch(/… · 400 devices \(1 × 300\.00, 399 × 310\.01\)$/);
    const pairs = grouped([at('1', { description: `x${'😀'.repeat(3_000)}` })], {
      description: '{description}',
    });
    expect(pairs[0]?.line.description).toMatch(/^x(?:😀)+…$/u);
  });
});

describe('whatever is stated', () => {
  const aLine = fc.record({
    model: fc.constantFrom('X', 'Y', ''),
    condition: fc.constantFrom('A', 'B', ''),
    quantity: fc.oneof(
      fc.integer({ min: -3, max: 40 }).map(String),
      fc.integer({ min: 1, max: 9_999 }).map((thousandths) => `${thousandths / 1_000}`),
    ),
    unitPrice: fc.integer({ min: -2_000, max: 90_000 }).map((cents) => (cents / 100).toFixed(2)),
    off: fc.integer({ min: 0, max: 300 }).map((cents) => (cents / 100).toFixed(2)),
    taxed: fc.constantFrom(undefined, '0.00', '1.07'),
    imei: fc.string({ maxLength: 60 }),
  });
  const anItem = fc.record({
    mode: fc.constantFrom('generic' as const, 'by_name' as const),
    groupBy: fc.subarray(['model', 'condition']),
    onePerPrice: fc.boolean(),
    description: fc.constantFrom('', '{model} · {imei}', '{imei}{model}{condition}'),
  });

  it('no cent and no line is lost, and no device', () => {
    fc.assert(
      fc.property(fc.array(aLine, { minLength: 1, maxLength: 40 }), anItem, (stated, item) => {
        const lines = stated.map(({ model, condition, imei, taxed, off, ...line }) =>
          at(line.unitPrice, {
            quantity: line.quantity,
            model,
            condition,
            attributes: { model, condition, imei },
            taxAmount: taxed,
            discount: off,
          }),
        );
        const groups = grouped(lines, item);
        const sum = (of: (line: PurchaseLine) => string | undefined, all: PurchaseLine[]) =>
          exactSum(all.map((line) => of(line) ?? '0'));
        const written = groups.map(({ line }) => line);
        for (const of of [
          (line: PurchaseLine) => line.amount,
          (line: PurchaseLine) => line.discount,
          (line: PurchaseLine) => line.taxAmount,
        ]) {
          expect(sum(of, written)).toBe(sum(of, lines));
        }
        const sources = groups.flatMap((group) => group.sources);
        expect([...sources].sort((a, b) => a - b)).toEqual(lines.map((_, index) => index));
        const firsts = groups.map((group) => group.sources[0]);
        expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
        for (const { line, sources: own } of groups) {
          const { quantity = '0', unitPrice = '0', amount, description = '' } = line;
          expect(description.length).toBeLessThanOrEqual(4_000);
          if (own.length === 1) continue;
          expect(productIs(quantity, unitPrice, amount, 2)).toBe(true);
          const members = own.flatMap((index) => lines[index] ?? []);
          const count = sum((one) => one.quantity, members);
          // All are counted: by the line itself, else by its description.
          const prices = [...description.matchAll(/([-\d.]+) × /g)].map(([, many = '0']) => many);
          expect(quantity === count ? count : exactSum(prices)).toBe(count);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is grouped the same again', () => {
    fc.assert(
      fc.property(fc.array(aLine, { maxLength: 30 }), anItem, (stated, item) => {
        const lines = stated.map((one) =>
          at(one.unitPrice, { quantity: one.quantity, model: one.model, condition: one.condition }),
        );
        const again = grouped(
          grouped(lines, item).map(({ line }) => line),
          { ...item, description: '' },
        );
        expect(again.every(({ sources }) => sources.length === 1)).toBe(true);
      }),
    );
  });
});

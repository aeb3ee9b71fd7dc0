import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  multiplyToMinorUnits,
  toDecimalString,
  toMinorUnits,
  toReadableAmount,
} from '../../src/contract/money.js';

describe('minor units', () => {
  it('have the decimals of the currency', () => {
    expect(toMinorUnits('12.5')).toBe(1_250);
    expect(toMinorUnits('12', 'JPY')).toBe(12);
    expect(toMinorUnits('1.234', 'KWD')).toBe(1_234);
  });

  it('are whole: what does not fit is an error', () => {
    expect(() => toMinorUnits('0.001', 'USD')).toThrow(RangeError);
    expect(() => toMinorUnits('999999999999999.99')).toThrow(RangeError);
  });

  it('have no negative zero', () => {
    expect(toMinorUnits('-0.00')).toBe(0);
  });

  it('come back as the same amount', () => {
    const minor = fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 });
    fc.assert(
      fc.property(minor, fc.constantFrom('USD', 'JPY', 'KWD'), (amount, currency) => {
        expect(toMinorUnits(toDecimalString(amount, currency), currency)).toBe(amount);
      }),
    );
  });
});

describe('quantity × unit price', () => {
  it.each([
    ['3', '0.335', 101],
    ['-3', '0.335', -101],
    ['1', '1.005', 101],
    ['0.3333333', '3', 100],
    ['100', '4.25', 42_500],
  ])('%s × %s is rounded half away from zero', (quantity, unitPrice, minor) => {
    expect(multiplyToMinorUnits(quantity, unitPrice)).toBe(minor);
  });

  it('is rounded once: a long product just under half a cent goes down', () => {
    expect(multiplyToMinorUnits('3333333333333.3333333', '0.0000003')).toBe(100_000_000);
    const product = multiplyToMinorUnits('1000000000000.9949999', '1.0000001');
    expect(product).toBe(100_000_010_000_099);
  });
});

describe('amounts for people', () => {
  it.each([
    ['1145', 'USD', '1,145.00'],
    ['1145.5', undefined, '1,145.50'],
    ['-1234567.89', 'GBP', '-1,234,567.89'],
    ['1200', 'JPY', '1,200'],
    ['1.234', 'KWD', '1.234'],
  ])('%s in %s reads %s', (amount, currency, readable) => {
    expect(toReadableAmount(amount, currency)).toBe(readable);
  });

  it('show more decimals than the currency has rather than fail', () => {
    expect(toReadableAmount('1.234', 'USD')).toBe('1.234');
  });
});

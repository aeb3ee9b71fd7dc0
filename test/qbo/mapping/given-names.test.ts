import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fittingName, nextName } from '../../../src/qbo/mapping/given-names.js';

// Names QuickBooks gets where it cannot take the wanted one.
describe('a name that does not fit', () => {
  it.each([
    ['Ratio 1:2', 'Ratio 1 - 2'],
    ['Acme: Kitchen', 'Acme - Kitchen'],
    ['Tab\there and\nbelow ', 'Tab here and below'],
    ['Dana Whitfield', 'Dana Whitfield'],
  ])('%j becomes %j', (wanted, name) => {
    expect(fittingName(wanted, 'customer')).toBe(name);
  });

  it('for its length is cut, and two long names stay two', () => {
    const [one, other] = ['A', 'B'].map((end) => fittingName(`${'n'.repeat(120)}${end}`, 'item'));
    expect(one).toMatch(/^n{92} ~[0-9a-f]{6}$/);
    expect(one).toHaveLength(100);
    expect(other).not.toBe(one);
  });

  it('always fits, also cut in the middle of a character, and fits again as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (wanted) => {
        const name = fittingName(wanted, 'item');
        expect(name.length).toBeLessThanOrEqual(100);
        expect(name).not.toMatch(/[:\t\r\n]/);
        expect(name.isWellFormed()).toBe(wanted.isWellFormed());
        expect(fittingName(name, 'item')).toBe(name);
      }),
    );
  });
});

describe('a name that is taken', () => {
  const tries = (wanted: string, suffix: string) => {
    const names: string[] = [];
    for (let name = nextName(wanted, suffix, undefined); name !== undefined; ) {
      names.push(name);
      name = nextName(wanted, suffix, name);
    }
    return names;
  };

  it('gets the suffix, then a number behind it, and at last none', () => {
    const names = tries('Quick Supplies', ' (C)');
    expect(names.slice(0, 3)).toEqual([
      'Quick Supplies (C)',
      'Quick Supplies (C) 2',
      'Quick Supplies (C) 3',
    ]);
    expect(names).toHaveLength(20);
  });

  it('never gets a suffix behind its suffix', () => {
    expect(tries('Quick Supplies (C)', ' (C)')[0]).toBe('Quick Supplies (C) 2');
  });

  it('stays within the length', () => {
    const [name] = tries('x'.repeat(500), ' (C)');
    expect(name).toHaveLength(500);
    expect(name).toMatch(/ \(C\)$/);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filesBelow, ROOT } from '../support/sources.js';
import { ROWS } from './rows/index.js';

describe('the fault matrix', () => {
  it('has every row from F1 to F50, each of them once', () => {
    const numbers = Array.from({ length: 50 }, (_, index) => `F${index + 1}`);
    expect(ROWS.map(({ number }) => number)).toEqual(numbers);
  });

  it('has a test for every row that is not said to come later', () => {
    const tests = filesBelow('test/chaos', /\.ts$/)
      .map((path) => readFileSync(join(ROOT, path), 'utf8'))
      .join('\n');
    const played = new Set([...tests.matchAll(/(?:row\(|\[)\s*'(F\d+)'/g)].map(([, one]) => one));

    const due = ROWS.filter(({ later }) => later === undefined).map(({ number }) => number);
    expect(due.filter((number) => !played.has(number))).toEqual([]);
  });
});

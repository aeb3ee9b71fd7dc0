import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { filesBelow, ROOT } from '../support/sources.js';
import { statementsToShow } from './statements.js';

const TITLE = /\bit(?:\.each\([\s\S]*?\))?\(\s*[`'"]((?:[PAWCT]\d+(?:, | and )?)+)/g;

it('every statement that is shown over HTTP has a test that begins with its number', () => {
  const shown = new Set<string>();
  for (const path of filesBelow('test/product', /\.test\.ts$/)) {
    const source = readFileSync(join(ROOT, path), 'utf8');
    for (const [, numbers = ''] of source.matchAll(TITLE)) {
      for (const [number] of numbers.matchAll(/[PAWCT]\d+/g)) shown.add(number);
    }
  }
  expect(statementsToShow().filter((number) => !shown.has(number))).toEqual([]);
});

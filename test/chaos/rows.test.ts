import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filesBelow, ROOT } from '../support/sources.js';
import { ROWS, type Row } from './rows/index.js';

describe('the fault matrix', () => {
  it('has every row from F1 to F50, each of them once', () => {
    const numbers = Array.from({ length: 50 }, (_, index) => `F${index + 1}`);
    expect(ROWS.map(({ number }) => number)).toEqual(numbers);
  });

  it('has a test for every row that is not said to come later', () => {
    const due = ROWS.filter(({ later }) => later === undefined).map(({ number }) => number);
    expect(due.filter((number) => testsOf(number).length === 0)).toEqual([]);
  });

  it('stands on its page, row by row, with the files that play it', () => {
    const page = readFileSync(join(ROOT, 'docs/fault-matrix.md'), 'utf8');

    // What is missing is printed whole, ready to be put into the page.
    expect(ROWS.map(lineOf).filter((line) => !page.includes(line))).toEqual([]);
  });
});

const FOLDER = 'test/chaos/';

/** Files below the folder and the rows that each plays. */
const PLAYED = filesBelow(FOLDER, /\.ts$/).map((path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const numbers = [...text.matchAll(/(?:row\(|\[)\s*'(F\d+)'/g)].map(([, one]) => one);
  return { name: path.slice(FOLDER.length), numbers: new Set(numbers) };
});

const testsOf = (number: string): string[] =>
  PLAYED.filter(({ numbers }) => numbers.has(number)).map(({ name }) => name);

function lineOf({ number, where, fault, expected, on, only, later }: Row): string {
  const queues = on.length > 1 ? 'both' : on.includes('redis') ? 'Redis' : 'Postgres';
  const outcome = later === undefined ? expected : `${expected} (later: ${later})`;
  const played = only === undefined ? queues : `${queues}: ${only}`;
  const tests = testsOf(number).map((name) => `\`${name}\``);
  return `| ${number} | ${where} | ${fault} | ${outcome} | ${played} | ${tests.join(', ')} |`;
}

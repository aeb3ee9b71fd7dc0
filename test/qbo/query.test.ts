import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { count, select } from '../../src/qbo/query.js';

// Security control S20: data never ends a value early, and queries are put together nowhere else.

/** Reads one quoted value as QuickBooks documents it: a backslash takes the next character as it is. */
function readQuoted(text: string): { value: string; rest: string } {
  let value = '';
  for (let at = 1; at < text.length; at += 1) {
    if (text[at] === "'") return { value, rest: text.slice(at + 1) };
    if (text[at] === '\\') at += 1;
    value += text[at];
  }
  throw new Error('The value does not end');
}

describe('a query', () => {
  it('is put together in the order of the grammar', () => {
    const query = select('Customer')
      .where('DisplayName', '=', "Adam's Candy Shop")
      .where('Balance', '>', 0)
      .whereIn('Active', [true, false])
      .orderBy('MetaData.LastUpdatedTime', 'DESC')
      .orderBy('Id')
      .page(1, 1_000);
    expect(query.text()).toBe(
      "SELECT * FROM Customer WHERE DisplayName = 'Adam\\'s Candy Shop' AND Balance > '0' " +
        'AND Active IN (true, false) ORDERBY MetaData.LastUpdatedTime DESC, Id ASC ' +
        'STARTPOSITION 1 MAXRESULTS 1000',
    );
    expect(count('Invoice').text()).toBe('SELECT COUNT(*) FROM Invoice');
  });

  it('gives back every value as it was', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom("'", '\\', 'a', ' ', '%') }),
    );
    fc.assert(
      fc.property(value, value, (first, second) => {
        const text = select('Item').where('Name', '=', first).where('Sku', '=', second).text();
        const one = readQuoted(text.slice('SELECT * FROM Item WHERE Name = '.length));
        expect(one.value).toBe(first);
        expect(one.rest.startsWith(" AND Sku = '")).toBe(true);
        const two = readQuoted(one.rest.slice(' AND Sku = '.length));
        expect(two).toEqual({ value: second, rest: '' });
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['a name that is none', () => select('Customer; DROP')],
    ['a member with a blank', () => select('Item').where("Name = '' OR Name", '=', 'x')],
    ['an empty list', () => select('Item').whereIn('Id', [])],
    ['a page from 0', () => select('Item').page(0, 10)],
    ['a page of 1,001', () => select('Item').page(1, 1_001)],
  ])('refuses %s', (_, make) => {
    expect(make).toThrow(RangeError);
  });

  it('is written by hand nowhere else', () => {
    const root = join(import.meta.dirname, '../..');
    const folders = ['src/qbo', 'src/push', 'src/pull', 'src/http', 'src/deliver', 'jobs'];
    const found = folders
      .flatMap((folder) => sourcesOf(join(root, folder)))
      .filter((file) => !file.endsWith('src/qbo/query.ts'))
      .filter((file) =>
        /['"`]\s*select\s+(\*|count|\$\{|[\w, ]+)\s*.*\bfrom\b/i.test(readFileSync(file, 'utf8')),
      );
    expect(found).toEqual([]);
  });
});

function sourcesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name));
  } catch {
    // A folder that is not there holds no query.
    return [];
  }
}

import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { fieldErrorsOf } from '../../src/contract/problem.js';

const schema = z.strictObject({
  name: z.string().optional(),
  rows: z.array(z.number()).optional(),
});

function errorsOf(input: unknown) {
  const result = schema.safeParse(input);
  return result.success ? [] : fieldErrorsOf(result.error, input);
}

describe('errors of a request', () => {
  it('name the field, the rule and what was got', () => {
    expect(errorsOf({ name: 3, rows: [1, 'x', {}, null] })).toEqual([
      { field: 'name', rule: expect.stringContaining('string'), got: '3' },
      { field: 'rows.1', rule: expect.stringContaining('number'), got: 'x' },
      { field: 'rows.2', rule: expect.stringContaining('number'), got: 'an object' },
      { field: 'rows.3', rule: expect.stringContaining('number'), got: 'null' },
    ]);
  });

  it('are at most 100, so that an answer stays small', () => {
    expect(errorsOf({ rows: Array.from({ length: 5_000 }, () => 'x') })).toHaveLength(100);
  });

  it('cut long values and long or many unknown names', () => {
    const [wrong] = errorsOf({ rows: ['y'.repeat(100_000)] });
    expect(wrong?.got?.length).toBeLessThan(100);
    const unknown = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`${index}-${'k'.repeat(1_000)}`, 1]),
    );
    const [error] = errorsOf(unknown);
    expect(error?.rule.length).toBeLessThan(1_200);
    expect(error?.rule).toContain('and 490 more');
  });

  it('hold only text that can be stored', () => {
    const halfEmoji = `${'z'.repeat(79)}\u{1F332}`;
    const texts = [
      ...errorsOf({ rows: [halfEmoji, 'a\0b', '\uD800'] }),
      ...errorsOf({ 'k\0\uD800': 1 }),
    ].flatMap((error) => [error.field, error.rule, error.got ?? '']);
    for (const text of texts) {
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toContain('\0');
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseFilter } from '../../src/contract/filter.js';

describe('the filter language', () => {
  it('says which documents are meant', () => {
    expect(
      parseFilter(
        'connection:acme status:failed,waiting reason:customer_missing kind:invoice amount:>1000 age:<7d harbor lane',
      ),
    ).toEqual({
      query: {
        connections: ['acme'],
        statuses: ['failed', 'waiting'],
        reasons: ['customer_missing'],
        kinds: ['invoice'],
        amounts: [{ is: '>', amount: '1000' }],
        ages: [{ is: '<', seconds: 604_800 }],
        words: 'harbor lane',
      },
    });
  });

  it.each([
    ['', {}],
    ['connection:"Acme Ltd" connection:b', { connections: ['Acme Ltd', 'b'] }],
    [
      'amount:>=10.50 amount:<20',
      {
        amounts: [
          { is: '>=', amount: '10.50' },
          { is: '<', amount: '20' },
        ],
      },
    ],
    ['amount:99', { amounts: [{ is: '=', amount: '99' }] }],
    ['age:>90m', { ages: [{ is: '>', seconds: 5_400 }] }],
    ['"INV:77" north', { words: 'INV:77 north' }],
    ['STATUS:Failed', { statuses: ['failed'] }],
    ['cause:12', { cause: '12' }],
  ])('reads %j', (text, query) => {
    expect(parseFilter(text)).toEqual({ query });
  });

  it.each([
    ['status:fialed', 'status:fialed', /^must be of not_ready, queued/],
    ['reason:nothing', 'reason:nothing', /^must be of not_released/],
    ['amount:>', 'amount:>', /^must be an amount/],
    ['amount:1,000', 'amount:1,000', /^must be an amount/],
    ['age:7d', 'age:7d', /^must be < or >/],
    ['colour:red', 'colour:red', /^must begin with one of connection, status/],
    ['cause:x', 'cause:x', /^must be the id of a cause/],
    ['connection:""', 'connection:""', /^must have a value/],
  ])('refuses %j, naming the rule', (text, got, rule) => {
    expect(parseFilter(text)).toEqual({
      errors: [{ field: 'filter', got, rule: expect.stringMatching(rule) }],
    });
  });

  it('tells every mistake at once', () => {
    expect(parseFilter('status:x kind:invoice age:y')).toMatchObject({
      errors: [{ got: 'status:x' }, { got: 'age:y' }],
    });
  });

  it('reads any text at all, or says what is wrong with it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const parsed = parseFilter(text);
        return 'query' in parsed || parsed.errors.length > 0;
      }),
    );
  });
});

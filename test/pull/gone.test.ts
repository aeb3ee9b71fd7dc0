import { expect, it } from '@jest/globals';
import { standing } from '../../src/pull/gone.js';

it('an object that change data brings and calls deleted in one answer stands once, as a look found it', () => {
  const changed = ['1', '2', '3', '1'].map((Id) => ({ Id, TotalAmt: 10 }));
  const looked = { present: [{ Id: '2', TotalAmt: 20 }], gone: ['3'] };
  expect(standing(changed, looked)).toEqual([
    { Id: '1', TotalAmt: 10 },
    { Id: '2', TotalAmt: 20 },
  ]);
});

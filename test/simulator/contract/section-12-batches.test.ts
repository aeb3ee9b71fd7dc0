/**
 * Batches. A: said by Intuit; C: told by others.
 *
 * Held elsewhere: answers and faults item by item, queries that do not see what is written, the
 * number of items, requestid and bIds in batch-and-replay; change data and 1,000 objects in
 * change-data; XML in xml; faults on order in section-10-faults. Change data (section 11) is held
 * whole in change-data and change-data-property.
 */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import {
  codes,
  list,
  member,
  saleLine,
  startCompany,
  type TestCompany,
} from '../support/company.js';
import { create, known, now, ref } from '../support/purchases.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
});

afterEach(() => company.close());

const batch = (...BatchItemRequest: JsonObject[]) => company.post('batch', { BatchItemRequest });
const answers = async (...items: JsonObject[]) => {
  const reply = await batch(...items);
  expect(reply.status).toBe(200);
  return list(reply.body, 'BatchItemResponse');
};
const sale: JsonObject = { CustomerRef: ref('1'), Line: [saleLine('3', 10)] };
const errors = (answer: JsonObject | undefined) =>
  list(member(answer ?? {}, 'Fault'), 'Error').map(({ code }) => code);

describe('[A BAT] items', () => {
  it('are written although others fail: nothing is taken back', async () => {
    const [first, second, third] = await answers(
      { bId: 'a', operation: 'create', Vendor: { DisplayName: 'Heron' } },
      { bId: 'b', operation: 'create', Vendor: { DisplayName: 'Heron' } },
      { bId: 'c', operation: 'create', Vendor: { DisplayName: 'Egret' } },
    );
    expect([first, third]).toMatchObject([{ Vendor: {} }, { Vendor: {} }]);
    expect(errors(second)).toEqual(['6240']);
    const found = await company.query("select count(*) from Vendor where DisplayName = 'Egret'");
    expect(found).toEqual({ totalCount: 1 });
  });

  it('update sparsely, and clear what a full update leaves out', async () => {
    const made = await create(company, 'Customer', { DisplayName: 'Heron', Notes: 'x' });
    const sparse = known(made, { sparse: true, CompanyName: 'Heron Ltd' });
    await answers({ bId: 'a', operation: 'update', Customer: sparse });
    const after = await now(company, 'Customer', made);
    expect(after).toMatchObject({ Notes: 'x', CompanyName: 'Heron Ltd', SyncToken: '1' });
    const full = known(after, { DisplayName: 'Heron' });
    await answers({ bId: 'b', operation: 'update', Customer: full });
    expect(await now(company, 'Customer', made)).not.toHaveProperty('Notes');
  });

  it('answer a deletion by its status, and an object without the time of the envelope', async () => {
    const { Id, SyncToken } = await create(company, 'Invoice', sale);
    const reply = await batch(
      { bId: 'a', operation: 'delete', Invoice: { Id, SyncToken } },
      { bId: 'b', operation: 'create', Invoice: sale },
    );
    const [deleted, created] = list(reply.body, 'BatchItemResponse');
    expect(deleted).toEqual({ bId: 'a', Invoice: { status: 'Deleted', domain: 'QBO', Id } });
    expect(Object.keys(created ?? {}).sort()).toEqual(['Invoice', 'bId']);
    expect(Object.keys(reply.body)).toEqual(['BatchItemResponse', 'time']);
  });

  it('[A XSD] pass options on: a payment is voided, a number taken twice', async () => {
    company.simulator.control.changeCompany(company.realmId, {
      preferences: { SalesFormsPrefs: { CustomTxnNumbers: true } },
    });
    await create(company, 'Invoice', { ...sale, DocNumber: '7' });
    const { Id, SyncToken } = await create(company, 'Payment', {
      CustomerRef: ref('1'),
      TotalAmt: 5,
    });
    const twice = { operation: 'create', Invoice: { ...sale, DocNumber: '7' } };
    const voided = { Id, SyncToken, sparse: true };
    const [payment, refused, taken] = await answers(
      { bId: 'a', operation: 'update', optionsData: 'include=void', Payment: voided },
      { bId: 'b', ...twice },
      { bId: 'c', ...twice, optionsData: 'include=allowduplicatedocnum' },
    );
    expect(payment).toMatchObject({ Payment: { TotalAmt: 0, SyncToken: '1' } });
    expect(errors(refused)).toEqual(['6140']);
    expect(taken).toMatchObject({ Invoice: { DocNumber: '7' } });
  });
});

describe('[A] a whole batch', () => {
  it.each(['{"BatchItemRequest": [', '{}', '{"BatchItemRequest": []}'])(
    'that says %s is refused in the envelope of the service',
    async (body) => {
      const reply = await company.post('batch', body);
      expect(reply.status).toBe(400);
      expect(codes(reply)).toHaveLength(1);
    },
  );

  it('that is too large says how many items there may be', async () => {
    const items = Array.from({ length: 31 }, (_, index) => ({
      bId: String(index),
      Query: 'select count(*) from Item',
    }));
    const reply = await batch(...items);
    expect(codes(reply)).toEqual(['1040']);
    expect(reply.text).toContain('30');
  });

  it('meets 401 and 429 like any call', async () => {
    const { control, url } = company.simulator;
    control.addFault({ do: 'throttle', shape: 'gateway_json' });
    const throttled = await batch({ bId: 'a', Query: 'select * from Item' });
    expect([throttled.status, Object.keys(throttled.body)]).toEqual([
      429,
      expect.arrayContaining(['fault', 'batchItemResponse']),
    ]);
    const address = `${url}/v3/company/${company.realmId}/batch`;
    const stranger = await fetch(address, { method: 'POST', body: '{}' });
    expect([stranger.status, (await stranger.text()).includes('3202')]).toEqual([401, true]);
  });
});

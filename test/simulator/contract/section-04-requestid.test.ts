/**
 * Doing a write once: `requestid`. A: said by Intuit; D: not known.
 *
 * Held elsewhere: the replay of a create and of a fault, another body (600), retention, lengths
 * (2130), batches with their bIds and the bounds of a company in batch-and-replay; answers that
 * are lost after the commit in faults; uploads, sending and the tax service in their own files;
 * XML in xml; a restart in data-file. Metering (section 3) is held in limits.
 */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import { answered, codes, saleLine, startCompany, type TestCompany } from '../support/company.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
});

afterEach(() => company.close());

const sale: JsonObject = { CustomerRef: { value: '1' }, Line: [saleLine('3', 10)] };
const commits = () => company.simulator.control.log(company.realmId).counts.commits;

async function invoiceId(): Promise<unknown> {
  return answered(await company.post('invoice', sale), 'Invoice')['Id'];
}

describe('[A RID] the same requestid again', () => {
  it.each([
    ['update', 'invoice?requestid=r-1', { sparse: true, PrivateNote: 'x' }],
    ['void', 'invoice?operation=void&requestid=r-1', {}],
    ['delete', 'invoice?operation=delete&requestid=r-1', {}],
  ])('answers an %s as before, although its token is old by now', async (_, path, members) => {
    const body = { Id: await invoiceId(), SyncToken: '0', ...members };
    const first = await company.post(path, body);
    expect(first.status).toBe(200);
    const second = await company.post(path, body);
    expect(second).toMatchObject({ status: 200, text: first.text });
    expect(commits()).toBe(2);
  });

  it('is the same request anywhere in the company', async () => {
    await company.post('customer?requestid=r-1', { DisplayName: 'Heron' });
    const other = await company.post('vendor?requestid=r-1', { DisplayName: 'Egret' });
    expect(answered(other, 'Customer')['DisplayName']).toBe('Heron');
    expect(commits()).toBe(1);
  });

  it('says nothing of reads: they show what stands now', async () => {
    const Id = String(await invoiceId());
    const before = await company.get(`invoice/${Id}?requestid=r-1`);
    await company.post('invoice', { Id, SyncToken: '0', sparse: true, PrivateNote: 'x' });
    const after = await company.get(`invoice/${Id}?requestid=r-1`);
    expect(answered(before, 'Invoice')).not.toHaveProperty('PrivateNote');
    expect(answered(after, 'Invoice')['PrivateNote']).toBe('x');
  });
});

describe('[D] a requestid may be ignored', () => {
  const twice = async (path: string, body: JsonObject) => {
    const first = await company.post(`${path}?requestid=r-${path}`, body);
    return [first, await company.post(`${path}?requestid=r-${path}`, body)];
  };

  it('by name lists, where the company is switched to that', async () => {
    company.simulator.control.setBehaviours({ requestidFor: 'all_but_lists' });
    const [named, again] = await twice('customer', { DisplayName: 'Heron' });
    expect(named?.status).toBe(200);
    expect(again && codes(again)).toEqual(['6240']);
    const [sold, replayed] = await twice('invoice', sale);
    expect(replayed?.text).toBe(sold?.text);
    expect(commits()).toBe(2);
  });

  it('altogether', async () => {
    company.simulator.control.setBehaviours({ requestidFor: 'none' });
    const replies = await twice('invoice', sale);
    const ids = replies.map((reply) => answered(reply, 'Invoice')['Id']);
    expect(new Set(ids).size).toBe(2);
    const item = { bId: '1', operation: 'create', Invoice: sale };
    await twice('batch', { BatchItemRequest: [item] });
    expect(commits()).toBe(4);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import {
  answered,
  codes,
  connect,
  list,
  member,
  type Reply,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
});

afterEach(() => company.close());

const commits = () => company.simulator.control.log(company.realmId).counts.commits;
const customers = (name: string) =>
  company.query(`select count(*) from Customer where DisplayName = '${name}'`);

function batch(items: JsonObject[], requestid?: string): Promise<Reply> {
  const path = requestid === undefined ? 'batch' : `batch?requestid=${requestid}`;
  return company.post(path, { BatchItemRequest: items });
}

function items(reply: Reply): JsonObject[] {
  expect(reply.status).toBe(200);
  return list(reply.body, 'BatchItemResponse');
}

const customer = (bId: string, DisplayName: string): JsonObject => ({
  bId,
  operation: 'create',
  Customer: { DisplayName },
});

describe('a batch', () => {
  it('answers each item with its object or its own fault', async () => {
    const invoice = { CustomerRef: { value: '1' }, Line: [saleLine('3', 10)] };
    await company.post('invoice', invoice);
    await company.post('invoice', invoice);
    const answers = items(
      await batch([
        customer('a', 'Heron'),
        { bId: 'b', operation: 'delete', Invoice: { Id: '1', SyncToken: '0' } },
        { bId: 'c', operation: 'void', Invoice: { Id: '2', SyncToken: '0' } },
        {
          bId: 'd',
          operation: 'update',
          Customer: { Id: '3', SyncToken: '9', sparse: true, Notes: 'x' },
        },
        { bId: 'e', operation: 'create', Vendor: { DisplayName: 'Heron' } },
        { bId: 'f', operation: 'merge', Customer: { Id: '3' } },
        { bId: 'g', operation: 'update', Customer: { sparse: true, Notes: 'x' } },
      ]),
    );
    expect(answers.map(({ bId }) => bId)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(answers[0]).toMatchObject({ Customer: { DisplayName: 'Heron', SyncToken: '0' } });
    expect(answers[1]).toEqual({
      bId: 'b',
      Invoice: { status: 'Deleted', domain: 'QBO', Id: '1' },
    });
    expect(answers[2]).toMatchObject({ Invoice: { Id: '2', TotalAmt: 0, SyncToken: '1' } });
    const faulted = answers.slice(3).map((answer) => list(member(answer, 'Fault'), 'Error')[0]);
    expect(faulted.map((error) => error?.['code'])).toEqual(['5010', '6240', '500', '2020']);
  });

  it('answers queries, which do not see what the batch writes', async () => {
    const answers = items(
      await batch([
        customer('a', 'Heron'),
        { bId: 'b', Query: "select * from Customer where DisplayName = 'Heron'" },
        { bId: 'c', Query: "select * from Customer where DisplayName = 'Umber Coffee Roasters'" },
        { bId: 'd', Query: 'select from' },
      ]),
    );
    expect(answers[1]).toEqual({ bId: 'b', QueryResponse: {} });
    expect(list(member(answers[2] ?? {}, 'QueryResponse'), 'Customer')).toHaveLength(1);
    expect(answers[3]).toMatchObject({ bId: 'd', Fault: { Error: [{ code: '4000' }] } });
  });

  it('takes 30 items, not more', async () => {
    const some = (count: number) =>
      Array.from({ length: count }, (_, index) => customer(`${index}`, `Heron ${count} ${index}`));
    expect(items(await batch(some(30)))).toHaveLength(30);
    expect(codes(await batch(some(31)))).toEqual(['1040']);
    company.simulator.control.setBehaviours({ batchItemsMax: 10 });
    expect(codes(await batch(some(11)))).toEqual(['1040']);
    expect(await customers('Heron 11 0')).toEqual({ totalCount: 0 });
  });
});

describe('a requestid', () => {
  it('answers the second time what it answered the first time, and writes once', async () => {
    const first = await company.post('customer?requestid=r-1', { DisplayName: 'Heron' });
    const second = await company.post('customer?requestid=r-1', { DisplayName: 'Heron' });
    expect(second).toMatchObject({ status: 200, text: first.text });
    expect(await customers('Heron')).toEqual({ totalCount: 1 });
    expect(commits()).toBe(1);
    const calls = company.simulator.control.log(company.realmId).calls;
    expect(calls.filter(({ kind }) => kind === 'write').map(({ replayed }) => replayed)).toEqual([
      false,
      true,
    ]);
  });

  it('replays a validation fault, also after its cause is gone', async () => {
    const post = () => company.post('customer?requestid=r-1', { DisplayName: 'Riverbend Brewing' });
    expect(codes(await post())).toEqual(['6240']);
    const { control } = company.simulator;
    const changes = { DisplayName: 'Another' };
    control.act(company.realmId, { do: 'edit', entity: 'Customer', id: '25', changes });
    expect(codes(await post())).toEqual(['6240']);
    control.setBehaviours({ replayFaults: false });
    control.forgetRequests({ requestid: 'r-1' });
    expect((await post()).status).toBe(200);
  });

  it('with another body: the first answer, or 600 where that is switched on', async () => {
    await company.post('customer?requestid=r-1', { DisplayName: 'Heron' });
    const other = () => company.post('customer?requestid=r-1', { DisplayName: 'Egret' });
    expect(answered(await other(), 'Customer')['DisplayName']).toBe('Heron');
    company.simulator.control.setBehaviours({ requestidOtherBody: 'fault_600' });
    expect(codes(await other())).toEqual(['600']);
    expect(await customers('Egret')).toEqual({ totalCount: 0 });
  });

  it('is forgotten after its retention, or on demand', async () => {
    const { control } = company.simulator;
    const post = (requestid: string) =>
      company.post(`invoice?requestid=${requestid}`, {
        CustomerRef: { value: '1' },
        Line: [saleLine('3', 10)],
      });
    await post('r-1');
    control.setBehaviours({ requestidRetentionMs: 60_000 });
    control.setClock({ advanceMs: 60_001 });
    await post('r-1');
    expect(commits()).toBe(2);
    expect(control.forgetRequests({ realmId: company.realmId })).toBe(1);
    await post('r-1');
    expect(commits()).toBe(3);
  });

  it('belongs to one company', async () => {
    const { simulator } = company;
    const other = connect(simulator, simulator.control.createCompany().realmId);
    await company.post('customer?requestid=r-1', { DisplayName: 'Heron' });
    const reply = await other.post('customer?requestid=r-1', { DisplayName: 'Egret' });
    expect(answered(reply, 'Customer')['DisplayName']).toBe('Egret');
  });

  it('is at most 50 characters, 36 for a batch whose bIds have at most 10', async () => {
    const long = 'r'.repeat(51);
    expect(codes(await company.post(`customer?requestid=${long}`, {}))).toEqual(['2130']);
    expect(codes(await batch([customer('a', 'Heron')], 'r'.repeat(37)))).toEqual(['2130']);
    expect(codes(await batch([customer('a'.repeat(11), 'Heron')], 'r-1'))).toEqual(['2130']);
    expect((await batch([customer('a'.repeat(11), 'Heron')])).status).toBe(200);
  });

  it('of a batch is the same request only with all the same bIds', async () => {
    const first = await batch([customer('a', 'Heron'), customer('b', 'Egret')], 'r-1');
    const again = await batch([customer('a', 'Heron'), customer('b', 'Egret')], 'r-1');
    expect(again.text).toBe(first.text);
    const fewer = items(await batch([customer('a', 'Heron')], 'r-1'));
    expect(fewer[0]).toMatchObject({ Fault: { Error: [{ code: '6240' }] } });
  });
});

describe('every answer', () => {
  it('carries its own intuit_tid', async () => {
    const replies = [
      await company.get('customer/1'),
      await company.get('customer/999'),
      await fetch(`${company.simulator.url}/v3/company/${company.realmId}/customer/1`),
    ];
    const tids = replies.map(({ headers }) => headers.get('intuit_tid'));
    for (const tid of tids) expect(tid).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(new Set(tids).size).toBe(3);
  });

  it('comes from the gateway where the token is missing, dead or for another company', async () => {
    const { simulator, realmId, accessToken } = company;
    const other = simulator.control.createCompany().realmId;
    const call = async (realm: string, authorization?: string) => {
      const headers: Record<string, string> = authorization ? { authorization } : {};
      const url = `${simulator.url}/v3/company/${realm}/customer/1`;
      const response = await fetch(url, { headers });
      const body: JsonObject = JSON.parse(await response.text());
      const [error] = list(member(body, 'fault'), 'error');
      return [response.status, error?.['code'], error?.['message'], typeof body['time']];
    };
    expect(await call(realmId)).toEqual([
      401,
      '3202',
      'message=EmptyField; errorCode=003202; statusCode=401',
      'number',
    ]);
    expect(await call(realmId, 'Bearer nonsense')).toEqual([
      401,
      '3200',
      'message=AuthenticationFailed; errorCode=003200; statusCode=401',
      'number',
    ]);
    expect(await call(other, `Bearer ${accessToken}`)).toEqual([
      403,
      '3100',
      'message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403',
      'number',
    ]);
    const { accessToken: narrow } = simulator.control.token(realmId, { scopes: ['openid'] });
    expect((await call(realmId, `Bearer ${narrow}`))[0]).toBe(403);
  });
});

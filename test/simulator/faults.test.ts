import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultRule, JsonObject } from '../../src/simulator/index.js';
import {
  codes,
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

const fault = (rule: FaultRule) => company.simulator.control.addFault(rule);

const post = (requestid = 'r-1'): Promise<Reply> =>
  company.post(`invoice?requestid=${requestid}`, {
    CustomerRef: { value: '1' },
    Line: [saleLine('3', 10)],
  });

const invoices = () => company.simulator.control.objects(company.realmId, 'Invoice').length;

describe('an answer that is lost', () => {
  it('before the commit: nothing is written, the same requestid writes', async () => {
    fault({ do: 'drop', at: 'before_commit', match: { entity: 'Invoice' } });
    await expect(post()).rejects.toThrow();
    expect(invoices()).toBe(0);
    expect((await post()).status).toBe(200);
    expect(invoices()).toBe(1);
  });

  it('after the commit: it is written, the same requestid answers and writes nothing', async () => {
    fault({ do: 'drop', at: 'after_commit', match: { entity: 'Invoice' } });
    await expect(post()).rejects.toThrow();
    expect(invoices()).toBe(1);
    const { body } = await post();
    expect(member(body, 'Invoice')).toMatchObject({ Id: '1', SyncToken: '0' });
    expect(invoices()).toBe(1);
    const [lost, replayed] = company.simulator.control.log(company.realmId).calls;
    expect(lost).toMatchObject({ status: null, operation: 'create', replayed: false });
    expect(replayed).toMatchObject({ status: 200, replayed: true });
  });

  it('in the middle of the body', async () => {
    fault({ do: 'drop', at: 'mid_body' });
    await expect(post()).rejects.toThrow();
    expect(invoices()).toBe(1);
  });

  it('and the commit comes late', async () => {
    fault({ do: 'late_commit', delayMs: 1_000, status: 504, shape: 'html' });
    const committed = new Promise((resolve) => company.simulator.control.onCommit(resolve));
    const reply = await post();
    expect(reply).toMatchObject({ status: 504, text: expect.stringContaining('<html>') });
    expect(invoices()).toBe(0);
    expect(await committed).toMatchObject({ entity: 'Invoice', requestid: 'r-1' });
  });

  it('and a replay that comes before a late commit is the one that writes', async () => {
    fault({ do: 'late_commit', delayMs: 30 });
    await expect(post()).rejects.toThrow();
    await post();
    expect(invoices()).toBe(1);
    fault({ do: 'delay', delayMs: 60, match: { operation: 'read' } });
    await company.get('invoice/1');
    expect(invoices()).toBe(1);
  });
});

describe('a status that no request earned', () => {
  it.each([
    ['json', 500, 'application/json', '"code":"10000"'],
    ['gateway_json', 503, 'application/json', '"fault":{"error":[{"message"'],
    ['xml', 503, 'application/xml', '<IntuitResponse'],
    ['html', 502, 'text/html', '<html>'],
    ['empty', 504, 'application/json', ''],
  ] as const)('as %s', async (shape, status, type, text) => {
    fault({ do: 'status', at: 'before_commit', status, shape });
    const before = await post();
    expect(before.status).toBe(status);
    expect(before.headers.get('content-type')).toContain(type);
    expect(before.text).toContain(text);
    expect(invoices()).toBe(0);
    fault({ do: 'status', at: 'after_commit', status, shape });
    expect((await post()).status).toBe(status);
    expect(invoices()).toBe(1);
  });

  it('and any body one likes', async () => {
    fault({ do: 'body', at: 'after_commit', body: '{"Invoice": {"Id"', shape: 'html' });
    expect(await post('r-0')).toMatchObject({ status: 200, text: '{"Invoice": {"Id"' });
    expect(invoices()).toBe(1);
    fault({ do: 'body', body: { strange: true }, status: 201 });
    expect(await post()).toMatchObject({ status: 201, body: { strange: true } });
  });
});

describe('the gateway', () => {
  it('throttles on order, in the wanted shape', async () => {
    fault({ do: 'throttle', count: 2 });
    expect(await post()).toMatchObject({ status: 429, text: expect.stringContaining('003001') });
    expect(await post()).toMatchObject({ status: 429 });
    fault({ do: 'throttle', shape: 'gateway_json' });
    expect((await post()).headers.get('content-type')).toContain('application/json');
    expect(await post()).toMatchObject({ status: 200 });
  });

  it('finds the token revoked', async () => {
    fault({ do: 'revoke' });
    expect(await post()).toMatchObject({ status: 401 });
    expect(await post()).toMatchObject({ status: 401 });
  });

  it('sends elsewhere', async () => {
    fault({ do: 'redirect', status: 307, body: 'http://127.0.0.1:9/elsewhere' });
    const url = `${company.simulator.url}/v3/company/${company.realmId}/customer/1`;
    const response = await fetch(url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([
      307,
      'http://127.0.0.1:9/elsewhere',
    ]);
  });
});

describe('a rule', () => {
  it.each([
    [{ entity: 'item' }, [500, 200, 200]],
    [{ operation: 'create' }, [200, 500, 200]],
    [{ method: 'GET', path: '/customer/' }, [200, 200, 500]],
    [{ realm: '1' }, [200, 200, 200]],
    [{}, [500, 500, 500]],
  ])('hits what matches %j', async (match, expected) => {
    fault({ do: 'status', match, count: 3 });
    const replies = [await company.get('item/1'), await post(), await company.get('customer/1')];
    expect(replies.map(({ status }) => status)).toEqual(expected);
  });

  it('is used up, listed while it is not, and can be taken back', async () => {
    const { control } = company.simulator;
    const { id } = fault({ do: 'status', count: 2 });
    await post();
    expect(control.faults()).toMatchObject([{ id, remaining: 1 }]);
    expect(control.removeFaults(id)).toBe(1);
    expect((await post()).status).toBe(200);
  });

  it('lets calls pass that come before the ones it hits', async () => {
    fault({ do: 'status', skip: 1, count: 2, match: { entity: 'Invoice' } });
    const statuses: number[] = [];
    for (let call = 1; call <= 4; call += 1) {
      await company.get('customer/1');
      statuses.push((await post(`r-${call}`)).status);
    }
    expect(statuses).toEqual([200, 500, 500, 200]);
  });

  it('hits with its probability', async () => {
    await company.close();
    const draws = [0.1, 0.9, 0.4];
    company = await startCompany({}, { random: () => draws.shift() ?? 1 });
    fault({ do: 'status', probability: 0.5, count: 100 });
    const all = [await company.get('item/1'), await company.get('item/1'), await post()];
    expect(all.map(({ status }) => status)).toEqual([500, 200, 500]);
  });

  it('hits the token endpoint', async () => {
    const { simulator, realmId } = company;
    simulator.control.setBehaviours({ refreshRotation: 'always' });
    const { refreshToken } = simulator.control.token(realmId, { clientId: 'app' });
    const refresh = () =>
      fetch(`${simulator.url}/oauth2/v1/tokens/bearer`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from('app:s').toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
      });
    fault({ do: 'drop', at: 'before_commit', match: { operation: 'token' } });
    await expect(refresh()).rejects.toThrow();
    fault({ do: 'drop', at: 'after_commit', match: { operation: 'token' } });
    await expect(refresh()).rejects.toThrow();
    expect((await refresh()).status).toBe(400);
  });
});

describe('inside a batch', () => {
  const item = (bId: string): JsonObject => ({
    bId,
    operation: 'create',
    Customer: { DisplayName: `Bird ${bId}` },
  });
  const send = (count: number) =>
    company.post('batch', {
      BatchItemRequest: Array.from({ length: count }, (_, index) => item(String(index))),
    });
  const bIds = ({ body }: Reply) => list(body, 'BatchItemResponse').map(({ bId }) => bId);
  const birds = async () => {
    const found = await company.query("select * from Customer where DisplayName like 'Bird %'");
    return list(found, 'Customer').map(({ DisplayName }) => DisplayName);
  };

  it('one item fails, before or after its commit', async () => {
    fault({ do: 'status', match: { batchItem: '1' } });
    fault({ do: 'status', at: 'after_commit', match: { batchItem: 2, entity: 'Customer' } });
    const reply = await send(3);
    expect(list(reply.body, 'BatchItemResponse')).toMatchObject([
      { bId: '0', Customer: {} },
      { bId: '1', Fault: { type: 'SystemFault', Error: [{ code: '10000' }] } },
      { bId: '2', Fault: {} },
    ]);
    expect(await birds()).toEqual(['Bird 0', 'Bird 2']);
  });

  it('one item is missing in the answer', async () => {
    fault({ do: 'drop', at: 'after_commit', match: { batchItem: '1' } });
    expect(bIds(await send(3))).toEqual(['0', '2']);
    expect(await birds()).toHaveLength(3);
  });

  it('the answers are shuffled', async () => {
    await company.close();
    company = await startCompany({}, { random: () => 0 });
    fault({ do: 'shuffle', at: 'after_commit', match: { operation: 'batch' } });
    const shuffled = bIds(await send(4));
    expect(shuffled).not.toEqual(['0', '1', '2', '3']);
    expect([...shuffled].sort()).toEqual(['0', '1', '2', '3']);
  });

  it('the whole batch fails', async () => {
    fault({ do: 'status', status: 500, match: { operation: 'batch' } });
    const reply = await send(2);
    expect([reply.status, codes(reply)]).toEqual([500, ['10000']]);
    expect(await birds()).toEqual([]);
  });
});

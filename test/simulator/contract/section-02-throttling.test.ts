/**
 * Throttling. A: said by Intuit; B: recorded; C: told by others.
 *
 * Held elsewhere: each limit with its scope, the monthly cap and the three forms of a throttle
 * answer in limits; throttle answers on order in faults; 750 taxed lines in sales/forms; country
 * codes of the company's addresses in plans; the source of vendors in purchases/vendor.
 */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  answered,
  connect,
  list,
  member,
  startCompany,
  type TestCompany,
} from '../support/company.js';

let company: TestCompany;

/** Time stands, so that a window empties only when a test says so. */
beforeEach(async () => {
  company = await startCompany({}, { limits: { on: true } });
  company.simulator.control.setClock({ now: '2026-12-07T23:27:09.527Z', stopped: true });
  company = connect(company.simulator, company.realmId);
});

afterEach(() => company.close());

const read = (of = company) => of.get('customer/1');
const batch = () =>
  company.post('batch', { BatchItemRequest: [{ bId: '1', Query: 'select count(*) from Item' }] });

async function exhaust(): Promise<void> {
  for (let count = 0; count < 10; count += 1) expect((await read()).status).toBe(200);
}

describe('[A LIM] limits', () => {
  it('of one company leave another company of the same app alone', async () => {
    const other = company.simulator.control.createCompany();
    await exhaust();
    expect((await read()).status).toBe(429);
    expect((await read(connect(company.simulator, other.realmId))).status).toBe(200);
  });

  it('per minute count batch calls like any other', async () => {
    const statuses = new Set<number>();
    for (let count = 0; count < 500; count += 1) {
      if (count % 10 === 0) company.simulator.control.setClock({ advanceMs: 1_000 });
      statuses.add((await (count < 40 ? batch() : read())).status);
    }
    expect([...statuses]).toEqual([200]);
    company.simulator.control.setClock({ advanceMs: 1_000 });
    expect((await read()).status).toBe(429);
  });

  it('are over a minute after the last call', async () => {
    for (let second = 0; second < 50; second += 1) {
      await Promise.all(Array.from({ length: 10 }, () => read()));
      company.simulator.control.setClock({ advanceMs: 1_000 });
    }
    expect((await read()).status).toBe(429);
    company.simulator.control.setClock({ advanceMs: 60_000 });
    expect((await read()).status).toBe(200);
  });
});

describe('a throttle answer', () => {
  it('[B RUK] is XML, also to those who asked for JSON [C]', async () => {
    await exhaust();
    const reply = await read();
    expect(reply.status).toBe(429);
    expect(reply.text.replaceAll(/>\s+</g, '><')).toBe(
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' +
        '<IntuitResponse time="2026-12-07T15:27:09.527-08:00" ' +
        'xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE"><Error code="3001">' +
        '<Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message>' +
        '<Detail>The request limit was reached.  Try again later</Detail>' +
        '</Error></Fault></IntuitResponse>',
    );
  });

  it('[C] says when to come again where that is switched on', async () => {
    const { control } = company.simulator;
    control.setBehaviours({ retryAfterSeconds: 60 });
    await exhaust();
    expect((await read()).headers.get('retry-after')).toBe('60');
    control.setBehaviours({ throttleShape: 'gateway_json' });
    const reply = await read();
    expect(reply.headers.get('retry-after')).toBe('60');
    expect(list(member(reply.body, 'fault'), 'error')).toMatchObject([{ code: '3001' }]);
  });

  it('[D] can stand in a single item of a batch', async () => {
    const { control } = company.simulator;
    control.addFault({ do: 'throttle', match: { batchItem: 'b' } });
    const names = ['a', 'b'].map((bId) => ({
      bId,
      operation: 'create',
      Customer: { DisplayName: `Heron ${bId}` },
    }));
    const reply = await company.post('batch', { BatchItemRequest: names });
    expect(list(reply.body, 'BatchItemResponse')).toMatchObject([
      { bId: 'a', Customer: {} },
      { bId: 'b', Fault: { Error: [{ code: '3001' }] } },
    ]);
    expect(control.log(company.realmId).counts.commits).toBe(1);
  });
});

describe('announced in 2025 and 2026', () => {
  it('[A] customers have no source any more', async () => {
    const body = { DisplayName: 'Heron', Source: 'Elsewhere' };
    const made = answered(await company.post('customer', body), 'Customer');
    expect(made).not.toHaveProperty('Source');
  });

  it('[B REC] new addresses have no coordinates, and older ones keep theirs', async () => {
    const BillAddr = { Id: '7', Line1: '1 Oak St', Lat: '37.44', Long: '-122.14' };
    const { control } = company.simulator;
    control.load(company.realmId, { Customer: [{ Id: '900', DisplayName: 'Old', BillAddr }] });
    expect(answered(await company.get('customer/900'), 'Customer')['BillAddr']).toEqual(BillAddr);
    const body = { DisplayName: 'New', BillAddr: { Line1: '2 Oak St' } };
    const made = answered(await company.post('customer', body), 'Customer');
    expect(Object.keys(member(made, 'BillAddr'))).toEqual(['Id', 'Line1']);
  });

  it('[D] new addresses have coordinates where that is switched on', async () => {
    company.simulator.control.setBehaviours({ addressCoordinates: 'invalid' });
    const body = { DisplayName: 'New', BillAddr: { Line1: '2 Oak St' } };
    const made = answered(await company.post('customer', body), 'Customer');
    expect(made['BillAddr']).toMatchObject({ Line1: '2 Oak St', Lat: 'INVALID', Long: 'INVALID' });
    const { Id, SyncToken } = made;
    const again = { ...body, Id, SyncToken, sparse: true };
    expect(answered(await company.post('customer', again), 'Customer')).toEqual(made);
  });
});

/**
 * Faults. A: said by Intuit; B: recorded; C: quoted from live answers.
 *
 * Held elsewhere: the words of each fault in section-08-words-of-faults; which request meets which
 * code in refusals and the files of the entities; several errors in one fault in refusals; XML in
 * xml; what the gateway says of missing and foreign tokens in batch-and-replay; shapes on order
 * (HTML and empty among them) in faults; closed books in numbers-and-books; companies that cannot
 * be reached (140, 150, 10200) in plans.
 */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCompany, type TestCompany } from '../support/company.js';
import { wire } from '../support/wire.js';

let company: TestCompany;

beforeAll(async () => {
  company = await startCompany();
});

afterAll(() => company.close());

describe('[B][C] the envelope of the service', () => {
  it('is a fault with its type and errors, and the time', async () => {
    const reply = await company.post('customer', {});
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({
      Fault: {
        Error: [
          { Message: expect.any(String), Detail: expect.any(String), code: '6080', element: '' },
        ],
        type: 'ValidationFault',
      },
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-0[78]:00$/),
    });
  });
});

describe('[C] the envelope of the gateway', () => {
  const OTHERS = {
    warnings: null,
    intuitObject: null,
    report: null,
    queryResponse: null,
    batchItemResponse: [],
    attachableResponse: [],
    syncErrorResponse: null,
    requestId: null,
    time: expect.any(Number),
    status: null,
    cdcresponse: [],
  };

  it('401: in lower case, with the code bare and padded, and how the token begins', async () => {
    const headers = { authorization: 'Bearer AB01730024136abcdef' };
    const reply = await wire(company, 'customer/1', { headers });
    expect(reply.status).toBe(401);
    expect(JSON.parse(reply.text)).toEqual({
      ...OTHERS,
      fault: {
        error: [
          {
            message: 'message=AuthenticationFailed; errorCode=003200; statusCode=401',
            detail: expect.stringMatching(/^Token expired: AB017/),
            code: '3200',
            element: null,
          },
        ],
        type: 'AUTHENTICATION',
      },
    });
  });

  it('403: the same with type SERVICE and without a detail', async () => {
    const url = `${company.simulator.url}/v3/company/1/customer/1`;
    const reply = await fetch(url, { headers: { authorization: `Bearer ${company.accessToken}` } });
    expect(reply.status).toBe(403);
    expect(await reply.json()).toEqual({
      ...OTHERS,
      fault: {
        error: [
          {
            message: 'message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403',
            detail: null,
            code: '3100',
            element: null,
          },
        ],
        type: 'SERVICE',
      },
    });
  });
});

describe('[A ERR] faults that the simulator does not come to by itself', () => {
  it.each([
    ['120', 401, 'AuthorizationFault', 'Authorization Failure'],
    ['130', 301, 'SystemFault', 'WrongClusterError'],
    ['4002', 400, 'ValidationFault', 'Query could not be processed'],
    ['6450', 400, 'ValidationFault', 'Void failed'],
    ['6480', 400, 'ValidationFault', 'Matched transaction delete error'],
  ])('%s comes word by word on order', async (code, status, type, Message) => {
    const error = { Message, Detail: `${Message} : as ordered`, code, element: '' };
    const body = { Fault: { Error: [error], type }, time: '2026-11-22T10:00:00.000-08:00' };
    company.simulator.control.addFault({ do: 'body', status, body });
    expect(await company.post('customer', { DisplayName: 'Heron' })).toMatchObject({
      status,
      body,
    });
  });
});

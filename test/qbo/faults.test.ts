import { describe, expect, it } from '@jest/globals';
import { type Answer, readAnswer, retryAfterMs } from '../../src/qbo/faults.js';

// Every envelope QuickBooks and what stands before it are known to answer in (platform.md 1, 2, 8),
// and what has to be understood of each. One row per envelope.

const json = 'application/json;charset=UTF-8';
const xml = 'application/xml';
const html = 'text/html';

const service = (code: string, type = 'ValidationFault', detail = 'Some detail') =>
  JSON.stringify({
    Fault: { Error: [{ Message: 'A message', Detail: detail, code, element: 'Line' }], type },
    time: '2026-11-22T01:00:00.000-08:00',
  });
const gateway = (word: string, code: string, status: number, type: string) =>
  JSON.stringify({
    warnings: null,
    fault: {
      error: [
        {
          message: `message=${word}; errorCode=00${code}; statusCode=${status}`,
          detail: 'Token expired: canary-token',
          code,
          element: null,
        },
      ],
      type,
    },
    batchItemResponse: [],
    time: 1_795_000_000_000,
  });
const xmlFault = (code: string, message: string, type = 'SERVICE') =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
  <IntuitResponse time="2026-11-22T01:00:00.000-08:00" xmlns="http://schema.intuit.com/finance/v3">
    <Fault type="${type}"><Error code="${code}"><Message>${message}</Message>
    <Detail>Ask &amp; wait</Detail></Error></Fault>
  </IntuitResponse>`;
const throttleText = 'message=ThrottleExceeded; errorCode=003001; statusCode=429';
const htmlPage = '<!DOCTYPE html><html><body>Bad Gateway</body></html>';

type Row = [name: string, status: number, contentType: string | null, body: string, want: string];

/** One word per answer, so that a row fits a line. */
function word(answer: Answer): string {
  switch (answer.kind) {
    case 'ok':
      return 'ok';
    case 'refused':
      return `refused ${answer.faults.map(({ code }) => code).join(' ')}`;
    case 'not_executed':
      return answer.why;
    case 'unreadable':
      return `unreadable ${answer.cause}`;
  }
}

describe('reading an answer', () => {
  const rows: Row[] = [
    ['an object', 200, json, '{"Invoice":{"Id":"1"}}', 'ok'],
    ['an object without content type', 200, null, '{"Invoice":{"Id":"1"}}', 'ok'],
    ['a gateway envelope without fault', 200, json, '{"fault":null,"queryResponse":{}}', 'ok'],
    ['a service fault', 400, json, service('6140'), 'refused 6140'],
    ['a fault under 200', 200, json, service('610'), 'refused 610'],
    ['a fault that lists nothing', 400, json, '{"Fault":{"type":"x"}}', 'refused unknown'],
    ['a zero-padded code', 400, json, service('005010'), 'refused 5010'],
    ['an XML service fault', 400, xml, xmlFault('6240', 'x', 'ValidationFault'), 'refused 6240'],
    ['an XML fault named JSON', 400, json, xmlFault('2500', 'x'), 'refused 2500'],
    ['a permission fault under 403', 403, json, service('5020'), 'refused 5020'],
    ['a validation fault under 500', 500, json, service('500'), 'refused 500'],

    ['a 429 in JSON', 429, json, service('3001', 'SERVICE'), 'throttled'],
    ['a 429 in gateway JSON', 429, json, gateway('x', '3001', 429, 'SERVICE'), 'throttled'],
    ['a 429 in XML', 429, xml, xmlFault('3001', throttleText), 'throttled'],
    ['a 429 in XML named JSON', 429, json, xmlFault('3001', throttleText), 'throttled'],
    ['a 429 in HTML', 429, html, htmlPage, 'throttled'],
    ['a 429 without body', 429, null, '', 'throttled'],
    ['a 403 with 003001 in XML', 403, xml, xmlFault('003001', throttleText), 'throttled'],
    ['a 403 with 003001 in gateway JSON', 403, json, gateway('x', '3001', 403, 'S'), 'throttled'],
    ['a 503 page that quotes 003001', 503, html, `<html>${throttleText}</html>`, 'throttled'],
    ['a 200 with fault 3001', 200, json, service('3001'), 'throttled'],

    [
      'a 401 of the gateway',
      401,
      json,
      gateway('x', '3200', 401, 'AUTHENTICATION'),
      'unauthorized',
    ],
    ['a 401 in XML', 401, xml, xmlFault('3200', 'x', 'AUTHENTICATION'), 'unauthorized'],
    ['a 401 in HTML', 401, html, htmlPage, 'unauthorized'],
    ['a 401 without body', 401, null, '', 'unauthorized'],
    ['a 401 with 120', 401, json, service('120', 'AuthorizationFault'), 'forbidden'],
    ['a 403 with 3100', 403, json, gateway('x', '3100', 403, 'SERVICE'), 'forbidden'],
    ['a 403 with 3100 in XML', 403, xml, xmlFault('3100', 'x'), 'forbidden'],

    ['a 403 page of a firewall', 403, html, htmlPage, 'unreadable html'],
    [
      'a 500 with a system fault',
      500,
      json,
      service('10000', 'SystemFault'),
      'unreadable server_fault',
    ],
    ['a 500 in XML', 500, xml, xmlFault('10000', 'x', 'SystemFault'), 'unreadable server_fault'],
    ['a 502 in HTML', 502, html, htmlPage, 'unreadable html'],
    ['a 503 without body', 503, null, '', 'unreadable empty'],
    ['a 504 with other JSON', 504, json, '{"message":"late"}', 'unreadable no_fault'],
    ['a 404 with other JSON', 404, json, '{}', 'unreadable no_fault'],
    ['a redirect', 302, html, '', 'unreadable redirect'],
    ['a 200 cut short', 200, json, '{"Invoice":{"Id":"1"', 'unreadable not_json'],
    ['a 200 without body', 200, json, '', 'unreadable empty'],
    ['a 200 in HTML', 200, html, htmlPage, 'unreadable html'],
    ['a 200 in XML that is no fault', 200, xml, '<IntuitResponse/>', 'unreadable xml'],
    ['a 200 with a list', 200, json, '[1]', 'unreadable no_object'],
    ['a 200 in plain text', 200, 'text/plain', 'OK', 'unreadable not_json'],
  ];
  it.each(rows)('understands %s', (_, status, contentType, body, want) => {
    expect(word(readAnswer({ status, contentType, body }))).toBe(want);
  });

  it('keeps code, message, detail and element of every error', () => {
    const body = JSON.stringify({
      Fault: {
        Error: [
          { Message: 'Dup &amp; more', Detail: 'TxnId=130', code: '6140', element: '' },
          { Message: 'Missing', Detail: 'AccountRef', code: '2020', element: 'AccountRef' },
        ],
        type: 'ValidationFault',
      },
    });
    const type = 'ValidationFault';
    expect(readAnswer({ status: 400, contentType: json, body })).toEqual({
      kind: 'refused',
      faults: [
        { code: '6140', message: 'Dup &amp; more', detail: 'TxnId=130', element: null, type },
        {
          code: '2020',
          message: 'Missing',
          detail: 'AccountRef',
          element: 'AccountRef',
          type,
        },
      ],
    });
  });

  it('decodes the references of XML and keeps its attributes', () => {
    const body = xmlFault('6240', 'A &lt;name&gt; &amp;amp;', 'ValidationFault');
    expect(readAnswer({ status: 400, contentType: xml, body })).toMatchObject({
      faults: [{ code: '6240', message: 'A <name> &amp;', detail: 'Ask & wait' }],
    });
  });

  it('drops the detail of an authentication fault, which quotes the token', () => {
    const body = service('3200', 'AuthenticationFault', 'Token expired: canary-token');
    const answer = readAnswer({ status: 500, contentType: json, body });
    expect(JSON.stringify(answer)).not.toContain('canary-token');
  });

  it.each([
    ['an outside entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', '&x;'],
    ['entities that multiply', '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY x "&b;&b;">]>', '&x;'],
    ['an entity in lower case', '<!doctype a [<!entity x "boom">]>', '&x;'],
  ])('does not read a document type with %s', (_, doctype, use) => {
    const body = `<?xml version="1.0"?>${doctype}<IntuitResponse><Fault><Error code="6140">
      <Message>${use}</Message></Error></Fault></IntuitResponse>`;
    const answer = readAnswer({ status: 400, contentType: xml, body });
    expect(answer).toEqual({ kind: 'unreadable', cause: 'xml', faults: [] });
  });

  it('is not led astray by prototype keys and deep nesting', () => {
    const deep = `{"Fault":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    expect(word(readAnswer({ status: 200, contentType: json, body: deep }))).toBe('ok');
    const proto = '{"__proto__":{"Fault":{"Error":[{"code":"6140"}]}}}';
    expect(word(readAnswer({ status: 200, contentType: json, body: proto }))).toBe('ok');
  });
});

describe('Retry-After', () => {
  const now = new Date('2026-11-22T10:00:00Z');
  it.each([
    ['90', 90_000],
    ['Sun, 22 Nov 2026 10:02:00 GMT', 120_000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', null],
    ['0', null],
    ['soon', null],
    ['', null],
    [undefined, null],
  ])('reads %j as %j ms', (header, want) => {
    expect(retryAfterMs(header, now)).toBe(want);
  });
});

it('what no database can hold is left out of answers, and nothing else of them', () => {
  const body = '{"Customer":{"DisplayName":"A\\u0000B \\ud83d \\ud83d\\ude00 \\\\u0000","Id":"1"}}';
  const answer = readAnswer({ status: 200, contentType: json, body });
  expect(answer).toMatchObject({
    json: { Customer: { DisplayName: 'A\ufffdB \ufffd \u{1f600} \\u0000', Id: '1' } },
  });
  const refused = readAnswer({ status: 400, contentType: xml, body: xmlFault('6000', 'a\u0000b') });
  expect(refused).toMatchObject({ kind: 'refused', faults: [{ message: 'a\ufffdb' }] });
});

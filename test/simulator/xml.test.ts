import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { XMLValidator } from 'fast-xml-parser';
import {
  answered,
  list,
  member,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';
import { getXml, postXml, wire } from './support/wire.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany({ seed: 'sample' });
});

afterEach(() => company.close());

const NAMESPACE = 'xmlns="http://schema.intuit.com/finance/v3"';

const INVOICE = `<?xml version="1.0" encoding="UTF-8"?>
<ns0:Invoice xmlns:ns0="http://schema.intuit.com/finance/v3">
  <ns0:PrivateNote>Blue &amp; green, caf&#233; &lt;2&gt;</ns0:PrivateNote>
  <ns0:Line>
    <ns0:Description>Planting</ns0:Description>
    <ns0:Amount>40.50</ns0:Amount>
    <ns0:DetailType>SalesItemLineDetail</ns0:DetailType>
    <ns0:SalesItemLineDetail>
      <ns0:ItemRef name="any">1</ns0:ItemRef>
      <ns0:UnitPrice>20.25</ns0:UnitPrice>
      <ns0:Qty>2</ns0:Qty>
    </ns0:SalesItemLineDetail>
  </ns0:Line>
  <ns0:CustomerRef>1</ns0:CustomerRef>
  <ns0:CustomerMemo>Thank you</ns0:CustomerMemo>
</ns0:Invoice>`;

/** What stands between the tags of the first element of that name. */
function text(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`).exec(xml)?.[1];
}

describe('an object in XML', () => {
  it('is created as it would be from JSON', async () => {
    const reply = await postXml(company, 'invoice', INVOICE);
    expect(reply.status).toBe(200);
    const id = text(reply.text, 'Id') ?? '';
    const json = answered(await company.get(`invoice/${id}`), 'Invoice');
    expect(json).toMatchObject({
      PrivateNote: 'Blue & green, café <2>',
      CustomerRef: { value: '1' },
      CustomerMemo: { value: 'Thank you' },
      TotalAmt: 40.5,
    });
    expect(list(json, 'Line')[0]).toMatchObject({
      Description: 'Planting',
      Amount: 40.5,
      SalesItemLineDetail: { ItemRef: { value: '1' }, UnitPrice: 20.25, Qty: 2 },
    });
  });

  it('is answered as text with attributes, members in the order of the schema', async () => {
    const { text: xml, headers } = await postXml(company, 'invoice', INVOICE);
    expect(headers['content-type']).toBe('application/xml;charset=UTF-8');
    expect(XMLValidator.validate(xml)).toBe(true);
    expect(xml).toMatch(
      new RegExp(`^<\\?xml [^>]+\\?>\\s*<IntuitResponse ${NAMESPACE} time="[^"]+-0[78]:00">`),
    );
    expect(xml).toContain('<Invoice domain="QBO" sparse="false"><Id>');
    expect(xml).toMatch(/<CustomerRef name="[^"]+">1<\/CustomerRef>/);
    expect(xml).toMatch(/<ItemRef name="[^"]+">1<\/ItemRef>/);
    expect(xml).toContain('<CustomerMemo>Thank you</CustomerMemo>');
    expect(xml).toContain('<PrivateNote>Blue &amp; green, café &lt;2&gt;</PrivateNote>');
    const order = ['<Id>', '<SyncToken>', '<MetaData>', '<DocNumber>', '<Line>', '<CustomerRef'];
    const places = order.map((tag) => xml.indexOf(tag));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('is updated sparsely, and cleared by an empty element', async () => {
    const created = await postXml(company, 'invoice', INVOICE);
    const id = text(created.text, 'Id') ?? '';
    const update =
      `<Invoice ${NAMESPACE} sparse="true"><Id>${id}</Id><SyncToken>0</SyncToken>` +
      '<CustomerMemo>Later</CustomerMemo><PrivateNote/></Invoice>';
    expect((await postXml(company, 'invoice', update)).status).toBe(200);
    const json = answered(await company.get(`invoice/${id}`), 'Invoice');
    expect(json).toMatchObject({
      SyncToken: '1',
      CustomerMemo: { value: 'Later' },
      TotalAmt: 40.5,
    });
    expect(json).not.toHaveProperty('PrivateNote');
  });

  it('can be sent back whole, as it was answered', async () => {
    const created = await postXml(company, 'invoice', INVOICE);
    const object = /<Invoice[\s\S]*<\/Invoice>/.exec(created.text)?.[0] ?? '';
    const again = await postXml(company, 'invoice', object);
    expect(again.status).toBe(200);
    expect(text(again.text, 'SyncToken')).toBe('0');
  });

  it('is deleted with a status and nothing else', async () => {
    const created = await postXml(company, 'invoice', INVOICE);
    const id = text(created.text, 'Id') ?? '';
    const body = `<Invoice ${NAMESPACE}><Id>${id}</Id><SyncToken>0</SyncToken></Invoice>`;
    const deleted = await postXml(company, 'invoice?operation=delete', body);
    expect(deleted.text).toContain(
      `<Invoice domain="QBO" status="Deleted"><Id>${id}</Id></Invoice>`,
    );
  });

  it('may repeat its namespace inside, and say that a member is null', async () => {
    const created = await postXml(company, 'invoice', INVOICE);
    const id = text(created.text, 'Id') ?? '';
    const update =
      `<Invoice ${NAMESPACE} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" sparse="true">` +
      `<Id>${id}</Id><SyncToken>0</SyncToken><CustomerRef ${NAMESPACE} name="x">2</CustomerRef>` +
      '<PrivateNote xsi:nil="true"/></Invoice>';
    expect((await postXml(company, 'invoice', update)).status).toBe(200);
    const json = answered(await company.get(`invoice/${id}`), 'Invoice');
    expect(json).toMatchObject({ CustomerRef: { value: '2' } });
    expect(json).not.toHaveProperty('PrivateNote');
  });

  it('is taken as text/xml too', async () => {
    const headers = { 'content-type': 'text/xml; charset=utf-8', accept: 'text/xml' };
    const body = `<Customer ${NAMESPACE}><DisplayName>Ruby Reed</DisplayName></Customer>`;
    const reply = await wire(company, 'customer', { method: 'POST', headers, body });
    expect(text(reply.text, 'DisplayName')).toBe('Ruby Reed');
  });
});

describe('a fault in XML', () => {
  it('has its code and element as attributes', async () => {
    const body = `<Customer ${NAMESPACE}><DisplayName>${'x'.repeat(501)}</DisplayName></Customer>`;
    const reply = await postXml(company, 'customer', body);
    expect(reply.status).toBe(400);
    expect(reply.text).toContain(
      '<Fault type="ValidationFault"><Error code="2050" element="DisplayName"><Message>',
    );
    expect(reply.text).toContain('<Detail>');
  });

  it.each([
    ['text that is no XML', 'hello'],
    ['an element that is not closed', `<Customer ${NAMESPACE}><DisplayName>A</Customer>`],
    ['nothing', ''],
    ['a declaration that is not closed', '<?xml version=]1.0"?><Customer></Customer>'],
    [
      'entities of its own',
      '<!DOCTYPE c [<!ENTITY e SYSTEM "file:///etc/hostname">]><Customer>' +
        '<DisplayName>&e;</DisplayName></Customer>',
    ],
  ])('is the answer to %s', async (_, body) => {
    const reply = await postXml(company, 'customer', body);
    expect(reply.status).toBe(400);
    expect(reply.text).toContain('<Error code="500"');
    expect(await company.query("select count(*) from Customer where DisplayName = 'A'")).toEqual({
      totalCount: 0,
    });
  });

  it('is the answer to another entity than the address says', async () => {
    const reply = await postXml(company, 'invoice', `<Customer ${NAMESPACE}/>`);
    expect(reply.text).toContain('<Error code="2010" element="Customer">');
  });
});

describe('a query in XML', () => {
  it('tells page and count as attributes', async () => {
    await postXml(company, 'invoice', INVOICE);
    const page = encodeURIComponent('select * from Invoice');
    const { text: xml } = await getXml(company, `query?query=${page}`);
    expect(xml).toContain(
      '<QueryResponse startPosition="1" maxResults="1" totalCount="1"><Invoice',
    );
    const count = encodeURIComponent('select count(*) from Invoice');
    expect((await getXml(company, `query?query=${count}`)).text).toContain(
      '<QueryResponse totalCount="1"/>',
    );
    const none = encodeURIComponent("select * from Invoice where DocNumber = 'none'");
    expect((await getXml(company, `query?query=${none}`)).text).toContain('<QueryResponse/>');
  });
});

describe('a batch in XML', () => {
  it('answers each item under its bId', async () => {
    const { text: xml } = await postXml(
      company,
      'batch',
      `<IntuitBatchRequest ${NAMESPACE}>
        <BatchItemRequest bId="a" operation="create">
          <Customer><DisplayName>Xenia Young</DisplayName></Customer>
        </BatchItemRequest>
        <BatchItemRequest bId="b" operation="create"><Invoice/></BatchItemRequest>
        <BatchItemRequest bId="c">
          <Query>select count(*) from Customer where DisplayName = 'Xenia Young'</Query>
        </BatchItemRequest>
      </IntuitBatchRequest>`,
    );
    expect(XMLValidator.validate(xml)).toBe(true);
    expect(xml).toMatch(/<BatchItemResponse bId="a"><Customer domain="QBO" sparse="false">/);
    expect(xml).toMatch(
      /<BatchItemResponse bId="b"><Fault type="ValidationFault"><Error code="2020"/,
    );
    expect(xml).toContain('<BatchItemResponse bId="c"><QueryResponse totalCount="0"/>');
  });

  it('passes options on', async () => {
    const body = { CustomerRef: { value: '1' }, Line: [saleLine('1', 30)] };
    const id = String(answered(await company.post('invoice', body), 'Invoice')['Id']);
    const { text: xml } = await postXml(
      company,
      'batch',
      `<IntuitBatchRequest ${NAMESPACE}><BatchItemRequest bId="v" operation="update"
        optionsData="include=void"><Invoice sparse="true"><Id>${id}</Id><SyncToken>0</SyncToken>
        </Invoice></BatchItemRequest></IntuitBatchRequest>`,
    );
    expect(text(xml, 'TotalAmt')).toBe('0');
  });
});

describe('an extension in XML', () => {
  it('lists its pairs by their type', async () => {
    const body = { CustomerRef: { value: '1' }, Line: [saleLine('1', 30)] };
    const invoice = String(answered(await company.post('invoice', body), 'Invoice')['Id']);
    const link = { Amount: 30, LinkedTxn: [{ TxnId: invoice, TxnType: 'Invoice' }] };
    const paying = { CustomerRef: { value: '1' }, TotalAmt: 30, Line: [link] };
    const payment = String(answered(await company.post('payment', paying), 'Payment')['Id']);
    const { text: xml } = await getXml(company, `payment/${payment}`);
    expect(xml).toContain(
      `<LineEx><NameValue><Name>txnId</Name><Value>${invoice}</Value></NameValue><NameValue>`,
    );
  });
});

describe('changes in XML', () => {
  it('are one QueryResponse for each entity', async () => {
    await postXml(company, 'invoice', INVOICE);
    const since = encodeURIComponent(new Date(Date.now() - 3_600_000).toISOString());
    const { text: xml } = await getXml(company, `cdc?entities=Invoice,Term&changedSince=${since}`);
    expect(xml).toMatch(
      /<CDCResponse><QueryResponse startPosition="1" maxResults="1"[^>]*><Invoice/,
    );
    expect(XMLValidator.validate(xml)).toBe(true);
  });
});

describe('a repeated request in XML', () => {
  it('gets the first answer again, in whichever form is asked for', async () => {
    const first = await postXml(company, 'invoice?requestid=x-1', INVOICE);
    expect((await postXml(company, 'invoice?requestid=x-1', INVOICE)).text).toBe(first.text);
    const headers = { 'content-type': 'application/xml', accept: 'application/json' };
    const again = await wire(company, 'invoice?requestid=x-1', {
      method: 'POST',
      headers,
      body: INVOICE,
    });
    expect(member(JSON.parse(again.text), 'Invoice')['Id']).toBe(text(first.text, 'Id'));
  });
});

describe('the form of an answer', () => {
  it.each([
    ['application/json', 'json'],
    ['*/*', 'json'],
    ['application/xml', 'xml'],
    ['text/xml;q=0.9, application/json;q=0.5', 'xml'],
    ['application/xml;q=0.2, application/json', 'json'],
    ['application/pdf', 'json'],
  ])('for Accept %s is %s', async (accept, form) => {
    const reply = await wire(company, `companyinfo/${company.realmId}`, { headers: { accept } });
    expect(reply.headers['content-type']).toBe(`application/${form};charset=UTF-8`);
  });

  it('without Accept is XML, or JSON where that is switched on', async () => {
    const path = `companyinfo/${company.realmId}`;
    expect((await wire(company, path)).headers['content-type']).toContain('application/xml');
    company.simulator.control.setBehaviours({ withoutAccept: 'json' });
    expect((await wire(company, path)).headers['content-type']).toContain('application/json');
  });

  it('at the gateway does not depend on Accept', async () => {
    const url = `${company.simulator.url}/v3/company/${company.realmId}/invoice/1`;
    const reply = await fetch(url, { headers: { accept: 'application/xml' } });
    expect(reply.status).toBe(401);
    expect(await reply.json()).toHaveProperty('fault');
  });

  it('of a fault on order follows Accept unless its shape is ordered too', async () => {
    const order = { do: 'status', status: 500, match: { operation: 'read' } } as const;
    company.simulator.control.addFault(order);
    const asked = await getXml(company, 'customer/1');
    expect(asked.text).toContain('<Fault type="SystemFault"><Error code="10000"');
    company.simulator.control.addFault({ ...order, shape: 'json' });
    const ordered = await getXml(company, 'customer/1');
    expect(ordered.headers['content-type']).toContain('application/json');
  });
});

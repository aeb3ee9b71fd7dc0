import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';

// What the people of a company do by hand, in a browser.
describe('the pages of a company’s people', () => {
  let simulator: Simulator;
  let realmId: string;
  beforeAll(async () => {
    simulator = await startSimulator();
    ({ realmId } = simulator.control.createCompany({ name: 'Bay & <Sons>', seed: 'sample' }));
  });
  afterAll(() => simulator.close());

  const read = async (path: string) => {
    const answer = await fetch(new URL(path, simulator.url));
    return { status: answer.status, text: await answer.text() };
  };
  const submit = async (what: string, value: string) => {
    const body = new URLSearchParams({ what, value });
    const url = new URL(`/companies/${realmId}`, simulator.url);
    const answer = await fetch(url, { method: 'POST', body });
    return { status: answer.status, text: await answer.text() };
  };
  const names = (entity: string, member: string) =>
    simulator.control.objects(realmId, entity).map((object) => object[member]);
  const made = (number: string, realm = realmId) => {
    const SalesItemLineDetail = { ItemRef: { value: '2' }, Qty: 2, UnitPrice: 40 };
    const line = { DetailType: 'SalesItemLineDetail', Amount: 80, SalesItemLineDetail };
    const object = { DocNumber: number, CustomerRef: { value: '1' }, Line: [line] };
    const { object: invoice } = simulator.control.act(realm, {
      do: 'create',
      entity: 'Invoice',
      object,
    });
    return String(invoice?.['Id']);
  };

  it('list the companies, and nothing unescaped', async () => {
    const { status, text } = await read('/');
    expect(status).toBe(200);
    expect(text).toContain(`<a href="/companies/${realmId}">Bay &amp; &lt;Sons&gt;</a>`);
    expect((await read('/companies/1')).status).toBe(404);
    expect((await read('/somewhere')).status).toBe(404);
  });

  it('open a record under QuickBooks’ own address, and ask in which company where several have it', async () => {
    const id = made('Own <1>');
    const alone = await fetch(new URL(`/app/invoice?txnId=${id}`, simulator.url));
    expect(alone.url).toMatch(new RegExp(`/companies/${realmId}/invoice/${id}$`));
    expect(await alone.text()).toContain('<h1>Own &lt;1&gt;</h1>');
    const other = simulator.control.createCompany({ name: 'Other <Ltd>', seed: 'sample' });
    expect(made('Theirs', other.realmId)).toBe(id);
    const { status, text } = await read(`/app/invoice?txnId=${id}`);
    expect(status).toBe(200);
    expect(text).toContain(
      `<a href="/companies/${other.realmId}/invoice/${id}">Other &lt;Ltd&gt;</a>`,
    );
    expect((await read('/app/invoice?txnId=nothing')).status).toBe(404);
    expect((await read(`/app/cheque?txnId=${id}`)).status).toBe(404);
  });

  it('add a customer and a product, as if somebody had typed them into QuickBooks', async () => {
    const customer = await submit('customer', 'Ravensworth & Co');
    expect(customer.text).toMatch(/Ravensworth &amp; Co was added \(Id \d+\)/);
    expect(names('Customer', 'DisplayName')).toContain('Ravensworth & Co');
    expect((await submit('product', 'Barista Course')).status).toBe(200);
    expect(names('Item', 'Name')).toContain('Barista Course');
    const again = await submit('customer', 'Ravensworth & Co');
    expect([again.status, again.text.includes('6240')]).toEqual([400, true]);
  });

  it('work on an invoice: it is paid, changed, voided and deleted, and change data tells', async () => {
    const { control } = simulator;
    const of = (id: string) =>
      control.objects(realmId, 'Invoice').find((invoice) => invoice['Id'] === id);
    const act = async (word: string, id: string, what: string, value = '') => {
      const body = new URLSearchParams({ what, value });
      const url = new URL(`/companies/${realmId}/${word}/${id}`, simulator.url);
      return fetch(url, { method: 'POST', body });
    };
    const id = made('P<1>');
    const { text } = await read(`/companies/${realmId}/invoice`);
    expect(text).toContain(`<a href="/companies/${realmId}/invoice/${id}">P&lt;1&gt;</a>`);
    expect((await act('invoice', id, 'number', 'P-2')).status).toBe(200);
    await act('invoice', id, 'date', '2026-11-02');
    await act('invoice', id, 'amount', '50');
    expect(of(id)).toMatchObject({ DocNumber: 'P-2', TxnDate: '2026-11-02', TotalAmt: 50 });
    await act('invoice', id, 'pay', '20');
    expect(of(id)).toMatchObject({ Balance: 30 });
    expect((await act('invoice', id, 'pay', 'much')).status).toBe(400);
    const payment = String(control.objects(realmId, 'Payment').at(-1)?.['Id']);
    expect(await (await act('payment', payment, 'delete')).text()).toContain('It was deleted.');
    expect(of(id)).toMatchObject({ Balance: 50 });
    await act('invoice', id, 'void');
    expect(of(id)).toMatchObject({ TotalAmt: 0 });
    await act('invoice', id, 'delete');
    expect(of(id)).toBeUndefined();
    expect((await read(`/companies/${realmId}/invoice/${id}`)).status).toBe(404);
    expect((await read(`/companies/${realmId}/budget`)).status).toBe(404);

    const { accessToken } = control.token(realmId);
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const asked = `/v3/company/${realmId}/cdc?entities=Invoice,Payment&changedSince=${since}`;
    const answer = await fetch(new URL(asked, simulator.url), {
      headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
    });
    expect((await answer.text()).match(/"status":"Deleted"/g)).toHaveLength(2);
  });

  it('rename a customer, merge it away, and make another inactive', async () => {
    const { control } = simulator;
    const add = (DisplayName: string) => {
      const act = { do: 'create', entity: 'Customer', object: { DisplayName } } as const;
      return String(control.act(realmId, act).object?.['Id']);
    };
    const act = (id: string, what: string, value = '') => {
      const body = new URLSearchParams({ what, value });
      const url = new URL(`/companies/${realmId}/customer/${id}`, simulator.url);
      return fetch(url, { method: 'POST', body });
    };
    const [stays, goes] = [add('Stays Ltd'), add('Goes Ltd')];
    await act(stays, 'rename', 'Stays & Co');
    expect(names('Customer', 'DisplayName')).toContain('Stays & Co');
    expect((await act(goes, 'merge', stays)).status).toBe(200);
    await act(stays, 'deactivate');
    expect((await read(`/companies/${realmId}/customer/${stays}`)).text).toContain('inactive');
  });

  it('close the books and open them', async () => {
    await submit('books', '2026-10-31');
    expect((await read(`/companies/${realmId}`)).text).toContain('value="2026-10-31"');
    const wrong = await submit('books', 'soon');
    expect([wrong.status, wrong.text.includes('role="alert"')]).toEqual([400, true]);
    expect((await submit('books', '')).text).toContain('The books are open.');
    expect((await read(`/companies/${realmId}`)).text).not.toContain('value="2026-10-31"');
  });
});

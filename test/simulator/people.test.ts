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

  it('list the companies, and nothing unescaped', async () => {
    const { status, text } = await read('/');
    expect(status).toBe(200);
    expect(text).toContain(`<a href="/companies/${realmId}">Bay &amp; &lt;Sons&gt;</a>`);
    expect((await read('/companies/1')).status).toBe(404);
    expect((await read('/somewhere')).status).toBe(404);
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

  it('close the books and open them', async () => {
    await submit('books', '2026-10-31');
    expect((await read(`/companies/${realmId}`)).text).toContain('value="2026-10-31"');
    const wrong = await submit('books', 'soon');
    expect([wrong.status, wrong.text.includes('role="alert"')]).toEqual([400, true]);
    expect((await submit('books', '')).text).toContain('The books are open.');
    expect((await read(`/companies/${realmId}`)).text).not.toContain('value="2026-10-31"');
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answered, codes, saleLine, startCompany, type TestCompany } from './support/company.js';
import { wire } from './support/wire.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany({ seed: 'sample' });
});

afterEach(() => company.close());

describe('the PDF of a transaction', () => {
  it('shows its number, name and total', async () => {
    const line = { ...saleLine('1', 1234.5), Description: 'Oak (red) \\ pine' };
    const body = { CustomerRef: { value: '1' }, Line: [line], DocNumber: 'INV-7' };
    const created = answered(await company.post('invoice', body), 'Invoice');
    const path = `invoice/${String(created['Id'])}/pdf`;
    const reply = await wire(company, path, { headers: { accept: 'application/pdf' } });
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe('application/pdf');
    const text = reply.bytes.toString('latin1');
    expect(text).toContain('(Invoice INV-7)');
    expect(text).toContain('Oak \\(red\\) \\\\ pine');
    expect(text).toContain('(Total: 1234.50 USD)');
  });

  it('names the item of a line that says nothing else, on the paper of the country', async () => {
    const read = async (detail = {}) => {
      const body = { CustomerRef: { value: '1' }, Line: [saleLine('3', 10, detail)] };
      const { Id } = answered(await company.post('invoice', body), 'Invoice');
      return (await wire(company, `invoice/${String(Id)}/pdf`)).bytes.toString('latin1');
    };
    const item = answered(await company.get('item/3'), 'Item');
    const american = await read();
    expect(american).toContain(`(${String(item['FullyQualifiedName'])}   10.00)`);
    expect(american).toContain('/MediaBox [0 0 612 792]');
    await company.close();
    company = await startCompany({ seed: 'sample', country: 'GB' });
    expect(await read({ TaxCodeRef: { value: '6' } })).toContain('/MediaBox [0 0 595 842]');
  });

  it('points its reader to where its parts really are', async () => {
    const body = { CustomerRef: { value: '1' }, Line: [saleLine('1', 5)] };
    const created = answered(await company.post('invoice', body), 'Invoice');
    const { bytes } = await wire(company, `invoice/${String(created['Id'])}/pdf`);
    const text = bytes.toString('latin1');
    const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
    expect(text.slice(table, table + 5)).toBe('xref\n');
    const offsets = [...text.slice(table).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, at]) =>
      Number(at),
    );
    expect(offsets.length).toBeGreaterThan(0);
    for (const [index, offset] of offsets.entries()) {
      expect(text.slice(offset).startsWith(`${index + 1} 0 obj\n`)).toBe(true);
    }
    const stream = /\/Length (\d+) >>\nstream\n([\s\S]*)\nendstream/.exec(text);
    expect(stream?.[2]).toHaveLength(Number(stream?.[1]));
  });

  it('is refused for a transaction that is not there', async () => {
    expect(codes(await company.get('invoice/999999/pdf'))).toEqual(['610']);
  });

  it('is refused for what is not printed', async () => {
    expect(codes(await company.get('customer/1/pdf'))).toEqual(['500']);
  });
});

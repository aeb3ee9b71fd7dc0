/**
 * Minor versions. A: said by Intuit.
 *
 * Held elsewhere: that every version is served alike in surroundings; addresses of another customer
 * (54) in sales/invoice; the override of US tax (70) in tax. Links to expenses that are billed on
 * (55) and payment links (36) are not imitated, see docs/simulator.md.
 */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answered, saleLine, startCompany, type TestCompany } from '../support/company.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
});

afterEach(() => company.close());

describe('[A MV] what minor versions brought', () => {
  it('75: the time zone of the company', async () => {
    const info = answered(await company.get(`companyinfo/${company.realmId}`), 'CompanyInfo');
    expect(info['DefaultTimeZone']).toBe('America/Los_Angeles');
  });

  it('69: invoices and payments are found by their project', async () => {
    const { control } = company.simulator;
    const project = { Id: '900', DisplayName: 'Roof', Job: true, IsProject: true };
    control.load(company.realmId, { Customer: [{ ...project, ParentRef: { value: '1' } }] });
    const ProjectRef = { value: '900' };
    const CustomerRef = { value: '1' };
    await company.post('invoice', { CustomerRef, ProjectRef, Line: [saleLine('3', 10)] });
    await company.post('invoice', { CustomerRef, Line: [saleLine('3', 20)] });
    await company.post('payment', { CustomerRef, ProjectRef, TotalAmt: 5 });
    const count = (entity: string) =>
      company.query(`select count(*) from ${entity} where ProjectRef = '900'`);
    expect(await count('Invoice')).toEqual({ totalCount: 1 });
    expect(await count('Payment')).toEqual({ totalCount: 1 });
  });
});

it.each(['1', '40', '74'])('[A MV] version %s of a write is served as 75', async (version) => {
  const body = { DisplayName: `Heron ${version}` };
  const reply = await company.post(`customer?minorversion=${version}`, body);
  expect(answered(reply, 'Customer')).toHaveProperty('IsProject', false);
});

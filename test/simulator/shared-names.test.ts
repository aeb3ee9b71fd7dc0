import { expect, it } from '@jest/globals';
import { codes, startCompany } from './support/company.js';

it('a name that two loaded customers share is free when both have let it go', async () => {
  const company = await startCompany({ seed: 'empty' });
  const { control } = company.simulator;
  const Customer = ['501', '502'].map((Id) => ({ Id, DisplayName: 'Heron Bay' }));
  control.load(company.realmId, { Customer });
  const make = () => company.post('vendor', { DisplayName: ' heron bay ' });
  const rename = (Id: string) =>
    company.post('customer', { Id, SyncToken: '0', sparse: true, DisplayName: `Heron ${Id}` });

  expect(codes(await make())).toEqual(['6240']);
  expect((await rename('501')).status).toBe(200);
  expect(codes(await make())).toEqual(['6240']);
  expect((await rename('502')).status).toBe(200);
  expect((await make()).status).toBe(200);
  await company.close();
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import {
  answered,
  codes,
  list,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
});
afterEach(() => company.close());

async function make(body: JsonObject): Promise<JsonObject> {
  return answered(await company.post('customer', body), 'Customer');
}

async function read(id: unknown): Promise<JsonObject> {
  return answered(await company.get(`customer/${id}`), 'Customer');
}

describe('a customer', () => {
  it('is answered in the recorded order, with a pseudonym that stays', async () => {
    const made = await make({
      DisplayName: 'Elm House',
      GivenName: 'Ada',
      FamilyName: 'Elm',
      CompanyName: 'Elm House Ltd',
      PrimaryPhone: { FreeFormNumber: '555 0100' },
      PrimaryEmailAddr: { Address: 'ada@elm.example' },
      BillAddr: { Line1: '1 Oak St' },
      Notes: 'pays late',
    });
    expect(Object.keys(made)).toEqual([
      'Taxable',
      'BillAddr',
      'Notes',
      'Job',
      'BillWithParent',
      'Balance',
      'BalanceWithJobs',
      'CurrencyRef',
      'PreferredDeliveryMethod',
      'IsProject',
      'domain',
      'sparse',
      'Id',
      'SyncToken',
      'MetaData',
      'GivenName',
      'FamilyName',
      'FullyQualifiedName',
      'CompanyName',
      'DisplayName',
      'PrintOnCheckName',
      'Active',
      'V4IDPseudonym',
      'PrimaryPhone',
      'PrimaryEmailAddr',
      'DefaultTaxCodeRef',
    ]);
    expect(made['V4IDPseudonym']).toMatch(/^002098[0-9a-f]{32}$/);
    expect((await read(made['Id']))['V4IDPseudonym']).toBe(made['V4IDPseudonym']);
    const other = await make({ DisplayName: 'Oak House' });
    expect(other['V4IDPseudonym']).not.toBe(made['V4IDPseudonym']);
  });

  it('has an entity id of a client in the rows of a query only', async () => {
    const made = await make({ DisplayName: 'Elm House' });
    expect(made).not.toHaveProperty('ClientEntityId');
    expect(await read(made['Id'])).not.toHaveProperty('ClientEntityId');
    const statement = `select * from Customer where Id = '${made['Id']}'`;
    const rows = list(await company.query(statement), 'Customer');
    expect(rows).toMatchObject([{ ClientEntityId: '0', DisplayName: 'Elm House' }]);
  });
});

describe('sub-customers', () => {
  it('go five levels deep and show their place', async () => {
    let parent = await make({ DisplayName: 'L1' });
    for (const level of [1, 2, 3, 4]) {
      const ParentRef = { value: parent['Id'] };
      parent = await make({ DisplayName: `L${level + 1}`, Job: true, ParentRef });
      expect(parent).toMatchObject({ Level: level, Job: true, ParentRef });
    }
    expect(parent['FullyQualifiedName']).toBe('L1:L2:L3:L4:L5');
    const sixth = { DisplayName: 'L6', Job: true, ParentRef: { value: parent['Id'] } };
    expect(codes(await company.post('customer', sixth))).toEqual(['6000']);
  });

  it('cannot move below themselves, nor too deep with all they have', async () => {
    const top = await make({ DisplayName: 'Top' });
    const below = await make({ DisplayName: 'Below', ParentRef: { value: top['Id'] } });
    const move = (of: JsonObject, to: unknown) => {
      const { Id, SyncToken } = of;
      const body = { Id, SyncToken, sparse: true, ParentRef: { value: to } };
      return company.post('customer', body);
    };
    expect(codes(await move(top, below['Id']))).toEqual(['900']);
    expect(codes(await move(top, top['Id']))).toEqual(['900']);
    let deep = await make({ DisplayName: 'D1' });
    for (const name of ['D2', 'D3', 'D4']) {
      deep = await make({ DisplayName: name, ParentRef: { value: deep['Id'] } });
    }
    expect(codes(await move(top, deep['Id']))).toEqual(['6000']);
  });

  it('follow the names above them all the way down', async () => {
    const top = await make({ DisplayName: 'Top' });
    const below = await make({ DisplayName: 'Below', ParentRef: { value: top['Id'] } });
    const deep = await make({ DisplayName: 'Deep', ParentRef: { value: below['Id'] } });
    const { Id, SyncToken } = top;
    await make({ Id, SyncToken, sparse: true, DisplayName: 'Summit' });
    expect(await read(deep['Id'])).toMatchObject({
      FullyQualifiedName: 'Summit:Below:Deep',
      DisplayName: 'Deep',
      SyncToken: '0',
    });
  });

  it('alone can be billed with their parent', async () => {
    const top = await make({ DisplayName: 'Top', BillWithParent: true });
    expect(top['BillWithParent']).toBe(false);
    const ParentRef = { value: top['Id'] };
    const below = await make({ DisplayName: 'Below', ParentRef, BillWithParent: true });
    expect(below['BillWithParent']).toBe(true);
  });

  it('need a parent', async () => {
    const job = { DisplayName: 'Alone', Job: true };
    expect(codes(await company.post('customer', job))).toEqual(['6000']);
  });
});

describe('a project', () => {
  it('is made by people only, and stands on transactions by its name', async () => {
    expect(await make({ DisplayName: 'Mine', IsProject: true })).toMatchObject({
      IsProject: false,
    });
    const project = {
      Id: '950',
      DisplayName: 'Garden wall',
      FullyQualifiedName: 'Elm:Garden wall',
      Job: true,
      IsProject: true,
      Level: 1,
      ParentRef: { value: '1' },
    };
    company.simulator.control.load(company.realmId, { Customer: [project] });
    expect(await read('950')).toMatchObject({ IsProject: true, ParentRef: { value: '1' } });
    const reply = await company.post('invoice', {
      CustomerRef: { value: '1' },
      ProjectRef: { value: '950' },
      Line: [saleLine('3', 10)],
    });
    const invoice = answered(reply, 'Invoice');
    expect(invoice['ProjectRef']).toEqual({ value: '950', name: 'Garden wall' });
    const found = await company.query("select * from Invoice where ProjectRef = '950'");
    expect(list(found, 'Invoice')).toMatchObject([{ Id: invoice['Id'] }]);
  });
});

describe('a name taken up again', () => {
  it('is refused while someone else has it', async () => {
    const first = await make({ DisplayName: 'Elm House' });
    const { Id } = first;
    const away = { Id, SyncToken: first['SyncToken'], sparse: true, Active: false };
    const gone = await make(away);
    expect(gone).toMatchObject({
      DisplayName: 'Elm House (deleted)',
      FullyQualifiedName: 'Elm House (deleted)',
      PrintOnCheckName: 'Elm House',
    });
    await make({ DisplayName: 'Elm House' });
    const renamed = await make({
      Id,
      SyncToken: gone['SyncToken'],
      sparse: true,
      DisplayName: 'elm house',
    });
    const back = { Id, SyncToken: renamed['SyncToken'], sparse: true, Active: true };
    expect(codes(await company.post('customer', back))).toEqual(['6240']);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import { answered, codes, list, startCompany, type TestCompany } from '../support/company.js';
import { create, known, make, ref, spend, VENDOR } from '../support/purchases.js';

const EMPLOYEE = '35';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
  company.simulator.control.setClock({ now: '2026-05-05T12:00:00Z', stopped: true });
});

afterEach(() => company.close());

const BY_EMPLOYEE = { NameOf: 'Employee', EmployeeRef: ref(EMPLOYEE) };

const post = (body: JsonObject) => company.post('timeactivity', { ...BY_EMPLOYEE, ...body });

describe('a time activity', () => {
  it('is completed with the day and with what is not billed', async () => {
    const made = await create(company, 'TimeActivity', { ...BY_EMPLOYEE, Hours: 3 });
    expect(made).toMatchObject({
      TxnDate: '2026-05-05',
      EmployeeRef: { value: EMPLOYEE, name: 'Emily Platt' },
      BillableStatus: 'NotBillable',
      Taxable: false,
      HourlyRate: 0,
      Hours: 3,
      Minutes: 0,
      SyncToken: '0',
    });
  });

  it('takes its id from the same counter as bills', async () => {
    const bill = await make(company, 'Bill', { Line: [spend(1)] });
    const made = await create(company, 'TimeActivity', { ...BY_EMPLOYEE, Hours: 3 });
    expect(Number(made['Id'])).toBe(Number(bill['Id']) + 1);
  });

  it('is a stretch of time instead of a length', async () => {
    const made = await create(company, 'TimeActivity', {
      NameOf: 'Vendor',
      VendorRef: ref(VENDOR),
      StartTime: '2026-05-04T08:00:00-07:00',
      EndTime: '2026-05-04T12:30:00-07:00',
    });
    expect(made).toMatchObject({ VendorRef: { value: VENDOR } });
    expect(made).not.toHaveProperty('Hours');
  });

  it('is billed to a customer at a rate', async () => {
    const billable = {
      Hours: 2,
      BillableStatus: 'Billable',
      HourlyRate: 65,
      CustomerRef: ref('1'),
    };
    const made = await create(company, 'TimeActivity', { ...BY_EMPLOYEE, ...billable });
    expect(made).toMatchObject({ BillableStatus: 'Billable', CustomerRef: { value: '1' } });
  });

  it('changes, is found by who worked, and goes', async () => {
    const made = await create(company, 'TimeActivity', { ...BY_EMPLOYEE, Hours: 3 });
    const longer = await company.post('timeactivity', known(made, { sparse: true, Minutes: 15 }));
    const changed = answered(longer, 'TimeActivity');
    expect(changed).toMatchObject({ Hours: 3, Minutes: 15, SyncToken: '1' });
    const where = `EmployeeRef = '${EMPLOYEE}'`;
    const found = await company.query(`select * from TimeActivity where ${where}`);
    expect(list(found, 'TimeActivity')).toEqual([changed]);
    await company.post('timeactivity?operation=delete', known(changed));
    expect(codes(await company.get(`timeactivity/${made['Id']}`))).toEqual(['610']);
  });

  it.each<[string, JsonObject, string[]]>([
    ['without its kind of worker', { NameOf: null, Hours: 1 }, ['2020']],
    ['without its worker', { EmployeeRef: null, Hours: 1 }, ['2020']],
    ['for a worker of another kind', { NameOf: 'Vendor', Hours: 1 }, ['2020']],
    ['without a length', {}, ['2020']],
    ['without its end', { StartTime: '2026-05-04T08:00:00-07:00' }, ['2020']],
    [
      'when it ends before it starts',
      { StartTime: '2026-05-04T08:00:00-07:00', EndTime: '2026-05-04T07:00:00-07:00' },
      ['6000'],
    ],
    ['with an hour of minutes', { Hours: 1, Minutes: 60 }, ['2090']],
    ['when nobody is billed for it', { Hours: 1, BillableStatus: 'Billable' }, ['2020']],
    ['as billed already', { Hours: 1, BillableStatus: 'HasBeenBilled' }, ['2170']],
    ['for an unknown employee', { Hours: 1, EmployeeRef: ref('999') }, ['2500']],
  ])('is refused %s', async (_, body, expected) => {
    expect(codes(await post(body))).toEqual(expected);
  });

  it('is not in Simple Start', async () => {
    await company.close();
    company = await startCompany({ plan: 'simple_start' });
    expect(codes(await post({ Hours: 1 }))).toEqual(['5030']);
  });
});

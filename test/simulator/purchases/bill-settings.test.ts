import { afterEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import { list, member, startCompany, type TestCompany } from '../support/company.js';
import { ADVERTISING, applied, create, make, now, pay, ref, spend } from '../support/purchases.js';

let company: TestCompany;

afterEach(() => company.close());

const bill = (body: JsonObject = {}) => make(company, 'Bill', { Line: [spend(200)], ...body });

const lineOf = (object: JsonObject) => list(object, 'Line')[0] ?? {};

const balanceOf = async (Id: string) => (await now(company, 'Account', { Id }))['CurrentBalance'];

describe('a bill in another currency', () => {
  it('is booked at its rate, and open in both currencies', async () => {
    company = await startCompany({
      preferences: { CurrencyPrefs: { MultiCurrencyEnabled: true } },
    });
    const EUR = { CurrencyRef: ref('EUR') };
    const vendor = await create(company, 'Vendor', { DisplayName: 'Rheinholz', ...EUR });
    const VendorRef = ref(String(vendor['Id']));
    const made = await bill({ ...EUR, VendorRef, ExchangeRate: 1.25, Line: [spend(80)] });
    expect(made).toMatchObject({
      TotalAmt: 80,
      HomeTotalAmt: 100,
      Balance: 80,
      HomeBalance: 100,
      CurrencyRef: { value: 'EUR' },
    });
    const payable = String(member(made, 'APAccountRef')['value']);
    expect(await balanceOf(payable)).toBe(-100);
    await pay(company, 40, [applied(40, 'Bill', made)], { ...EUR, VendorRef, ExchangeRate: 1.25 });
    expect(await now(company, 'Bill', made)).toMatchObject({ Balance: 40, HomeBalance: 50 });
    expect(await balanceOf(payable)).toBe(-50);
  });
});

describe('classes and locations on a bill', () => {
  const MARKED = { DepartmentRef: ref('1'), Line: [spend(5, { ClassRef: ref('1') })] };
  const detailOf = (made: JsonObject) => member(lineOf(made), 'AccountBasedExpenseLineDetail');

  async function start(tracks: boolean): Promise<void> {
    const AccountingInfoPrefs = { ClassTrackingPerTxnLine: tracks, TrackDepartments: tracks };
    company = await startCompany({ preferences: { AccountingInfoPrefs } });
    company.simulator.control.load(company.realmId, {
      Class: [{ Id: '1', Name: 'Fairs', FullyQualifiedName: 'Fairs' }],
      Department: [{ Id: '1', Name: 'North', FullyQualifiedName: 'North' }],
    });
  }

  it('stay where the company tracks them', async () => {
    await start(true);
    const made = await bill(MARKED);
    expect(made).toMatchObject({ DepartmentRef: { value: '1', name: 'North' } });
    expect(detailOf(made)).toMatchObject({ ClassRef: { value: '1', name: 'Fairs' } });
  });

  it('are dropped where it does not, and accounts still follow their names', async () => {
    await start(false);
    const made = await bill(MARKED);
    expect(made).not.toHaveProperty('DepartmentRef');
    expect(detailOf(made)).not.toHaveProperty('ClassRef');
    company.simulator.control.act(company.realmId, {
      do: 'edit',
      entity: 'Account',
      id: ADVERTISING,
      changes: { Name: 'Publicity' },
    });
    const account = { value: ADVERTISING, name: 'Publicity' };
    expect(detailOf(await now(company, 'Bill', made))).toMatchObject({ AccountRef: account });
  });
});

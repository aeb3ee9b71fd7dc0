import type { BillInput } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import type { CompanyOptions, JsonObject } from '../../src/simulator/index.js';
import type { Journey } from '../support/journey.js';
import { type Account, account } from './profile.js';

/** A builder in the United Kingdom who buys boards, and what QuickBooks has before the app comes. */

export const PAYABLE = { name: 'Accounts Payable (A/P)' };
/** May change suppliers. */
export const ANNA = { id: 'Anna', rights: ['suppliers:write'] };
/** May not. */
export const BOB = { id: 'Bob', rights: [] };
const LISTS = {
  Vendor: [{ Id: '45', DisplayName: 'Timber & Co Ltd' }],
  Account: [{ Id: '261', Name: 'Materials', AcctNum: '5000', AccountType: 'Expense' }],
  Class: [
    { Id: '201', Name: 'Residential' },
    { Id: '202', Name: 'Offices' },
  ],
  Department: [{ Id: '2', Name: 'North' }],
  Customer: [
    { Id: '70', DisplayName: 'Kitchen Refit' },
    {
      Id: '71',
      DisplayName: 'Phase 1',
      FullyQualifiedName: 'Kitchen Refit:Phase 1',
      Job: true,
      ParentRef: { value: '70' },
    },
  ],
};

type LineInput = BillInput['lines'][number];

export const aLine = (over: Partial<LineInput> = {}): LineInput => ({
  account: { number: '5000' },
  description: 'Boards',
  amount: '100.00',
  taxAmount: '20.00',
  taxCode: { name: '20.0% S' },
  ...over,
});

/** A supplier's invoice of 120.00, VAT included. */
export function anInvoice(number: string, over: Partial<BillInput> = {}): BillInput {
  return {
    number,
    status: 'approved',
    date: '2026-11-18',
    vendor: { name: 'Timber & Co Ltd' },
    lines: [aLine()],
    tax: { total: '20.00' },
    total: '120.00',
    ...over,
  };
}

/** An account of the builder with the profile as it is, its credit account set. */
export const tenant = (
  journey: Journey,
  settings: SettingsInput = {},
  company: CompanyOptions = {},
): Promise<Account> =>
  account(journey, {
    profile: 'supplier-invoices',
    company: { country: 'GB', ...company },
    lists: LISTS,
    settings: { accounts: { payable: PAYABLE }, ...settings },
  });

/** States an approved invoice and waits until it is in QuickBooks. */
export async function posted(at: Account, number: string, over: Partial<BillInput> = {}) {
  await at.state('bill', number, anInvoice(number, over));
  const synced = await at.settled('bill', number);
  return { synced, bill: at.quickbooks.one('Bill', synced.quickbooks?.id) };
}

/** How the first line of a bill is coded. */
export function codingOf(bill: JsonObject): JsonObject | undefined {
  const [line] = bill['Line'] as { AccountBasedExpenseLineDetail: JsonObject }[];
  return line?.AccountBasedExpenseLineDetail;
}

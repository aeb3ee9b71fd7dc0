import type { RecordType } from '../../contract/run.js';

const LIST_WORDS: Readonly<Record<RecordType, string>> = {
  account: 'Accounts',
  item: 'Products and services',
  customer: 'Customers',
  vendor: 'Suppliers',
  tax_code: 'Tax codes',
  tax_rate: 'Tax rates',
  class: 'Classes',
  department: 'Locations',
  term: 'Terms',
  payment_method: 'Payment methods',
};

/** What people call a list of QuickBooks. */
export function listWords(type: RecordType): string {
  return LIST_WORDS[type];
}

/** Fills a new company with what QuickBooks gives every company, and with sample data if wanted. */

import type { Company } from '../engine/company.js';
import { loadObjects } from '../engine/load.js';
import type { JsonObject } from '../json.js';
import { mergeJson } from '../json.js';
import { pacificDate } from '../pacific.js';
import { accounts } from './accounts.js';
import { companyInfo, preferences } from './company.js';
import { items } from './items.js';
import { customers, employees, vendors } from './people.js';
import { taxObjects } from './taxes.js';

export type Seed = 'sample' | 'empty';

const TERMS: readonly (readonly [string, number])[] = [
  ['Due on receipt', 0],
  ['Net 15', 15],
  ['Net 30', 30],
  ['Net 60', 60],
];

const PAYMENT_METHODS = ['Cash', 'Check', 'Visa', 'MasterCard', 'Bank Transfer'];

export interface SeedOptions {
  seed: Seed;
  /** Laid over the default preferences, group by group. */
  preferences?: JsonObject;
  nowMs: number;
}

export function seedCompany(company: Company, options: SeedOptions): void {
  const { country, plan } = company.facts;
  const { seed, nowMs } = options;
  const prefs = mergeJson(preferences(country, plan), options.preferences ?? {});
  const objects: Record<string, JsonObject[]> = {
    CompanyInfo: [{ Id: '1', ...companyInfo(country, plan, nowMs) }],
    Preferences: [{ Id: '1', ...prefs }],
    Account: accounts(country),
    ...taxObjects(country),
    Term: TERMS.map(([Name, DueDays], index) => ({
      Id: String(index + 1),
      Name,
      Active: true,
      Type: 'STANDARD',
      DueDays,
    })),
    PaymentMethod: PAYMENT_METHODS.map((Name, index) => ({
      Id: String(index + 1),
      Name,
      Active: true,
      Type: /visa|master/i.test(Name) ? 'CREDIT_CARD' : 'NON_CREDIT_CARD',
    })),
  };
  const withStock = plan === 'plus' || plan === 'advanced';
  const goods = items(country, withStock, pacificDate(nowMs));
  if (seed === 'sample') {
    Object.assign(objects, {
      Customer: customers(country),
      Vendor: vendors(country),
      Employee: employees(country),
      Item: goods,
    });
  } else {
    // Every company has the service item that lines fall back to.
    objects['Item'] = goods.slice(0, 2);
  }
  loadObjects(company, objects, nowMs);
}

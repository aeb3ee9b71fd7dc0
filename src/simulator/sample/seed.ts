/** Fills a new company with what QuickBooks gives every company, and with sample data if wanted. */

import type { Company, CompanyFacts } from '../engine/company.js';
import { loadObjects } from '../engine/load.js';
import type { JsonObject } from '../json.js';
import { mergeJson } from '../json.js';
import { accounts } from './accounts.js';
import { companyInfo, preferences } from './company.js';
import { items } from './items.js';
import { customers, employees, vendors } from './people.js';
import { taxObjects } from './taxes.js';

/**
 * - `sample`: names, items and accounts to try things with.
 * - `new`: what QuickBooks sets up in every company: accounts, taxes, terms, two service items.
 * - `empty`: nothing but the company itself, for objects of one's own.
 */
export type Seed = 'sample' | 'new' | 'empty';

const TERMS: readonly (readonly [string, number])[] = [
  ['Due on receipt', 0],
  ['Net 15', 15],
  ['Net 30', 30],
  ['Net 60', 60],
];

const PAYMENT_METHODS = ['Cash', 'Check', 'Visa', 'MasterCard', 'Bank Transfer'];

export interface SeedOptions {
  seed: Seed;
  /** Default: a sample name. */
  name?: string;
  /** Laid over the default preferences, group by group. */
  preferences?: JsonObject;
  nowMs: number;
}

export function seedCompany(company: Company, options: SeedOptions): void {
  const { country, plan } = company.facts;
  const { seed, name, nowMs } = options;
  const named = name === undefined ? {} : { CompanyName: name, LegalName: name };
  const prefs = mergeJson(preferences(country, plan), options.preferences ?? {});
  const objects: Record<string, JsonObject[]> = {
    CompanyInfo: [{ Id: '1', ...companyInfo(country, plan, nowMs), ...named }],
    Preferences: [{ Id: '1', ...prefs }],
  };
  if (seed !== 'empty') Object.assign(objects, setUp(company));
  if (seed === 'sample') Object.assign(objects, samples(company));
  loadObjects(company, objects, { nowMs, complete: true });
}

/** What every company has from its first day. */
function setUp({ facts }: Company): Record<string, JsonObject[]> {
  return {
    Account: accounts(facts.country),
    ...taxObjects(facts.country),
    Term: TERMS.map(([Name, DueDays], index) => ({
      Id: String(index + 1),
      Name,
      Active: true,
      Type: 'STANDARD',
      DiscountPercent: 0,
      DiscountDays: 0,
      DueDays,
    })),
    PaymentMethod: PAYMENT_METHODS.map((Name, index) => ({
      Id: String(index + 1),
      Name,
      Active: true,
      Type: /visa|master/i.test(Name) ? 'CREDIT_CARD' : 'NON_CREDIT_CARD',
    })),
    // The service item that lines fall back to, and its sibling.
    Item: goods(facts).slice(0, 2),
  };
}

function samples({ facts }: Company): Record<string, JsonObject[]> {
  return {
    Customer: customers(facts.country),
    Vendor: vendors(facts.country),
    Employee: employees(facts.country),
    Item: goods(facts),
  };
}

/** The stock of the sample items begins before anything a test may date. */
const STOCK_SINCE = '2015-01-01';

function goods({ country, plan }: CompanyFacts): JsonObject[] {
  const withStock = plan === 'plus' || plan === 'advanced';
  return items(country, withStock, STOCK_SINCE);
}

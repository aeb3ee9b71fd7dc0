/** The pages of a company's own people: what they would do in QuickBooks by hand. */

import type { CompanySummary } from '../control/control.js';
import { document, field } from '../html.js';
import { escapeXml } from '../xml/escape.js';
import { KINDS } from './kinds.js';

export const COMPANY_PATH = '/companies/';

/** What became of the last form: done, or QuickBooks' refusal. */
export interface Said {
  isRefusal: boolean;
  text: string;
}

export function companiesPage(companies: readonly CompanySummary[]): string {
  const rows = companies.map(
    ({ realmId, name, country, plan }) =>
      `<li><a href="${COMPANY_PATH}${escapeXml(realmId)}">${escapeXml(name)}</a> ` +
      `<small>${escapeXml(`${country}, ${plan}, ${realmId}`)}</small></li>`,
  );
  return document(
    'QuickBooks, simulated',
    `<h1>QuickBooks, simulated</h1>
<p>Companies, as their own people would open them:</p>
<ul>${rows.join('\n')}</ul>
<p class="note">A simulator. No real company is touched.</p>`,
  );
}

export interface OpenCompany {
  summary: CompanySummary;
  /** The day its books are closed through; null: they are open. */
  closedThrough: string | null;
  customers: readonly string[];
  products: readonly string[];
}

export function companyPage(company: OpenCompany, said?: Said): string {
  const { summary, closedThrough, customers, products } = company;
  const action = `${COMPANY_PATH}${escapeXml(summary.realmId)}`;
  return document(
    summary.name,
    `<h1>${escapeXml(summary.name)}</h1>
${said === undefined ? '' : `<p role="${said.isRefusal ? 'alert' : 'status'}">${escapeXml(said.text)}</p>`}
${form(action, 'customer', 'Add a customer', 'Name')}
${form(action, 'product', 'Add a product', 'Name')}
${form(action, 'books', 'Close the books', 'Through (empty: open)', closedThrough ?? '', 'date')}
<p>${[...KINDS].map(([word, { title }]) => `<a href="${action}/${word}">${title}</a>`).join(' · ')}</p>
<details><summary>Customers (${customers.length})</summary>${list(customers)}</details>
<details><summary>Products and services (${products.length})</summary>${list(products)}</details>
<p><a href="/">All companies</a></p>
<p class="note">A simulator. No real company is touched.</p>`,
  );
}

function form(
  action: string,
  what: string,
  title: string,
  label: string,
  value = '',
  type = 'text',
): string {
  const state = type === 'text' ? 'required maxlength="100"' : '';
  return `<form method="post" action="${action}"><fieldset><legend>${title}</legend>
${field('hidden', 'what', what)}
<label>${label} ${field(type, 'value', value, state)}</label>
<button>${title}</button></fieldset></form>`;
}

function list(names: readonly string[]): string {
  return `<ul>${names.map((name) => `<li>${escapeXml(name)}</li>`).join('')}</ul>`;
}

/** The page on which a person picks a company and lets an app in, or does not. */

import { code, document, field } from '../html.js';
import { escapeXml } from '../xml/escape.js';

export interface AuthorizePage {
  clientId: string;
  /** Optional ones can be taken back by the person. */
  scopes: readonly { name: string; optional: boolean }[];
  companies: readonly PageCompany[];
  /** False where the app only wants to know who the person is. */
  needsCompany: boolean;
  /** The request's own parameters, sent back with the decision. */
  parameters: URLSearchParams;
}

interface PageCompany {
  realmId: string;
  name: string;
  country: string;
  plan: string;
}

/** Parameters that the page's own controls decide. */
const DECIDED = new Set(['realmId', 'auto', 'granted', 'decision']);

export function authorizePage(page: AuthorizePage): string {
  const { clientId, scopes, companies, needsCompany, parameters } = page;
  const hidden = [...parameters]
    .filter(([name]) => !DECIDED.has(name))
    .map(([name, value]) => field('hidden', name, value))
    .join('\n');
  const wanted = scopes.map(scopeRow).join('\n');
  const stuck = needsCompany && companies.length === 0;
  const choice = needsCompany
    ? `<fieldset><legend>Company</legend>\n${companies.map(companyRow).join('\n')}\n</fieldset>`
    : '';
  return document(
    'Connect to QuickBooks',
    `<h1>Connect to QuickBooks</h1>
<form method="post" action="/connect/oauth2">
${hidden}
<fieldset><legend>The app <strong>${escapeXml(clientId)}</strong> asks for</legend>
${wanted}
</fieldset>
${stuck ? '<p role="alert">There is no company yet.</p>' : choice}
<p class="decision">
<button name="decision" value="allow"${stuck ? ' disabled' : ''}>Authorize</button>
<button name="decision" value="deny" class="quiet">Cancel</button>
</p>
</form>
<p class="note">This is the simulator's page, not Intuit's. No real company is touched.</p>`,
  );
}

/** Scopes for company data go together with the company: they cannot be left out one by one. */
function scopeRow({ name, optional }: AuthorizePage['scopes'][number]): string {
  if (optional)
    return `<label>${field('checkbox', 'granted', name, 'checked')}${code(name)}</label>`;
  return `<p>${field('hidden', 'granted', name)}${code(name)}</p>`;
}

function companyRow({ realmId, name, country, plan }: PageCompany, index: number): string {
  const checked = index === 0 ? 'checked' : '';
  const facts = `${country}, ${planName(plan)}, ${realmId}`;
  return (
    `<label class="company">${field('radio', 'realmId', realmId, checked)}` +
    `<span><strong>${escapeXml(name)}</strong><br><small>${escapeXml(facts)}</small></span></label>`
  );
}

/** `simple_start` as a person reads it: Simple Start. */
function planName(plan: string): string {
  return plan.replaceAll('_', ' ').replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

/** Shown where the request cannot be sent back anywhere. */
export function errorPage(sentence: string): string {
  return document('Connection problem', `<h1>Connection problem</h1><p>${escapeXml(sentence)}</p>`);
}

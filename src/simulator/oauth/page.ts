/** The page on which a person picks a company and lets an app in, or does not. */

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

function field(type: string, name: string, value: string, state = ''): string {
  return `<input type="${type}" name="${escapeXml(name)}" value="${escapeXml(value)}" ${state}>`;
}

function code(text: string): string {
  return `<code>${escapeXml(text)}</code>`;
}

/** Shown where the request cannot be sent back anywhere. */
export function errorPage(sentence: string): string {
  return document('Connection problem', `<h1>Connection problem</h1><p>${escapeXml(sentence)}</p>`);
}

const STYLE = `
body{font:16px/1.5 system-ui,sans-serif;color:#1c1f23;background:#eef1f0;margin:0}
main{max-width:34rem;margin:8vh auto;padding:2rem 2.5rem;background:#fff;border-radius:12px;
box-shadow:0 2px 18px #0002}
h1{font-size:1.4rem;margin:0 0 1.5rem}
fieldset{min-width:0;border:1px solid #d5dad8;border-radius:8px;margin:0 0 1.25rem;padding:.5rem 1rem}
legend{padding:0 .4rem;color:#4b5358}
label,fieldset p{display:flex;gap:.6rem;align-items:center;margin:.4rem 0}
.company{padding:.3rem 0;cursor:pointer}
.company:has(:checked){color:#0b6b2f}
code{min-width:0;overflow-wrap:anywhere}
small,.note{color:#5c656a}
.decision{display:flex;gap:.75rem}
button{font:inherit;padding:.5rem 1.4rem;border:1px solid #2c8a4b;border-radius:6px;
background:#2c8a4b;color:#fff;cursor:pointer}
button.quiet{background:#fff;color:#1c1f23;border-color:#aeb6b3}
button:disabled{opacity:.5;cursor:default}
.note{font-size:.85rem;margin:1.5rem 0 0}
@media (max-width:30rem){main{margin:0;padding:1.25rem;border-radius:0}}
`;

function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeXml(title)}</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>${STYLE}</style></head>
<body><main>${body}</main></body></html>`;
}

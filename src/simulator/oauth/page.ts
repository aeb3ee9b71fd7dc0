/** The page on which a person picks a company and lets an app in, or does not. */

import { escapeXml } from '../xml/escape.js';

export interface AuthorizePage {
  clientId: string;
  scopes: readonly string[];
  companies: readonly { realmId: string; name: string }[];
  /** The request's own parameters, sent back with the decision. */
  parameters: URLSearchParams;
}

export function authorizePage({ clientId, scopes, companies, parameters }: AuthorizePage): string {
  const hidden = [...parameters]
    .filter(([name]) => name !== 'realmId' && name !== 'auto')
    .map(
      ([name, value]) =>
        `<input type="hidden" name="${escapeXml(name)}" value="${escapeXml(value)}">`,
    )
    .join('\n');
  const options = companies
    .map(
      ({ realmId, name }) =>
        `<option value="${escapeXml(realmId)}">${escapeXml(name)} (${escapeXml(realmId)})</option>`,
    )
    .join('\n');
  const wanted = scopes.map((scope) => `<li><code>${escapeXml(scope)}</code></li>`).join('\n');
  const disabled = companies.length === 0 ? ' disabled' : '';
  const none = companies.length === 0 ? '<p role="alert">There is no company yet.</p>' : '';
  return page(
    'Connect to QuickBooks',
    `<h1>Connect to QuickBooks</h1>
<p>The app <strong>${escapeXml(clientId)}</strong> asks for:</p>
<ul>${wanted}</ul>
${none}
<form method="post" action="/connect/oauth2">
${hidden}
<p><label>Company <select name="realmId">${options}</select></label></p>
<p><button name="decision" value="allow"${disabled}>Authorize</button>
<button name="decision" value="deny">Cancel</button></p>
</form>
<p><small>This is the simulator's page, not Intuit's. No real company is touched.</small></p>`,
  );
}

/** Shown where the request cannot be sent back anywhere. */
export function errorPage(sentence: string): string {
  return page('Connection problem', `<h1>Connection problem</h1><p>${escapeXml(sentence)}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeXml(title)}</title>
<meta name="viewport" content="width=device-width">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}
button{font:inherit;padding:.4rem 1rem}select{font:inherit}</style></head>
<body>${body}</body></html>`;
}

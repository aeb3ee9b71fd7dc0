/** The authorize address: the page, the decision, and the way back to the app. */

import { textOf } from '../json.js';
import type { QuickBooks } from '../quickbooks.js';
import type { Answer } from '../service/answers.js';
import { type AuthorizePage, authorizePage, errorPage } from './page.js';

/** Scopes that open a company's data; the others tell about the person. */
const COMPANY_SCOPES: ReadonlySet<string> = new Set([
  'com.intuit.quickbooks.accounting',
  'com.intuit.quickbooks.payment',
  'payroll.compensation.read',
  'project-management.project',
  'app-foundations.custom-dimensions.read',
  'app-foundations.custom-field-definitions',
  'time-tracking.time-entry',
  'indirect-tax.tax-calculation.quickbooks',
]);

const PERSON_SCOPES: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'phone',
  'address',
]);

interface AuthorizeRequest {
  clientId: string;
  redirectUri: string;
  scopes: string[];
  /** The request's own, or those of the posted form. */
  parameters: URLSearchParams;
}

/** The page, the form it posts, and `auto=allow|deny` with a `realmId` where no browser is. */
export function authorize(
  quickbooks: QuickBooks,
  request: { method: string; parameters: URLSearchParams; text: string },
): Answer {
  const posted = request.method === 'POST';
  const parameters = posted ? new URLSearchParams(request.text) : request.parameters;
  const clientId = parameters.get('client_id') ?? '';
  const redirectUri = parameters.get('redirect_uri') ?? '';
  const problem = problemOf(quickbooks, clientId, redirectUri);
  if (problem !== undefined) return htmlAnswer(400, errorPage(problem));
  const scopes = words(parameters.get('scope'));
  if (parameters.get('response_type') !== 'code') {
    return back(redirectUri, parameters, { error: 'unsupported_response_type' });
  }
  const known = (scope: string) => COMPANY_SCOPES.has(scope) || PERSON_SCOPES.has(scope);
  if (scopes.length === 0 || !scopes.every(known)) {
    return back(redirectUri, parameters, { error: 'invalid_scope' });
  }
  const decision = posted ? parameters.get('decision') : parameters.get('auto');
  if (decision === 'deny') return back(redirectUri, parameters, { error: 'access_denied' });
  const asked = { clientId, redirectUri, scopes, parameters };
  if (decision === 'allow') return allow(quickbooks, asked);
  return htmlAnswer(200, authorizePage(pageOf(quickbooks, asked)));
}

/** What makes it impossible to send the browser back to the app. */
function problemOf(
  { clients, apps }: QuickBooks,
  clientId: string,
  redirectUri: string,
): string | undefined {
  if (clientId === '' || (clients !== undefined && clients[clientId] === undefined)) {
    return 'The client_id is not known.';
  }
  if (!URL.canParse(redirectUri)) return 'The redirect_uri is missing or not an address.';
  if (!apps.mayReturnTo(clientId, redirectUri)) {
    return 'The redirect_uri is not one the app has registered.';
  }
  return undefined;
}

function words(text: string | null): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

/**
 * A person may grant fewer scopes than were asked for (`granted`). Nothing in the answer tells the
 * app: it meets a 403 later. An app that asks about the person alone gets no company.
 */
function allow(
  quickbooks: QuickBooks,
  { clientId, redirectUri, scopes, parameters }: AuthorizeRequest,
): Answer {
  const granted = parameters.has('granted')
    ? scopes.filter((scope) => parameters.getAll('granted').flatMap(words).includes(scope))
    : scopes;
  if (granted.length === 0) return back(redirectUri, parameters, { error: 'access_denied' });
  const needsCompany = granted.some((scope) => COMPANY_SCOPES.has(scope));
  const realmId = needsCompany ? (parameters.get('realmId') ?? '') : '';
  if (needsCompany && !quickbooks.companies.has(realmId)) {
    return htmlAnswer(400, errorPage('There is no company with that realmId.'));
  }
  const code = quickbooks.grants.issueCode({ clientId, realmId, redirectUri, scopes: granted });
  quickbooks.noteChange();
  return back(redirectUri, parameters, needsCompany ? { code, realmId } : { code });
}

function pageOf(
  { companies }: QuickBooks,
  { clientId, scopes, parameters }: AuthorizeRequest,
): AuthorizePage {
  return {
    clientId,
    scopes: scopes.map((name) => ({ name, optional: PERSON_SCOPES.has(name) })),
    parameters,
    companies: [...companies.values()].map((company) => ({
      realmId: company.realmId,
      name: textOf(company.find('CompanyInfo', '1'), 'CompanyName') ?? company.realmId,
      country: company.facts.country,
      plan: company.facts.plan,
    })),
    needsCompany: scopes.some((scope) => COMPANY_SCOPES.has(scope)),
  };
}

function back(
  redirectUri: string,
  parameters: URLSearchParams,
  result: Record<string, string>,
): Answer {
  const location = new URL(redirectUri);
  const state = parameters.get('state');
  const { code, ...rest } = result;
  if (code !== undefined) location.searchParams.set('code', code);
  if (state !== null) location.searchParams.set('state', state);
  for (const [name, value] of Object.entries(rest)) location.searchParams.set(name, value);
  return { ...htmlAnswer(302, ''), headers: { location: location.href } };
}

function htmlAnswer(status: number, body: string): Answer {
  return { status, contentType: 'text/html;charset=UTF-8', body };
}

/** What the people of a company do by hand, in a browser: add names, close the books, work on records. */

import { z } from 'zod';
import type { Act } from '../control/act.js';
import type { SimulatorControl } from '../control/control.js';
import { ControlError } from '../control/error.js';
import { textOf } from '../json.js';
import type { Answer } from '../service/answers.js';
import { KINDS, kindOfPage } from './kinds.js';
import { COMPANY_PATH, companiesPage, companyPage, type OpenCompany, type Said } from './page.js';
import { doneTo, objectAt } from './records.js';
import { listPage, recordPage, whosePage } from './records-page.js';

/** QuickBooks' own addresses of what is in it begin so. */
const OWN_PATH = '/app/';

interface Asked {
  method: string;
  path: string;
  parameters: URLSearchParams;
  text: string;
}

/** Undefined where the path is none of these pages. */
export function handlePeople(
  control: SimulatorControl,
  { method, path, parameters, text }: Asked,
): Answer | undefined {
  if (path.startsWith(OWN_PATH) && method === 'GET') {
    return leadTo(control, path.slice(OWN_PATH.length), parameters.get('txnId') ?? '');
  }
  if (path === '/' && method === 'GET') return page(200, companiesPage(control.companies()));
  if (!path.startsWith(COMPANY_PATH)) return undefined;
  const [realmId = '', word, id, ...beyond] = path.slice(COMPANY_PATH.length).split('/');
  if (!control.companies().some((company) => company.realmId === realmId)) return undefined;
  if (word !== undefined) {
    return beyond.length > 0
      ? undefined
      : records(control, { realmId, word, id }, { method, text });
  }
  if (method === 'GET') return page(200, companyPage(opened(control, realmId)));
  if (method !== 'POST') return undefined;
  const said = done(control, realmId, new URLSearchParams(text));
  return page(said.isRefusal ? 400 : 200, companyPage(opened(control, realmId), said));
}

/** QuickBooks opens it in the company one is in; here nobody is, and Ids are each company's own. */
function leadTo(control: SimulatorControl, pageWord: string, id: string): Answer | undefined {
  const [word, kind] = kindOfPage(pageWord) ?? [];
  if (word === undefined || kind === undefined) return undefined;
  const having = control
    .companies()
    .filter(({ realmId }) => objectAt(control, { realmId, kind, id }) !== undefined);
  const [only, ...others] = having;
  if (only === undefined) return undefined;
  if (others.length > 0) return page(200, whosePage({ word, kind, id }, having));
  const Location = `${COMPANY_PATH}${only.realmId}/${word}/${encodeURIComponent(id)}`;
  return { ...page(302, ''), headers: { Location } };
}

/** A list of records, or one of them with what is asked for it. */
function records(
  control: SimulatorControl,
  { realmId, word, id }: { realmId: string; word: string; id: string | undefined },
  { method, text }: { method: string; text: string },
): Answer | undefined {
  const kind = KINDS.get(word);
  if (kind === undefined || (method !== 'GET' && method !== 'POST')) return undefined;
  const at = { realmId, word, kind };
  const list = (said?: Said) => listPage(at, control.objects(realmId, kind.entity), said);
  if (id === undefined) return method === 'GET' ? page(200, list()) : undefined;
  const place = { realmId, kind, id };
  const before = objectAt(control, place);
  if (before === undefined) return undefined;
  if (method === 'GET') return page(200, recordPage(at, before));
  const said = doneTo(control, place, new URLSearchParams(text));
  const after = objectAt(control, place);
  // Deleted, or merged away.
  const shown = after === undefined ? list(said) : recordPage(at, after, said);
  return page(said.isRefusal ? 400 : 200, shown);
}

function done(control: SimulatorControl, realmId: string, form: URLSearchParams): Said {
  const value = form.get('value')?.trim() ?? '';
  const what = form.get('what');
  try {
    if (what === 'customer') {
      const object = { DisplayName: value };
      return added(control, realmId, { do: 'create', entity: 'Customer', object }, value);
    }
    if (what === 'product') {
      const object = { Name: value, Type: 'Service', IncomeAccountRef: incomeOf(control, realmId) };
      return added(control, realmId, { do: 'create', entity: 'Item', object }, value);
    }
    const date = value === '' ? null : value;
    if (date !== null && !z.iso.date().safeParse(date).success) {
      return { isRefusal: true, text: `${date} is no date.` };
    }
    control.act(realmId, { do: 'close_books', date });
    const text = date === null ? 'The books are open.' : `The books are closed through ${date}.`;
    return { isRefusal: false, text };
  } catch (error) {
    if (error instanceof ControlError) return { isRefusal: true, text: error.message };
    throw error;
  }
}

function added(control: SimulatorControl, realmId: string, act: Act, name: string): Said {
  const { object } = control.act(realmId, act);
  return { isRefusal: false, text: `${name} was added (Id ${textOf(object ?? {}, 'Id')}).` };
}

/** QuickBooks wants an income account of every service; its people would take the first. */
function incomeOf(control: SimulatorControl, realmId: string): { value: string } {
  const account = control
    .objects(realmId, 'Account')
    .find((one) => textOf(one, 'AccountType') === 'Income');
  return { value: textOf(account, 'Id') ?? '' };
}

function opened(control: SimulatorControl, realmId: string): OpenCompany {
  const summary = control.companies().find((company) => company.realmId === realmId);
  if (summary === undefined) throw new ControlError(404, `No company ${realmId}`);
  const [preferences] = control.objects(realmId, 'Preferences');
  const accounting = preferences?.['AccountingInfoPrefs'];
  const closing =
    typeof accounting === 'object' && accounting !== null && 'BookCloseDate' in accounting
      ? accounting.BookCloseDate
      : undefined;
  return {
    summary,
    closedThrough: typeof closing === 'string' ? closing : null,
    customers: namesOf(control, realmId, 'Customer', 'DisplayName'),
    products: namesOf(control, realmId, 'Item', 'Name'),
  };
}

function namesOf(control: SimulatorControl, realmId: string, entity: string, member: string) {
  return control
    .objects(realmId, entity)
    .filter((object) => object['Active'] !== false)
    .map((object) => textOf(object, member) ?? '')
    .sort((a, b) => a.localeCompare(b));
}

function page(status: number, body: string): Answer {
  return { status, contentType: 'text/html;charset=UTF-8', body };
}

/** The pages of a company's records: a list of each kind, and one record with what can be done to it. */

import type { CompanySummary } from '../control/control.js';
import { document, field } from '../html.js';
import { isObject, type JsonObject, textOf } from '../json.js';
import { escapeXml } from '../xml/escape.js';
import type { Kind } from './kinds.js';
import { COMPANY_PATH, type Said } from './page.js';

/** Rows of a list, the newest first. */
const ROWS_MAX = 200;

interface Listed {
  realmId: string;
  word: string;
  kind: Kind;
}

export function listPage(
  { realmId, word, kind }: Listed,
  objects: readonly JsonObject[],
  said?: Said,
): string {
  const shown = [...objects].reverse().slice(0, ROWS_MAX);
  const rows = shown.map((one) => {
    const id = textOf(one, 'Id') ?? '';
    const href = escapeXml(`${COMPANY_PATH}${realmId}/${word}/${id}`);
    return `<li><a href="${href}">${escapeXml(nameOf(one))}</a> <small>${escapeXml(factsOf(one, kind).join(', '))}</small></li>`;
  });
  return document(
    kind.title,
    `<h1>${kind.title}</h1>
${saidIn(said)}
${rows.length === 0 ? '<p>There is none.</p>' : `<ul>${rows.join('\n')}</ul>`}
${objects.length > ROWS_MAX ? `<p>The newest ${ROWS_MAX} of ${objects.length}.</p>` : ''}
${wayBack(realmId)}`,
  );
}

export function recordPage({ realmId, word, kind }: Listed, one: JsonObject, said?: Said): string {
  const action = escapeXml(`${COMPANY_PATH}${realmId}/${word}/${textOf(one, 'Id') ?? ''}`);
  const forms = kind.party === null ? formsOfName(one) : formsOfForm(one, kind);
  const shown = forms.map(({ what, title, label, type, value }) => {
    const asks =
      label === undefined
        ? ''
        : `<label>${label} ${field(type ?? 'text', 'value', value ?? '', 'required')}</label>`;
    return `<form method="post" action="${action}"><fieldset><legend>${title}</legend>
${field('hidden', 'what', what)}${asks}<button>${title}</button></fieldset></form>`;
  });
  return document(
    nameOf(one),
    `<h1>${escapeXml(nameOf(one))}</h1>
${saidIn(said)}
<p>${escapeXml(factsOf(one, kind).join(', '))}</p>
${shown.join('\n')}
<p><a href="${escapeXml(`${COMPANY_PATH}${realmId}/${word}`)}">${kind.title}</a></p>
${wayBack(realmId)}`,
  );
}

/** Asks in which company something is to be opened. */
export function whosePage(
  { word, kind, id }: { word: string; kind: Kind; id: string },
  companies: readonly CompanySummary[],
): string {
  const rows = companies.map(({ realmId, name }) => {
    const href = escapeXml(`${COMPANY_PATH}${realmId}/${word}/${encodeURIComponent(id)}`);
    return `<li><a href="${href}">${escapeXml(name)}</a></li>`;
  });
  return document(
    kind.title,
    `<h1>${kind.title}: Id ${escapeXml(id)}</h1>
<p>Several companies have one. Open it in:</p>
<ul>${rows.join('\n')}</ul>
<p class="note">A simulator. No real company is touched.</p>`,
  );
}

interface Form {
  what: string;
  title: string;
  /** Of what is typed; without one there is only the button. */
  label?: string;
  type?: 'text' | 'date';
  value?: string;
}

function formsOfName(one: JsonObject): Form[] {
  const name = textOf(one, 'DisplayName') ?? '';
  return [
    { what: 'rename', title: 'Rename', label: 'Name', value: name },
    { what: 'merge', title: 'Merge into another', label: 'Id of the one that stays' },
    { what: 'deactivate', title: 'Make inactive' },
  ];
}

function formsOfForm(one: JsonObject, { entity, isVoidable }: Kind): Form[] {
  const isPayment = entity === 'Payment';
  const number = textOf(one, 'DocNumber') ?? '';
  const balance = String(one['Balance'] ?? '');
  const forms: (Form | false)[] = [
    entity === 'Invoice' && {
      what: 'pay',
      title: 'Receive a payment',
      label: 'Amount',
      value: balance,
    },
    !isPayment && { what: 'number', title: 'Change the number', label: 'Number', value: number },
    {
      what: 'date',
      title: 'Change the date',
      label: 'Date',
      type: 'date',
      value: textOf(one, 'TxnDate') ?? '',
    },
    !isPayment && { what: 'amount', title: 'Change the amount', label: 'Of its first line' },
    isVoidable && { what: 'void', title: 'Void it' },
    { what: 'delete', title: 'Delete it' },
  ];
  return forms.filter((form) => form !== false);
}

function nameOf(one: JsonObject): string {
  return textOf(one, 'DisplayName') ?? textOf(one, 'DocNumber') ?? `Id ${textOf(one, 'Id') ?? ''}`;
}

function factsOf(one: JsonObject, { party }: Kind): string[] {
  const whose = party === null ? undefined : one[party];
  const facts: [string, unknown][] = [
    ['Id', one['Id']],
    ['dated', one['TxnDate']],
    ['of', isObject(whose) ? (whose['name'] ?? whose['value']) : undefined],
    ['total', one['TotalAmt']],
    ['open', one['Balance']],
  ];
  const told = facts.filter(([, value]) => value !== undefined && value !== null);
  const inactive = one['Active'] === false ? ['inactive'] : [];
  return [...told.map(([name, value]) => `${name} ${String(value)}`), ...inactive];
}

function saidIn(said: Said | undefined): string {
  if (said === undefined) return '';
  return `<p role="${said.isRefusal ? 'alert' : 'status'}">${escapeXml(said.text)}</p>`;
}

function wayBack(realmId: string): string {
  return `<p><a href="${escapeXml(`${COMPANY_PATH}${realmId}`)}">The company</a></p>
<p class="note">A simulator. No real company is touched.</p>`;
}

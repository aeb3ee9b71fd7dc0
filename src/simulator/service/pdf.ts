/** A transaction on one page of paper: a small PDF of the simulator's own making. */

import type { Company } from '../engine/company.js';
import type { EntityDefinition } from '../engine/definition.js';
import { type JsonObject, numberOf, objectOf, objectsOf, textOf } from '../json.js';

/** Lines of the transaction that fit on the page. */
const LINES_MAX = 30;
/** Width and height in points. */
const LETTER = [612, 792] as const;
const A4 = [595, 842] as const;
const MARGIN = 62;

export function transactionPdf(
  company: Company,
  { name }: EntityDefinition,
  object: JsonObject,
): Buffer {
  const party = objectOf(object, 'CustomerRef') ?? objectOf(object, 'VendorRef');
  const number = textOf(object, 'DocNumber') ?? textOf(object, 'Id') ?? '';
  const currency = textOf(objectOf(object, 'CurrencyRef'), 'value') ?? '';
  const lines = objectsOf(object, 'Line').map(textOfLine);
  const shown = [
    textOf(company.find('CompanyInfo', '1'), 'CompanyName') ?? company.realmId,
    `${name} ${number}`,
    `Date: ${textOf(object, 'TxnDate') ?? ''}`,
    `Name: ${textOf(party, 'name') ?? ''}`,
    '',
    ...lines.filter((line) => line !== '').slice(0, LINES_MAX),
    '',
    `Total: ${amount(numberOf(object, 'TotalAmt'))} ${currency}`,
  ];
  return onePage(shown, company.facts.country === 'US' ? LETTER : A4);
}

/** What is sold or paid, what is said of it, and for how much. Empty for a line that adds up. */
function textOfLine(line: JsonObject): string {
  const type = textOf(line, 'DetailType') ?? '';
  if (type === 'SubTotalLineDetail') return '';
  const description = textOf(line, 'Description');
  const words = [subjectOf(line, type), description].filter((word) => word !== undefined);
  const charged = numberOf(line, 'Amount');
  if (charged === undefined) return words.join(' - ');
  return `${words.join(' - ')}   ${amount(charged)}`;
}

function subjectOf(line: JsonObject, type: string): string | undefined {
  const detail = objectOf(line, type);
  for (const member of ['ItemRef', 'GroupItemRef', 'AccountRef']) {
    const subject = objectOf(detail, member) ?? objectOf(objectOf(line, 'GroupLineDetail'), member);
    if (subject !== undefined) return textOf(subject, 'name') ?? textOf(subject, 'value');
  }
  const [linked] = objectsOf(line, 'LinkedTxn');
  if (linked !== undefined) {
    return `${textOf(linked, 'TxnType') ?? ''} ${textOf(linked, 'TxnId') ?? ''}`;
  }
  return type === 'DiscountLineDetail' ? 'Discount' : undefined;
}

function amount(value: number | undefined): string {
  return (value ?? 0).toFixed(2);
}

/** The parts every PDF has, and a table that says at which byte each of them begins. */
function onePage(lines: readonly string[], [width, height]: typeof LETTER | typeof A4): Buffer {
  const content = [
    `BT /F1 12 Tf 16 TL 56 ${height - MARGIN} Td`,
    ...lines.map((line) => `(${escaped(line)}) Tj T*`),
    'ET',
  ].join('\n');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents 4 0 R ` +
      '/Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${Buffer.byteLength(content, 'latin1')} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = text.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const size = objects.length + 1;
  text += `xref\n0 ${size}\n0000000000 65535 f \n${entries.join('')}`;
  text += `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  // Every character is one byte here, so that the offsets above are right.
  return Buffer.from(text, 'latin1');
}

/** Text for a PDF string in WinAnsi: other characters become question marks. */
function escaped(text: string): string {
  return text.replace(/[^\x20-\x7E\xA0-\xFF]/g, '?').replace(/[\\()]/g, '\\$&');
}

import { isKind, kindWord } from '../contract/documents/kinds.js';
import type { RecordType } from '../contract/run.js';
import type { Code, CodedPart, CodingChange } from '../contract/settings-check.js';
import { type FoundRecord, findRecords } from '../ledger/companies/found-records.js';
import type { Ledger } from '../ledger/database/open.js';
import { NON_TAXABLE, TAXABLE } from '../qbo/mapping/line-tax-codes.js';
import { SHIPPING_ITEM } from '../qbo/mapping/quickbooks-types.js';
import type { CodeOf, CountedChange } from './settings-tally.js';

/** List a code is of; null where it is of none. */
const TYPE: Readonly<Record<CodedPart, RecordType | null>> = {
  form: null,
  customer: 'customer',
  vendor: 'vendor',
  item: 'item',
  account: 'account',
  taxCode: 'tax_code',
  class: 'class',
  customerOrProject: 'customer',
  location: 'department',
  depositAccount: 'account',
  receivableAccount: 'account',
  payableAccount: 'account',
  terms: 'term',
  paymentMethod: 'payment_method',
};

/** What QuickBooks says by a word of its own where others have an id. */
const WORDS: Readonly<Record<string, string>> = {
  [TAXABLE]: 'taxable',
  [NON_TAXABLE]: 'not taxable',
  [SHIPPING_ITEM]: 'shipping',
};

/** Changes with the names and numbers their records have in the mirror: one statement for all. */
export async function namedChanges(
  ledger: Ledger,
  companyId: string,
  changes: readonly CountedChange[],
): Promise<CodingChange[]> {
  const ids = new Map<RecordType, Set<string>>();
  for (const { what, from, to } of changes) {
    const type = TYPE[what];
    if (type === null) continue;
    for (const code of [from, to])
      if (code.is === 'id') ids.set(type, (ids.get(type) ?? new Set()).add(code.id));
  }
  const none = { foldedKeys: [], emailKeys: [], numbers: [], nameKeys: [] };
  const asked = [...ids].map(([type, wanted]) => ({ type, ids: [...wanted], ...none }));
  const found = asked.length === 0 ? [] : await findRecords(ledger, companyId, asked);
  const byId = new Map(found.map((record) => [`${record.type} ${record.quickbooksId}`, record]));
  return changes.map(({ what, from, to, lines, documents }) => {
    const named = (code: CodeOf) => codeOf(code, TYPE[what], byId);
    return { what, from: named(from), to: named(to), lines, documents };
  });
}

function codeOf(
  code: CodeOf,
  type: RecordType | null,
  byId: ReadonlyMap<string, FoundRecord>,
): Code {
  const nothing = { recordId: null, number: null };
  switch (code.is) {
    case 'none':
    case 'several':
      return { is: code.is, type, name: code.is, ...nothing };
    case 'new':
      return { is: 'new', type, name: code.name, ...nothing };
    case 'id': {
      const { id } = code;
      const word = type === null ? formWord(id) : WORDS[id];
      if (word !== undefined) return { is: 'word', type, name: word, ...nothing };
      const record = byId.get(`${type} ${id}`);
      const fullName = record?.facts['fullName'];
      const name = typeof fullName === 'string' ? fullName : (record?.name ?? `Id ${id}`);
      return { is: 'record', type, recordId: id, name, number: record?.number ?? null };
    }
  }
}

/** "PurchaseOrder" as people call it. */
function formWord(entity: string): string {
  const kind = entity.replace(/(?<=.)(?=[A-Z])/g, '_').toLowerCase();
  return isKind(kind) ? kindWord(kind) : entity;
}

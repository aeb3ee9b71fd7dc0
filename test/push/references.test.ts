import { describe, expect, it } from '@jest/globals';
import { reason } from '../../src/contract/reasons.js';
import type { FoundRecord } from '../../src/ledger/companies/found-records.js';
import type { Mention } from '../../src/push/job.js';
import { Pointers } from '../../src/push/pointers.js';
import { resolveMention } from '../../src/push/references.js';
import { foldedNameKey, nameKey } from '../../src/qbo/mapping/names.js';

function aRecord(quickbooksId: string, name: string, more: Partial<FoundRecord> = {}): FoundRecord {
  return {
    companyId: 'c',
    type: 'customer',
    quickbooksId,
    name,
    nameKey: nameKey(name),
    foldedKey: foldedNameKey(name),
    number: null,
    email: null,
    active: true,
    syncToken: '0',
    facts: { fullName: name },
    givenFor: [],
    linkedBy: [],
    ...more,
  };
}

const acme = aRecord('1', 'Acme', { email: 'hello@acme.example' });
const bolt = aRecord('2', 'Bolt', { number: 'B-2' });
const boltTwin = aRecord('3', 'Bolt Special', { number: 'B-2' });
const oldBolt = aRecord('4', 'Old Bolt', { number: 'B-0', active: false });
const closed = aRecord('5', 'Closed', { active: false, email: 'shared@x.example' });
const older = aRecord('9', 'Older', { email: 'Shared@X.example' });
const newer = aRecord('10', 'Newer', { email: 'shared@x.example' });
const sales = aRecord('20', 'Sales');
const otherSales = aRecord('21', 'Sales', { facts: { fullName: 'Other:Sales' } });
const moreSales = aRecord('22', 'Sales', { facts: { fullName: 'More:Sales' } });
const all = [acme, bolt, boltTwin, oldBolt, closed, newer, older, sales, otherSales, moreSales];

type Reference = Mention['reference'];

function aMention(reference: Reference, more: Partial<Mention> = {}): Mention {
  return {
    role: 'customer',
    type: 'customer',
    reference,
    matchBy: ['name'],
    name: reference.name,
    missing: reason('customer_missing', { name: reference.name ?? '' }),
    ...more,
  };
}

const found = (id: string, warnings: unknown[] = []) => ({
  kind: 'found',
  record: expect.objectContaining({ quickbooksId: id }),
  warnings,
});
const conflict = (a: string, b: string) => ({
  kind: 'conflict',
  reason: reason('reference_conflict', { a, b }),
});
const inactive = (name: string) => ({
  kind: 'inactive',
  reason: reason('record_inactive', { type: 'customer', name }),
});
const caseDiffers = (name: string) => ({ name: 'case_differs', params: { name } });
const sameEmail = (name: string) => ({ name: 'same_email', params: { name } });
const nameGiven = (wanted: string, used: string) => ({
  name: 'name_given',
  params: { wanted, used },
});
const missing = { kind: 'missing' };

const isParent: Mention['unusable'] = ({ name, facts }) =>
  facts['itemType'] === 'Category'
    ? reason('item_not_sold', { name, type: 'category' })
    : undefined;
const byEmail = { matchBy: ['email', 'name'] as const };
const byNameThenEmail = { matchBy: ['name', 'email'] as const };

// What a reference means, as one table: the parts an app may state, what QuickBooks has, and what
// comes of it. Two parts that name different records are never silently decided.
describe('a reference', () => {
  it.each<[string, Mention, { link?: string; candidates?: FoundRecord[] }, unknown]>([
    ['by recordId', aMention({ recordId: '1' }), {}, found('1')],
    ['by an unknown recordId', aMention({ recordId: '77', name: 'Acme' }), {}, missing],
    ['by a link', aMention({ externalId: 'x' }), { link: '2' }, found('2')],
    ['by an externalId without a link', aMention({ externalId: 'x' }), {}, missing],
    [
      'by a link before a name that is gone',
      aMention({ externalId: 'x', name: 'Gone' }),
      { link: '2' },
      found('2'),
    ],
    [
      'by name where its externalId has no link',
      aMention({ externalId: 'x', name: 'Acme' }),
      {},
      found('1'),
    ],
    ['by number', aMention({ number: 'B-0', name: 'Acme' }), { candidates: [acme] }, found('1')],
    ['by name, exactly', aMention({ name: 'Acme' }), {}, found('1')],
    ['by name with other spaces', aMention({ name: '  Bolt   Special ' }), {}, found('3')],
    ['by name in another case', aMention({ name: 'ACME' }), {}, found('1', [caseDiffers('Acme')])],
    ['by an unknown name', aMention({ name: 'Nobody' }), {}, missing],
    ['by half a name', aMention({ name: 'Bolt Spec' }), {}, missing],
    ['by full name', aMention({ name: 'Other:Sales' }), {}, found('21')],
    ['by a full name before a last part', aMention({ name: 'Sales' }), {}, found('20')],
    [
      'by a last part that several have',
      aMention({ name: 'Sales' }),
      { candidates: [otherSales, moreSales] },
      conflict('"Sales" (Sales, Id 21)', '"Sales" (Sales, Id 22)'),
    ],
    ['by an inactive name', aMention({ name: 'Closed' }), {}, inactive('Closed')],
    [
      'by a name that is inactive and, in another case, active',
      aMention({ name: 'Closed' }),
      { candidates: [closed, aRecord('6', 'CLOSED')] },
      found('6', [caseDiffers('CLOSED')]),
    ],
    ['by an inactive recordId', aMention({ recordId: '5' }), {}, inactive('Closed')],
    ['by an inactive number', aMention({ number: 'B-0' }), {}, inactive('Old Bolt')],
    [
      'by a number that two have',
      aMention({ number: 'B-2' }),
      {},
      conflict('number B-2 (Bolt, Id 2)', 'number B-2 (Bolt Special, Id 3)'),
    ],
    [
      'by such a number and a name',
      aMention({ number: 'B-2', name: 'Bolt Special' }),
      {},
      found('3'),
    ],
    ['by a SKU', aMention({ sku: 'B-2', name: 'Bolt' }), {}, found('2')],
    [
      'by recordId and another name',
      aMention({ recordId: '1', name: 'Bolt' }),
      {},
      conflict('record 1', '"Bolt"'),
    ],
    [
      'by recordId and another link',
      aMention({ recordId: '1', externalId: 'x' }),
      { link: '2' },
      conflict('record 1', 'x'),
    ],
    [
      'by a link and another name',
      aMention({ externalId: 'x', name: 'Acme' }),
      { link: '2' },
      conflict('x', '"Acme"'),
    ],
    [
      'by a number and another name',
      aMention({ number: 'B-2', name: 'Acme' }),
      { candidates: [acme, bolt] },
      conflict('number B-2', '"Acme"'),
    ],
    [
      'by recordId, while the line has a text of its own',
      aMention({ recordId: '1' }, { name: 'Bolt' }),
      {},
      found('1'),
    ],
    ['by e-mail, in any case', aMention({ email: ' HELLO@acme.example' }, byEmail), {}, found('1')],
    [
      'by an e-mail that several have: the oldest active one',
      aMention({ email: 'shared@x.example' }, byEmail),
      {},
      found('9', [sameEmail('Newer')]),
    ],
    [
      'by an e-mail that several have, one of them linked',
      aMention({ externalId: 'x', email: 'shared@x.example' }, byEmail),
      { link: '10' },
      found('10'),
    ],
    [
      'by e-mail before a name, where the settings say so',
      aMention({ name: 'Bolt', email: 'hello@acme.example' }, byEmail),
      {},
      found('1'),
    ],
    [
      'by name before an e-mail, where the settings say so',
      aMention({ name: 'Bolt', number: 'C-77', email: 'hello@acme.example' }, byNameThenEmail),
      {},
      found('2'),
    ],
    [
      'by an e-mail that several have, one of them known to the app already',
      aMention({ email: 'shared@x.example' }, byEmail),
      { candidates: [older, { ...newer, linkedBy: ['one'] }] },
      found('10', [sameEmail('Older')]),
    ],
    [
      'by an e-mail that several have, one of them known to another app',
      aMention({ email: 'shared@x.example' }, byEmail),
      { candidates: [older, { ...newer, linkedBy: ['two'] }] },
      found('9', [sameEmail('Newer')]),
    ],
    [
      'by an e-mail nobody active has, but an inactive one of the same name',
      aMention({ name: 'CLOSED', email: 'Shared@x.example' }, { matchBy: ['email'] }),
      { candidates: [closed] },
      inactive('Closed'),
    ],
    [
      'by an e-mail that only an inactive one of another name has',
      aMention({ name: 'Open', email: 'shared@x.example' }, { matchBy: ['email'] }),
      { candidates: [closed] },
      missing,
    ],
    [
      'by name because it has no e-mail',
      aMention({ name: 'Acme' }, { lacksEmail: true }),
      {},
      found('1', [{ name: 'no_email', params: { name: 'Acme' } }]),
    ],
    [
      'by recordId, without an e-mail',
      aMention({ recordId: '1', name: 'Acme' }, { lacksEmail: true }),
      {},
      found('1'),
    ],
    [
      'by a name that has to be made to fit',
      aMention({ name: 'Bolt: Special' }, { fittingName: 'Bolt - Special' }),
      { candidates: [aRecord('7', 'Bolt - Special')] },
      found('7', [nameGiven('Bolt: Special', 'Bolt - Special')]),
    ],
    [
      'by a name that was taken',
      aMention({ name: 'Quick' }, { key: 'name:quick' }),
      { candidates: [aRecord('8', 'Renamed since', { givenFor: ['name:quick'] })] },
      found('8', [nameGiven('Quick', 'Renamed since')]),
    ],
    [
      'by a full name in another case',
      aMention({ name: 'OTHER:sales' }),
      { candidates: [otherSales, sales] },
      found('21', [caseDiffers('Other:Sales')]),
    ],
    [
      'by a name that a category has too',
      aMention({ name: 'Sales' }, { unusable: isParent }),
      {
        candidates: [{ ...sales, facts: { fullName: 'Sales', itemType: 'Category' } }, otherSales],
      },
      found('21'),
    ],
    [
      'by a name that only a category has',
      aMention({ name: 'Sales' }, { unusable: isParent }),
      { candidates: [{ ...sales, facts: { fullName: 'Sales', itemType: 'Category' } }] },
      { kind: 'unusable', reason: reason('item_not_sold', { name: 'Sales', type: 'category' }) },
    ],
    ['by an e-mail that does not count', aMention({ email: 'hello@acme.example' }), {}, missing],
  ])('%s', (_, mention, { link, candidates = all }, expected) => {
    const mentioner = { connectionId: 'one', linkedId: link };
    expect(resolveMention(mention, new Pointers(candidates), mentioner)).toMatchObject(
      expected as object,
    );
  });
});

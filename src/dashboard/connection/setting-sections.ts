import type { SettingSchema } from '../api/operations-api.js';

/** A setting that has no settings below it. */
export interface Leaf {
  /** `customer.missing`. */
  path: string;
  schema: SettingSchema;
}

export interface SettingSection {
  title: string;
  leaves: Leaf[];
}

/** Settings by what one comes to change them for, by the first word of their paths. */
const SECTIONS: readonly { title: string; of: readonly string[] }[] = [
  {
    title: 'What is sent, and when',
    of: [
      'direction',
      'modules',
      'start',
      'sendWhen',
      'onceOnly',
      'cutOff',
      'closedPeriod',
      'releaseWhenFixed',
    ],
  },
  { title: 'Gates and setup', of: ['finalization', 'lock', 'setupRequires'] },
  { title: 'Customers and suppliers', of: ['customer', 'vendor', 'quickbooksEmails'] },
  {
    title: 'Products and accounts',
    of: ['item', 'accounts', 'roundingItem', 'shippingItem', 'refreshSystemTypes'],
  },
  {
    title: 'How documents are written',
    of: ['purchaseOrdersAs', 'dimensions', 'referenceTo', 'tax', 'difference', 'provenanceMark'],
  },
  {
    title: 'What comes back',
    of: ['imports', 'payments', 'reviewRequest', 'drift', 'nightlyAt', 'timeZone'],
  },
  { title: 'Lost answers', of: ['unknownOutcome'] },
  { title: 'Words', of: ['documentWord', 'unitWord', 'refreshLabel'] },
];

/** Every setting in one section; what no section names comes last, under `More`. */
export function sectionsOf(leaves: readonly Leaf[]): SettingSection[] {
  const isOf = (names: readonly string[], { path }: Leaf) =>
    names.includes(path.split('.')[0] ?? path);
  const known = SECTIONS.flatMap(({ of }) => of);
  return [
    ...SECTIONS.map(({ title, of }) => ({
      title,
      leaves: leaves.filter((leaf) => isOf(of, leaf)),
    })),
    { title: 'More', leaves: leaves.filter((leaf) => !isOf(known, leaf)) },
  ].filter(({ leaves: inner }) => inner.length > 0);
}

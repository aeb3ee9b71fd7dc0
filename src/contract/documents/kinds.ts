/** What is true of all documents of a kind, in one table: a new kind starts here. */
interface KindTraits {
  /** QuickBooks' word for it, in lower case. */
  word: string;
  /** Kept by QuickBooks as a transaction, with a date and an amount; else a name. */
  isTransaction: boolean;
  /** The side whose form it is: it has lines that add up to a total, and a number. */
  form: 'sales' | 'purchase' | null;
  /** How it can be taken back once QuickBooks has it; the first is the default. */
  removals: readonly ('void' | 'delete')[];
  /** An app may state it as a document; items and applied credits are made by the worker alone. */
  isStated: boolean;
  /** Path of its form in QuickBooks, below `/app/`; null where it has no page of its own. */
  page: string | null;
}

const SALES_FORM = { isTransaction: true, form: 'sales', isStated: true } as const;
// Intuit's reference documents no void of any of them.
const PURCHASE_FORM = {
  isTransaction: true,
  form: 'purchase',
  removals: ['delete'],
  isStated: true,
} as const;
const MONEY = { isTransaction: true, form: null, page: 'recvpayment' } as const;
const NAME = { isTransaction: false, form: null, removals: [], page: null } as const;

export const KINDS = {
  invoice: { ...SALES_FORM, word: 'invoice', removals: ['void', 'delete'], page: 'invoice' },
  sales_receipt: {
    ...SALES_FORM,
    word: 'sales receipt',
    removals: ['void', 'delete'],
    page: 'salesreceipt',
  },
  // Intuit's reference documents no void of a credit memo.
  credit_memo: { ...SALES_FORM, word: 'credit memo', removals: ['delete'], page: 'creditmemo' },
  payment: { ...MONEY, word: 'payment', removals: ['void', 'delete'], isStated: true },
  // A payment of nothing: taken back it leaves nothing behind that anyone would want to see.
  applied_credit: { ...MONEY, word: 'applied credit', removals: ['delete'], isStated: false },
  purchase_order: { ...PURCHASE_FORM, word: 'purchase order', page: 'purchaseorder' },
  bill: { ...PURCHASE_FORM, word: 'bill', page: 'bill' },
  vendor_credit: { ...PURCHASE_FORM, word: 'vendor credit', page: 'vendorcredit' },
  customer: { ...NAME, word: 'customer', isStated: true },
  vendor: { ...NAME, word: 'supplier', isStated: true },
  item: { ...NAME, word: 'product', isStated: false },
  // A file of another document, stated by a route of its own.
  attachment: { ...NAME, word: 'attachment', removals: ['delete'], isStated: false },
} as const satisfies Record<string, KindTraits>;

export type DocumentKind = keyof typeof KINDS;
export const DOCUMENT_KINDS = Object.keys(KINDS) as [DocumentKind, ...DocumentKind[]];

/** Kinds an app may state. */
export type StatedKind = {
  [Kind in DocumentKind]: (typeof KINDS)[Kind]['isStated'] extends true ? Kind : never;
}[DocumentKind];
export const STATED_KINDS = DOCUMENT_KINDS.filter((kind) => KINDS[kind].isStated) as [
  StatedKind,
  ...StatedKind[],
];

type FormKind<Side> = {
  [Kind in DocumentKind]: (typeof KINDS)[Kind]['form'] extends Side ? Kind : never;
}[DocumentKind];
/** Kinds that are sales forms. */
export type SalesFormKind = FormKind<'sales'>;
/** Kinds that are purchase forms. */
export type PurchaseFormKind = FormKind<'purchase'>;

/** Kinds of which QuickBooks keeps the names in one list of people and companies. */
export const PARTY_KINDS = ['customer', 'vendor'] as const satisfies readonly DocumentKind[];
export type PartyKind = (typeof PARTY_KINDS)[number];

export function isParty(kind: string): kind is PartyKind {
  return PARTY_KINDS.some((one) => one === kind);
}

export function traitsOf(kind: DocumentKind): KindTraits {
  return KINDS[kind];
}

export function isKind(word: string): word is DocumentKind {
  return Object.hasOwn(KINDS, word);
}

/** QuickBooks' word for the kind, in lower case. */
export function kindWord(kind: DocumentKind): string {
  return KINDS[kind].word;
}

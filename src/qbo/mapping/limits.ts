import { AMOUNT_DIGITS_MAX } from '../../contract/money.js';
import { digitsOf } from './exact-number.js';
import { markLength } from './provenance.js';
import type {
  QuickBooksAddress,
  QuickBooksCustomer,
  QuickBooksItem,
  QuickBooksLine,
  QuickBooksParty,
  QuickBooksPayment,
  QuickBooksPurchaseForm,
  QuickBooksSalesForm,
  QuickBooksVendor,
} from './quickbooks-types.js';

/**
 * What QuickBooks takes in the members we send. Checked before a call, so that a field that cannot
 * be taken is a failed document with a reason and not a refused call. Nothing is ever cut to fit,
 * but for names and for descriptions made of several things: see given-names.ts, line-description.ts.
 * Lengths and forbidden characters: Intuit's reference pages of Customer, Vendor, Item, Invoice and
 * Bill.
 * Lengths are counted in UTF-16 units, which is never less than QuickBooks counts.
 */

/** A field of the document and the rule it breaks, as the end of "it …". */
export interface FieldProblem {
  /** Path in the contract's words, for example `lines.0.description`. */
  field: string;
  rule: string;
}

interface BodyByEntity {
  Invoice: QuickBooksSalesForm;
  SalesReceipt: QuickBooksSalesForm;
  CreditMemo: QuickBooksSalesForm;
  PurchaseOrder: QuickBooksPurchaseForm;
  Bill: QuickBooksPurchaseForm;
  VendorCredit: QuickBooksPurchaseForm;
  Payment: QuickBooksPayment;
  Customer: QuickBooksCustomer;
  Vendor: QuickBooksVendor;
  Item: QuickBooksItem;
}

/** Longest DocNumber of a transaction; a longer number is left out and QuickBooks gives one. */
export const DOC_NUMBER_LENGTH_MAX = 21;
const PRIVATE_NOTE_LENGTH_MAX = 4_000;
const ADDRESS_LINES_LENGTH_MAX = 2_000;

/** Answers the broken rule, or undefined. */
type Rule = (text: string) => string | undefined;

interface LimitedMember<Body> {
  field: string;
  value: (body: Body) => string | undefined;
  rules: readonly Rule[];
}

const tooLong = (most: number, length: number) =>
  `must be at most ${most} characters (is ${length})`;

const atMost =
  (most: number): Rule =>
  (text) =>
    text.length > most ? tooLong(most, text.length) : undefined;

const noColon: Rule = (text) => (text.includes(':') ? 'must not contain a colon' : undefined);
const noTab: Rule = (text) => (text.includes('\t') ? 'must not contain a tab' : undefined);
const noLineBreak: Rule = (text) =>
  /[\r\n]/.test(text) ? 'must not contain a line break' : undefined;
const named = (most: number): Rule[] => [noColon, noTab, noLineBreak, atMost(most)];

/** QuickBooks asks for an @ and a point, and takes several addresses with commas between. */
const emailShape: Rule = (text) =>
  text.split(',').every((part) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(part.trim()))
    ? undefined
    : 'must be an e-mail address';

const roomForMark: Rule = (note) => {
  const taken = markLength(note);
  return note.length > PRIVATE_NOTE_LENGTH_MAX
    ? tooLong(PRIVATE_NOTE_LENGTH_MAX - taken, note.length - taken)
    : undefined;
};

const LINE_NUMBERS = [1, 2, 3, 4, 5] as const;

function addressMembers<Body>(
  field: string,
  addressOf: (body: Body) => QuickBooksAddress | undefined,
): LimitedMember<Body>[] {
  const part = (name: string, member: keyof QuickBooksAddress, most: number) => ({
    field: `${field}.${name}`,
    value: (body: Body) => addressOf(body)?.[member],
    rules: [atMost(most)],
  });
  return [
    ...LINE_NUMBERS.map((line) => part(`line${line}`, `Line${line}`, 500)),
    part('city', 'City', 255),
    part('region', 'CountrySubDivisionCode', 255),
    part('postalCode', 'PostalCode', 30),
    part('country', 'Country', 255),
    {
      field,
      value: (body) => LINE_NUMBERS.map((line) => addressOf(body)?.[`Line${line}`] ?? '').join(''),
      rules: [
        (text) =>
          text.length > ADDRESS_LINES_LENGTH_MAX
            ? `must have at most ${ADDRESS_LINES_LENGTH_MAX} characters in its lines (has ${text.length})`
            : undefined,
      ],
    },
  ];
}

const SALES_FORM: readonly LimitedMember<QuickBooksSalesForm>[] = [
  { field: 'number', value: (it) => it.DocNumber, rules: [atMost(DOC_NUMBER_LENGTH_MAX)] },
  { field: 'billingEmail', value: (it) => it.BillEmail?.Address, rules: [emailShape, atMost(100)] },
  { field: 'memo', value: (it) => it.PrivateNote, rules: [roomForMark] },
  ...addressMembers<QuickBooksSalesForm>('customer.billAddress', (it) => it.BillAddr),
  ...addressMembers<QuickBooksSalesForm>('customer.shipAddress', (it) => it.ShipAddr),
];

const PARTY: readonly LimitedMember<QuickBooksParty>[] = [
  { field: 'displayName', value: (it) => it.DisplayName, rules: named(500) },
  { field: 'givenName', value: (it) => it.GivenName, rules: named(100) },
  { field: 'familyName', value: (it) => it.FamilyName, rules: named(100) },
  { field: 'companyName', value: (it) => it.CompanyName, rules: [atMost(100)] },
  { field: 'email', value: (it) => it.PrimaryEmailAddr?.Address, rules: [emailShape, atMost(100)] },
  { field: 'phone', value: (it) => it.PrimaryPhone?.FreeFormNumber, rules: [atMost(30)] },
  ...addressMembers<QuickBooksParty>('billAddress', (it) => it.BillAddr),
];

const PURCHASE_FORM: readonly LimitedMember<QuickBooksPurchaseForm>[] = [
  { field: 'number', value: (it) => it.DocNumber, rules: [atMost(DOC_NUMBER_LENGTH_MAX)] },
  { field: 'memo', value: (it) => it.PrivateNote, rules: [roomForMark] },
];

const MEMBERS: { [Entity in keyof BodyByEntity]: readonly LimitedMember<BodyByEntity[Entity]>[] } =
  {
    Invoice: SALES_FORM,
    SalesReceipt: SALES_FORM,
    CreditMemo: SALES_FORM,
    PurchaseOrder: PURCHASE_FORM,
    Bill: PURCHASE_FORM,
    VendorCredit: PURCHASE_FORM,
    Payment: [{ field: 'memo', value: (it) => it.PrivateNote, rules: [roomForMark] }],
    Customer: [
      ...PARTY,
      { field: 'taxId', value: (it) => it.PrimaryTaxIdentifier, rules: [atMost(20)] },
      ...addressMembers<QuickBooksCustomer>('shipAddress', (it) => it.ShipAddr),
    ],
    Vendor: [...PARTY, { field: 'taxId', value: (it) => it.TaxIdentifier, rules: [atMost(20)] }],
    Item: [
      { field: 'name', value: (it) => it.Name, rules: named(100) },
      { field: 'sku', value: (it) => it.Sku, rules: [atMost(100)] },
      { field: 'description', value: (it) => it.Description, rules: [atMost(4_000)] },
    ],
  };

const LINE_MEMBERS: readonly LimitedMember<Pick<QuickBooksLine, 'Amount' | 'Description'>>[] = [
  { field: 'description', value: (it) => it.Description, rules: [atMost(4_000)] },
];

/** Whether a private note that grew after the body was made still fits. */
export function checkNote(note: string): FieldProblem[] {
  const rule = roomForMark(note);
  return rule === undefined ? [] : [{ field: 'memo', rule }];
}

/** Every limit a body breaks, in the words of the document it was made from. */
export function checkLimits<Entity extends keyof BodyByEntity>(
  entity: Entity,
  body: BodyByEntity[Entity],
): FieldProblem[] {
  const problems = broken(MEMBERS[entity], body, '');
  if ('Line' in body) {
    for (const [index, line] of (body.Line ?? []).entries()) {
      problems.push(...broken(LINE_MEMBERS, line, `lines.${index}.`), ...brokenAmount(line, index));
    }
  }
  return problems;
}

function broken<Body>(
  members: readonly LimitedMember<Body>[],
  body: Body,
  prefix: string,
): FieldProblem[] {
  return members.flatMap(({ field, value, rules }) => {
    const text = value(body);
    if (text === undefined) return [];
    return rules.flatMap((rule) => {
      const found = rule(text);
      return found === undefined ? [] : [{ field: `${prefix}${field}`, rule: found }];
    });
  });
}

function brokenAmount(line: Pick<QuickBooksLine, 'Amount'>, index: number): FieldProblem[] {
  if (line.Amount === undefined || digitsOf(line.Amount) <= AMOUNT_DIGITS_MAX) return [];
  return [
    { field: `lines.${index}.amount`, rule: `must have at most ${AMOUNT_DIGITS_MAX} digits` },
  ];
}

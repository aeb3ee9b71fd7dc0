/**
 * The vocabulary in which an entity's members are written down. A field says what a value must
 * look like (type, length, allowed words, what a reference points to), whether QuickBooks computes
 * it, and whether the query language may filter or sort by it.
 */

export type FieldKind =
  | 'text'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'date'
  | 'time'
  | 'reference'
  | 'object'
  | 'any';

export interface Field {
  kind: FieldKind;
  /** Longest text, in UTF-16 units. */
  maxLength?: number;
  /** Longest text of all members of the object that bear this number, taken together. */
  lengthTogether?: number;
  /** The only texts allowed; another one is fault 2170. */
  values?: readonly string[];
  /** Characters a name must not contain (fault 2040). */
  forbidden?: RegExp;
  /** The entity a reference points to; without it the reference is stored unchecked. */
  refersTo?: string;
  /**
   * Points to a customer, vendor or employee, and its id tells which: they share one series.
   * A `typed` one is answered with that word as its `type`.
   */
  person?: 'plain' | 'typed';
  /** Ids that stand for something without an object, such as `SHIPPING_ITEM_ID`. */
  words?: ReadonlySet<string>;
  /** The members of an object value. Late bound, because lines nest in lines. */
  shape?: () => Shape;
  /** An amount of money: rounded to cents, half away from zero, when a request states it. */
  money?: true;
  /** A reference answered without the name of its target. */
  unnamed: boolean;
  /** A list of such values. */
  many: boolean;
  /** Computed by QuickBooks: accepted in a request and ignored. */
  readOnly: boolean;
  /** Stored at create, kept afterwards whatever an update sends. */
  createOnly: boolean;
  filterable: boolean;
  sortable: boolean;
  /** Inside an object value: the member a query compares (`PrimaryEmailAddr` → `Address`). */
  queriedBy?: string;
}

export type Shape = Readonly<Record<string, Field>>;

/** `f` filterable, `s` sortable, `r` read-only, `c` create-only, `u` reference without a name. */
export type Marks = string;

function field(kind: FieldKind, marks: Marks, rest: Partial<Field> = {}): Field {
  return {
    kind,
    many: false,
    unnamed: marks.includes('u'),
    readOnly: marks.includes('r'),
    createOnly: marks.includes('c'),
    filterable: marks.includes('f'),
    sortable: marks.includes('s'),
    ...rest,
  };
}

/** Text of at most `maxLength` characters; unlimited when left out. */
export const text = (maxLength?: number, marks: Marks = ''): Field =>
  field('text', marks, maxLength === undefined ? {} : { maxLength });

/** A name: no colon, tab or line feed (Customer, Vendor and Item reference pages). */
export const name = (maxLength: number, marks: Marks = ''): Field =>
  field('text', marks, { maxLength, forbidden: /[:\t\n]/ });

export const oneOf = (values: readonly string[], marks: Marks = ''): Field =>
  field('text', marks, { values });

export const decimal = (marks: Marks = ''): Field => field('number', marks);
export const money = (marks: Marks = ''): Field => field('number', marks, { money: true });
export const integer = (marks: Marks = ''): Field => field('integer', marks);
export const flag = (marks: Marks = ''): Field => field('boolean', marks);
export const date = (marks: Marks = ''): Field => field('date', marks);
export const time = (marks: Marks = ''): Field => field('time', marks);
export const anything = (): Field => field('any', '');

/** A reference, checked against the objects of `refersTo` when that is given. */
export const reference = (refersTo?: string, marks: Marks = ''): Field =>
  field('reference', marks, {
    queriedBy: 'value',
    ...(refersTo === undefined ? {} : { refersTo }),
  });

/** A reference to a customer, vendor or employee. */
export const person = (kind: 'plain' | 'typed'): Field => ({ ...reference(), person: kind });

export const object = (
  shape: Shape | (() => Shape),
  marks: Marks = '',
  queriedBy?: string,
): Field =>
  field('object', marks, {
    shape: typeof shape === 'function' ? shape : () => shape,
    ...(queriedBy === undefined ? {} : { queriedBy }),
  });

export const listOf = (item: Field): Field => ({ ...item, many: true });

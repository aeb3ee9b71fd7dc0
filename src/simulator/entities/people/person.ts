/** What Customer, Vendor and Employee share: one namespace of display names, and their making. */

import { createHash } from 'node:crypto';
import type { Company } from '../../engine/company.js';
import type { EntityDefinition, Step } from '../../engine/definition.js';
import {
  anything,
  flag,
  listOf,
  name,
  object,
  reference,
  type Shape,
  text,
} from '../../engine/fields.js';
import { noName } from '../../engine/service-fault.js';
import { EMAIL, PHONE, SYSTEM, WEB_ADDRESS } from '../../engine/shapes.js';
import { type JsonObject, textOf } from '../../json.js';
import { trimmed } from '../steps.js';

export const PERSON: Shape = {
  ...SYSTEM,
  IntuitId: text(),
  Organization: flag(),
  Title: name(16),
  GivenName: name(100, 'fs'),
  MiddleName: name(100, 'fs'),
  FamilyName: name(100, 'fs'),
  Suffix: name(16),
  FullyQualifiedName: text(undefined, 'r'),
  CompanyName: text(100, 'fs'),
  DisplayName: name(500, 'fs'),
  PrintOnCheckName: name(110, 'fs'),
  UserId: text(),
  Active: flag('fs'),
  V4IDPseudonym: text(undefined, 'r'),
  PrimaryPhone: object(PHONE),
  AlternatePhone: object(PHONE),
  Mobile: object(PHONE),
  Fax: object(PHONE),
  PrimaryEmailAddr: object(EMAIL, 'f', 'Address'),
  WebAddr: object(WEB_ADDRESS),
  OtherContactInfo: listOf(anything()),
  DefaultTaxCodeRef: { ...reference('TaxCode', 'u'), words: new Set(['CustomSalesTax']) },
  Notes: text(2000),
  ClientEntityId: text(undefined, 'r'),
  Source: text(undefined, 'r'),
};

const NAME_PARTS = ['Title', 'GivenName', 'MiddleName', 'FamilyName', 'Suffix'];

/** The display name is built from the parts when it is left out; it cannot be removed. */
const displayName: Step = ({ after, before, errors }) => {
  const parts = NAME_PARTS.map((part) => textOf(after, part)).filter((part) => part !== undefined);
  after['DisplayName'] ??= textOf(before, 'DisplayName') ?? (parts.join(' ').trim() || undefined);
  if (textOf(after, 'DisplayName')?.trim() === undefined || after['DisplayName'] === '') {
    errors.push(noName());
  }
};

/** Recorded: the company name, else the person's name, else the display name. */
const printName: Step = ({ after, before }) => {
  const person = ['GivenName', 'MiddleName', 'FamilyName']
    .map((part) => textOf(after, part))
    .filter((part) => part !== undefined)
    .join(' ');
  after['PrintOnCheckName'] ??=
    textOf(before, 'PrintOnCheckName') ??
    textOf(after, 'CompanyName') ??
    (person || textOf(after, 'DisplayName')?.slice(0, 110));
};

/** Recorded for every name: a word of 38 hexadecimal digits that begins with the same six. */
function withPseudonym(object: JsonObject, company: Company): JsonObject {
  if (object['V4IDPseudonym'] !== undefined) return object;
  const seed = `${company.realmId}:${textOf(object, 'Id') ?? ''}`;
  const digits = createHash('md5').update(seed).digest('hex');
  return { ...object, V4IDPseudonym: `002098${digits}` };
}

const NAMES = {
  namespace: 'people',
  member: 'DisplayName',
  holder: 'customer, vendor or employee',
};

export const LIST_PART = {
  family: 'list',
  operations: ['create', 'update'],
  required: [],
  listName: 'Names',
  label: 'DisplayName',
  uniqueName: NAMES,
  totalCount: false,
  recordsModifier: false,
  equalityIndexes: ['DisplayName', 'CompanyName', 'PrimaryEmailAddr'],
  complete: withPseudonym,
} satisfies Partial<EntityDefinition>;

export const ADDRESSES = ['BillAddr', 'ShipAddr', 'PrimaryAddr'];

export const NAME_STEPS: readonly Step[] = [displayName, trimmed('DisplayName'), printName];

/** Products and services. */

import type { Draft, EntityDefinition, ShownAs, Step } from '../../engine/definition.js';
import {
  anything,
  date,
  decimal,
  flag,
  integer,
  listOf,
  name,
  object,
  oneOf,
  reference,
  type Shape,
  text,
} from '../../engine/fields.js';
import {
  businessValidation,
  type FaultError,
  invalidAccountType,
  missingMember,
  unknownMember,
  unsupportedOperation,
} from '../../engine/service-fault.js';
import { SYSTEM } from '../../engine/shapes.js';
import { type JsonObject, objectOf, refIdOf, textOf } from '../../json.js';
import { planNeeds } from '../company/plan.js';
import {
  absentBecomes,
  nameIsFree,
  qualifiedName,
  renamedWithActive,
  requireMember,
  trimmed,
} from '../steps.js';
import { namesBelowFollow, parentFits } from './tree.js';

const ITEM_TYPES = ['Inventory', 'Service', 'NonInventory', 'Group', 'Category'];

const itemType: Step = ({ after }) => {
  after['Type'] ??= after['TrackQtyOnHand'] === true ? 'Inventory' : 'Service';
};

const STOCK_MEMBERS = ['QtyOnHand', 'InvStartDate', 'AssetAccountRef'];

/** A category has neither prices nor accounts (Item reference page). */
const NOT_OF_CATEGORIES = [
  'UnitPrice',
  'PurchaseCost',
  'IncomeAccountRef',
  'ExpenseAccountRef',
  ...STOCK_MEMBERS,
];

/** In the words of Intuit's page on common errors. */
const assetAccountMissing = (): FaultError => ({
  ...missingMember('AssetAccountRef'),
  Detail:
    'Required parameter is missing in the request. An inventory assetaccount is required if you ' +
    'are tracking inventory quantities for this product.',
});

function checkStock(draft: Draft): void {
  planNeeds('Inventory')(draft);
  if (draft.after['TrackQtyOnHand'] !== true) draft.errors.push(missingMember('TrackQtyOnHand'));
  if (draft.after['AssetAccountRef'] === undefined) draft.errors.push(assetAccountMissing());
  for (const member of ['QtyOnHand', 'InvStartDate', 'IncomeAccountRef', 'ExpenseAccountRef']) {
    requireMember(draft, member);
  }
}

/** Each type has its own required accounts, and members it must not send. */
const membersOfType: Step = (draft) => {
  const { after, sent, errors, operation } = draft;
  const type = textOf(after, 'Type');
  const refuse = (members: readonly string[]) => {
    const wrong = members.find((member) => sent[member] !== undefined && sent[member] !== null);
    if (wrong !== undefined) errors.push(unknownMember(wrong));
  };
  if (type === 'Group') errors.push(unsupportedOperation(`${operation} bundle`));
  else if (type === 'Category') refuse(NOT_OF_CATEGORIES);
  else if (type === 'Inventory') checkStock(draft);
  else {
    refuse(STOCK_MEMBERS);
    if (type === 'Service' && after['ExpenseAccountRef'] === undefined) {
      requireMember(draft, 'IncomeAccountRef');
    }
    if (type === 'NonInventory' && after['IncomeAccountRef'] === undefined) {
      requireMember(draft, 'ExpenseAccountRef');
    }
  }
};

/** Stock, once tracked, stays tracked; the reference page names no fault for it. */
const typeStays: Step = ({ before, after, errors }) => {
  const tracked = before?.['TrackQtyOnHand'] === true;
  if (tracked && (after['TrackQtyOnHand'] !== true || after['Type'] !== 'Inventory')) {
    errors.push(businessValidation('An item whose quantity is tracked cannot change its type.'));
  }
  const wasCategory = before?.['Type'] === 'Category';
  if (before !== undefined && wasCategory !== (after['Type'] === 'Category')) {
    errors.push(businessValidation('A category cannot become an item, nor an item a category.'));
  }
};

/** Only categories have something below them (reference page); four levels on the website. */
const LEVELS = 4;
const isCategory = (parent: JsonObject): boolean => parent['Type'] === 'Category';

const subItemHasParent: Step = ({ sent, after, errors }) => {
  if (sent['SubItem'] === true && after['ParentRef'] === undefined) {
    errors.push(missingMember('ParentRef'));
  }
};

const INCOME_TYPES = new Set(['Income', 'Other Income']);

const ACCOUNTS: Readonly<Record<string, ReadonlySet<string>>> = {
  IncomeAccountRef: INCOME_TYPES,
  AssetAccountRef: new Set(['Other Current Asset']),
};

const accountsFit: Step = ({ after, sent, company, errors }) => {
  for (const [member, types] of Object.entries(ACCOUNTS)) {
    if (objectOf(sent, member) === undefined) continue;
    const account = company.find('Account', refIdOf(after, member));
    if (account !== undefined && !types.has(textOf(account, 'AccountType') ?? '')) {
      errors.push(invalidAccountType());
    }
  }
};

/** Recorded: a single item says that no revenue is deferred, a row of a query says nothing. */
function shown(object: JsonObject, as: ShownAs): JsonObject {
  if (as !== 'row' || object['DeferredRevenue'] !== false) return object;
  const { DeferredRevenue: _, ...row } = object;
  return row;
}

const BUNDLE_LINE: Shape = {
  ItemRef: reference('Item'),
  Qty: decimal(),
  UOMRef: anything(),
};

export const item: EntityDefinition = {
  name: 'Item',
  path: 'item',
  family: 'list',
  operations: ['create', 'update'],
  required: ['Name'],
  ids: { series: 'item', first: 1 },
  listName: 'Items',
  label: 'FullyQualifiedName',
  uniqueName: { namespace: 'item', member: 'Name', holder: 'product or service' },
  totalCount: false,
  recordsModifier: false,
  defaultOrder: 'FullyQualifiedName',
  equalityIndexes: ['Name', 'FullyQualifiedName', 'Sku', 'Type', 'ParentRef'],
  sortedIndexes: ['FullyQualifiedName', 'Name', 'MetaData.CreateTime'],
  // In the order of recorded answers.
  fields: {
    Name: name(100, 'fs'),
    Sku: text(100, 'f'),
    Description: text(4000, 'fs'),
    Active: flag('fs'),
    SubItem: flag(),
    ParentRef: reference('Item', 'f'),
    Level: integer('r'),
    FullyQualifiedName: text(undefined, 'rfs'),
    Taxable: flag(),
    SalesTaxIncluded: flag(),
    PercentBased: flag(),
    UnitPrice: decimal('fs'),
    RatePercent: decimal(),
    Type: oneOf(ITEM_TYPES, 'fs'),
    PaymentMethodRef: reference(),
    UOMSetRef: reference(),
    IncomeAccountRef: reference('Account'),
    PurchaseDesc: text(1000),
    PurchaseTaxIncluded: flag(),
    PurchaseCost: decimal(),
    ExpenseAccountRef: reference('Account'),
    COGSAccountRef: reference('Account'),
    AssetAccountRef: reference('Account'),
    PrefVendorRef: reference('Vendor'),
    AvgCost: decimal(),
    TrackQtyOnHand: flag(),
    QtyOnHand: decimal(),
    QtyOnPurchaseOrder: decimal('r'),
    QtyOnSalesOrder: decimal('r'),
    ReorderPoint: decimal(),
    ManPartNum: text(),
    DepositToAccountRef: reference('Account'),
    SalesTaxCodeRef: reference('TaxCode'),
    PurchaseTaxCodeRef: reference('TaxCode'),
    InvStartDate: date(),
    BuildPoint: decimal(),
    PrintGroupedItems: flag(),
    SpecialItem: flag(),
    SpecialItemType: text(),
    ItemGroupDetail: object({ ItemGroupLine: listOf(object(BUNDLE_LINE)) }),
    ItemAssemblyDetail: anything(),
    AbatementRate: decimal(),
    ReverseChargeRate: decimal(),
    ServiceType: text(),
    ItemCategoryType: text(),
    ItemEx: anything(),
    TaxClassificationRef: reference(),
    UQCDisplayText: text(),
    UQCId: text(),
    ClassRef: reference('Class'),
    Source: text(),
    DeferredRevenue: flag(),
    CustomExtensions: listOf(anything()),
    ...SYSTEM,
  },
  defaults: [itemType],
  derive: [
    trimmed('Name'),
    itemType,
    renamedWithActive,
    qualifiedName('Item', 'Name'),
    absentBecomes({ Active: true }),
    ({ after }) => {
      if (after['ParentRef'] !== undefined) after['SubItem'] = true;
      else delete after['SubItem'];
      if (after['Type'] === 'Category') return;
      after['Taxable'] ??= false;
      after['UnitPrice'] ??= 0;
      after['PurchaseCost'] ??= 0;
      after['TrackQtyOnHand'] ??= false;
      after['DeferredRevenue'] ??= false;
    },
  ],
  checks: [
    nameIsFree,
    membersOfType,
    typeStays,
    accountsFit,
    subItemHasParent,
    parentFits({ levels: LEVELS, mayHaveChildren: isCategory }),
  ],
  merging: { sums: ['QtyOnHand'], same: ['Type'] },
  effects: [namesBelowFollow('Item', 'Name')],
  shown,
};

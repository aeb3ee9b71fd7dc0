/** Products and services. */

import type { Draft, EntityDefinition, Step } from '../../engine/definition.js';
import {
  anything,
  date,
  decimal,
  flag,
  integer,
  listOf,
  name,
  oneOf,
  reference,
  text,
} from '../../engine/fields.js';
import {
  featureNotSupported,
  invalidAccountType,
  missingMember,
  unknownMember,
} from '../../engine/service-fault.js';
import { SYSTEM } from '../../engine/shapes.js';
import { objectOf, refIdOf, textOf } from '../../json.js';
import {
  absentBecomes,
  nameIsFree,
  qualifiedName,
  renamedWithActive,
  requireMember,
  trimmed,
} from '../steps.js';

const ITEM_TYPES = ['Inventory', 'Service', 'NonInventory', 'Group', 'Category'];

const itemType: Step = ({ after }) => {
  after['Type'] ??= after['TrackQtyOnHand'] === true ? 'Inventory' : 'Service';
};

const STOCK_MEMBERS = ['QtyOnHand', 'InvStartDate', 'AssetAccountRef'];

function checkStock(draft: Draft): void {
  const { company, errors } = draft;
  const { plan } = company.facts;
  if (plan !== 'plus' && plan !== 'advanced') errors.push(featureNotSupported('Inventory'));
  if (draft.after['TrackQtyOnHand'] !== true) errors.push(missingMember('TrackQtyOnHand'));
  for (const member of [...STOCK_MEMBERS, 'IncomeAccountRef', 'ExpenseAccountRef']) {
    requireMember(draft, member);
  }
}

/** Each type has its own required accounts, and members it must not send. */
const membersOfType: Step = (draft) => {
  const { after, sent, errors } = draft;
  const type = textOf(after, 'Type');
  if (type === 'Category') return;
  if (type === 'Inventory') {
    checkStock(draft);
    return;
  }
  const stock = STOCK_MEMBERS.find((member) => sent[member] !== undefined && sent[member] !== null);
  if (stock !== undefined) errors.push(unknownMember(stock));
  if (type === 'Service' && after['ExpenseAccountRef'] === undefined) {
    requireMember(draft, 'IncomeAccountRef');
  }
  if (type === 'NonInventory' && after['IncomeAccountRef'] === undefined) {
    requireMember(draft, 'ExpenseAccountRef');
  }
};

const INCOME_TYPES = new Set(['Income', 'Other Income']);

const incomeAccountIsIncome: Step = ({ after, sent, company, errors }) => {
  if (objectOf(sent, 'IncomeAccountRef') === undefined) return;
  const account = company.find('Account', refIdOf(after, 'IncomeAccountRef'));
  if (account !== undefined && !INCOME_TYPES.has(textOf(account, 'AccountType') ?? '')) {
    errors.push(invalidAccountType());
  }
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
  equalityIndexes: ['Name', 'FullyQualifiedName', 'Sku', 'Type'],
  sortedIndexes: ['FullyQualifiedName', 'Name', 'MetaData.CreateTime'],
  fields: {
    ...SYSTEM,
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
    ItemGroupDetail: anything(),
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
  checks: [nameIsFree, membersOfType, incomeAccountIsIncome],
  effects: [],
};

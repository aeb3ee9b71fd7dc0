/** Members that many entities share: addresses, e-mail, lines of a transaction. */

import {
  anything,
  date,
  decimal,
  type Field,
  flag,
  integer,
  listOf,
  money,
  object,
  oneOf,
  reference,
  type Shape,
  text,
  time,
} from './fields.js';

/** A line of an address; all five together hold 2000 characters (Customer reference page). */
const addressLine: Field = { ...text(500), lengthTogether: 2000 };

export const ADDRESS: Shape = {
  Id: text(),
  Line1: addressLine,
  Line2: addressLine,
  Line3: addressLine,
  Line4: addressLine,
  Line5: addressLine,
  City: text(255),
  Country: text(255),
  CountryCode: text(255),
  County: text(25),
  CountrySubDivisionCode: text(255),
  PostalCode: text(30),
  PostalCodeSuffix: text(30),
  Lat: text(),
  Long: text(),
  Tag: text(),
  Note: text(),
};

export const EMAIL: Shape = { Id: text(), Address: text(100), Default: flag(), Tag: text() };

export const PHONE: Shape = {
  Id: text(),
  DeviceType: text(),
  CountryCode: text(),
  AreaCode: text(),
  ExchangeCode: text(),
  Extension: text(),
  FreeFormNumber: text(30),
  Default: flag(),
  Tag: text(),
};

export const WEB_ADDRESS: Shape = { Id: text(), URI: text(1000), Default: flag(), Tag: text() };

export const NAME_VALUE: Shape = { Name: text(), Value: text() };

export const META_DATA: Shape = {
  CreatedByRef: reference(),
  CreateTime: time('fs'),
  LastModifiedByRef: reference(),
  LastUpdatedTime: time('fs'),
  LastChangedInQB: time(),
  Synchronized: flag(),
};

export const CUSTOM_FIELD: Shape = {
  DefinitionId: text(),
  Name: text(),
  Type: text(),
  StringValue: text(31),
  BooleanValue: flag(),
  DateValue: date(),
  NumberValue: decimal(),
};

/** When and how a transaction was last e-mailed. */
export const DELIVERY_INFO: Shape = { DeliveryType: text(), DeliveryTime: time() };

export const LINKED_TXN: Shape = { TxnId: text(), TxnType: text(), TxnLineId: text() };

/** The members every object carries, in the order of recorded answers. */
export const SYSTEM: Shape = {
  domain: text(undefined, 'r'),
  status: text(undefined, 'r'),
  sparse: flag('r'),
  Id: text(undefined, 'rfs'),
  SyncToken: text(undefined, 'r'),
  MetaData: object(META_DATA, 'r'),
  CustomField: listOf(object(CUSTOM_FIELD)),
  AttachableRef: listOf(anything()),
};

const MARKUP: Shape = {
  PercentBased: flag(),
  Value: decimal(),
  Percent: decimal(),
  PriceLevelRef: reference(),
  MarkUpIncomeAccountRef: reference('Account'),
};

/** The shipping line and the tip line of a sales form have no item of their own. */
export const SHIPPING = 'SHIPPING_ITEM_ID';
export const GRATUITY = 'GRATUITY_ITEM_ID';

const SALES_ITEM_LINE: Shape = {
  ItemRef: { ...reference('Item'), words: new Set([SHIPPING, GRATUITY]) },
  ClassRef: reference('Class'),
  UnitPrice: decimal(),
  UnitCostPrice: decimal(),
  RatePercent: decimal(),
  PriceLevelRef: reference(),
  MarkupInfo: object(MARKUP),
  Qty: decimal(),
  UOMRef: anything(),
  ItemAccountRef: reference('Account', 'r'),
  InventorySiteRef: reference(),
  TaxCodeRef: reference(),
  TaxClassificationRef: reference(),
  ServiceDate: date(),
  TaxInclusiveAmt: money(),
  DiscountRate: decimal(),
  DiscountAmt: money(),
  DeferredRevenue: flag(),
  RetainageAmount: money(),
  SalesItemLineDetailEx: anything(),
};

const DISCOUNT_LINE: Shape = {
  DiscountRef: reference(),
  PercentBased: flag(),
  DiscountPercent: decimal(),
  DiscountAccountRef: reference('Account'),
  ServiceDate: date(),
  ClassRef: reference('Class'),
  TaxCodeRef: reference(),
  DiscountLineDetailEx: anything(),
};

const DESCRIPTION_LINE: Shape = {
  ServiceDate: date(),
  TaxCodeRef: reference(),
  DescriptionLineDetailEx: anything(),
};

const GROUP_LINE: Shape = {
  GroupItemRef: reference('Item'),
  Quantity: decimal(),
  UOMRef: anything(),
  ServiceDate: date(),
  Line: listOf(object(() => SALES_LINE)),
  GroupLineDetailEx: anything(),
};

const TAX_LINE_DETAIL: Shape = {
  TaxRateRef: reference('TaxRate', 'u'),
  PercentBased: flag(),
  TaxPercent: decimal(),
  NetAmountTaxable: money(),
  TaxInclusiveAmount: money(),
  OverrideDeltaAmount: money(),
  ServiceDate: date(),
  TaxLineDetailEx: anything(),
};

export const SALES_LINE_TYPES = [
  'SalesItemLineDetail',
  'SubTotalLineDetail',
  'DiscountLineDetail',
  'DescriptionOnly',
  'GroupLineDetail',
] as const;

/** A line of a sales form. */
export const SALES_LINE: Shape = {
  Id: text(),
  LineNum: integer(),
  Description: text(4000),
  Amount: money(),
  Received: decimal(),
  LinkedTxn: listOf(object(LINKED_TXN)),
  DetailType: oneOf(SALES_LINE_TYPES),
  SalesItemLineDetail: object(SALES_ITEM_LINE),
  SubTotalLineDetail: object({ ItemRef: reference(), ServiceDate: date() }),
  DiscountLineDetail: object(DISCOUNT_LINE),
  DescriptionLineDetail: object(DESCRIPTION_LINE),
  GroupLineDetail: object(GROUP_LINE),
  CustomField: listOf(object(CUSTOM_FIELD)),
  LineEx: anything(),
  ProjectRef: reference('Customer'),
  CostAmount: money(),
  HomeCostAmount: money(),
  CustomExtensions: listOf(anything()),
};

const TAX_LINE: Shape = {
  Id: text(),
  LineNum: integer(),
  Description: text(4000),
  Amount: money(),
  DetailType: oneOf(['TaxLineDetail']),
  TaxLineDetail: object(TAX_LINE_DETAIL),
};

export const TXN_TAX_DETAIL: Shape = {
  DefaultTaxCodeRef: reference(),
  TxnTaxCodeRef: { ...reference('TaxCode', 'u'), words: new Set(['CustomSalesTax']) },
  TotalTax: money(),
  TaxReviewStatus: text(),
  TaxLine: listOf(object(TAX_LINE)),
  UseAutomatedSalesTax: flag(),
};

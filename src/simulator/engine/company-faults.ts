/** Faults that speak of the company itself: its plan, its lists, its tax codes and currencies. */

import { error, type FaultError } from './service-fault.js';

/** Codes 700 and 900 are in the list of error codes; which call meets them is a guess. */
export const parentInvalid = (): FaultError =>
  error('700', 'Parent Reference Invalid', 'Parent Reference Invalid : it is no valid parent.');

export const parentIsChild = (): FaultError =>
  error('900', 'Parent cannot be child', 'An object cannot be its own parent or child.');

/** What the product does not include: 5020 in an older copy of the error codes, 5030 in newer. */
export const permissionDenied = (feature: string): FaultError =>
  error(
    '5020',
    'Permission Denied Error',
    `Permission Denied Error : You do not have permission to access this feature. ${feature}`,
  );

export const accountTypeMissing = (): FaultError =>
  error(
    '6010',
    'Invalid Account.AccountType && Account.AccountSubType',
    'Either an Account.AccountType or an Account.AccountSubType must be specified',
  );

export const openingDateMissing = (): FaultError =>
  error(
    '6060',
    'Account.OpeningBalanceDate must be specified with Account.OpeningBalance',
    'An Account.OpeningBalanceDate is required when specifying an Account.OpeningBalance',
    'OpeningBalanceDate',
  );

/** `CustomSalesTax`, `TAX` and `NON` name no tax code a transaction could have. */
export const invalidTxnTaxCode = (id: string): FaultError =>
  error(
    '6160',
    'Invalid TaxCodeRef',
    `Invalid TaxCodeRef : ${id} cannot be used as the tax code of a transaction.`,
    'TxnTaxCodeRef',
  );

/** The same for the default of a customer. */
export const invalidDefaultTaxCode = (id: string): FaultError =>
  error(
    '6230',
    'Invalid TaxCodeRef',
    `Invalid TaxCodeRef : ${id} cannot be used as a default tax code.`,
    'DefaultTaxCodeRef',
  );

const PLAN_NAMES: Readonly<Record<string, string>> = {
  simple_start: 'Simple Start',
  essentials: 'Essentials',
  plus: 'Plus',
  advanced: 'Advanced',
};

/** For apps whose person is no user of the company any more (Intuit's page on common errors). */
export const accessLost = (plan: string): FaultError =>
  error(
    '120',
    'Authorization Failure',
    `: -11014-You do not have access to use QuickBooks Online ${PLAN_NAMES[plan] ?? plan}.`,
  );

/** Seen in answers in these words, with the name of the plan. */
export const subscriptionEnded = (plan: string): FaultError =>
  error(
    '6190',
    'Invalid Company Status',
    'Subscription period has ended or canceled or there was a billing problem : ' +
      `You can't add data to QuickBooks Online ${PLAN_NAMES[plan] ?? plan} because your trial or ` +
      'subscription period ended, you cancelled your subscription, or there was a billing ' +
      'problem. To update your subscription, click the gear icon and view your account information.',
  );

export const beforeItemStart = (): FaultError =>
  error(
    '6270',
    'Inventory transaction dated before item start date',
    'An inventory transaction cannot be dated before the inventory start date of its item.',
  );

/** The Detail is a guess; the code page gives the number and its meaning only. */
export const nameHasBalance = (): FaultError =>
  error(
    '6220',
    'Delete entity has balance',
    'Delete entity has balance : a name with an open balance cannot be made inactive.',
  );

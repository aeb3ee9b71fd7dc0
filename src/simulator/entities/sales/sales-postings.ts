/** What sales forms do to the books. */

import type { Company } from '../../engine/company.js';
import { cents } from '../../engine/money.js';
import { GRATUITY, SHIPPING } from '../../engine/shapes.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';
import { inHomeCurrency } from '../transaction/home-postings.js';
import {
  accountOfSubType,
  accountOfType,
  type Posting,
  type PostingsOf,
} from '../transaction/postings.js';
import { amountsOf, lineCents, soldLines } from './sales-amounts.js';

/** Debits of the form's own currency, in cents: where the money is owed, or lies. */
type MoneySide = (company: Company, object: JsonObject) => readonly Posting[];

/** A sale: the money side is debited, income and tax are credited, the discount is debited. */
export function sells(moneySide: MoneySide): PostingsOf {
  return (company, object) => inHomeCurrency(company, object, entries(company, object, moneySide));
}

/** A credit note or refund: the same the other way round. */
export function takesBack(moneySide: MoneySide): PostingsOf {
  return (company, object) => {
    const turned = entries(company, object, moneySide).map((each) => turn(each));
    return inHomeCurrency(company, object, turned);
  };
}

/** What the customer owes. */
export function receivable(company: Company, object: JsonObject, owedCents: number): Posting {
  return {
    accountId:
      refIdOf(object, 'ARAccountRef') ??
      accountOfType(company, 'Accounts Receivable', refIdOf(object, 'CurrencyRef')),
    cents: owedCents,
    name: { entity: 'Customer', id: refIdOf(object, 'CustomerRef') },
  };
}

/** Money that changes hands with the form. */
export function deposited(company: Company, object: JsonObject, paidCents: number): Posting {
  const account = refIdOf(object, 'DepositToAccountRef');
  return {
    accountId: account ?? accountOfSubType(company, 'UndepositedFunds'),
    cents: paidCents,
  };
}

export function totalCents(object: JsonObject): number {
  return cents(numberOf(object, 'TotalAmt') ?? 0);
}

function entries(company: Company, object: JsonObject, moneySide: MoneySide): Posting[] {
  const discount = objectsOf(object, 'Line').find(
    (line) => textOf(line, 'DetailType') === 'DiscountLineDetail',
  );
  return [
    ...moneySide(company, object),
    ...soldLines(object).map((line) => ({
      accountId: incomeAccount(company, line),
      cents: -lineCents({ company }, line),
    })),
    {
      accountId: refIdOf(objectOf(discount, 'DiscountLineDetail'), 'DiscountAccountRef'),
      cents: amountsOf(company, object).discountCents,
    },
    ...taxEntries(company, object),
  ];
}

const turn = (posting: Posting): Posting => ({ ...posting, cents: -posting.cents });

/** Shipping and tips have no item, hence no account of an item. Which ones they use is a guess. */
function incomeAccount(company: Company, line: JsonObject): string | undefined {
  const detail = objectOf(line, 'SalesItemLineDetail');
  switch (refIdOf(detail, 'ItemRef')) {
    case SHIPPING:
      return namedAccount(company, 'Shipping Income');
    case GRATUITY:
      return accountOfSubType(company, 'OtherCurrentLiabilities');
    default:
      return refIdOf(detail, 'ItemAccountRef');
  }
}

/** Each tax line to the account named after its agency, where there is one (recorded names). */
function taxEntries(company: Company, object: JsonObject): Posting[] {
  const detail = objectOf(object, 'TxnTaxDetail');
  let rest = cents(numberOf(detail, 'TotalTax') ?? 0);
  const postings = objectsOf(detail, 'TaxLine').map((line) => {
    const lineTax = cents(numberOf(line, 'Amount') ?? 0);
    rest -= lineTax;
    const rate = company.find('TaxRate', refIdOf(objectOf(line, 'TaxLineDetail'), 'TaxRateRef'));
    return { accountId: payableTo(company, refIdOf(rate, 'AgencyRef')), cents: -lineTax };
  });
  return [...postings, { accountId: payableTo(company, undefined), cents: -rest }];
}

function payableTo(company: Company, agencyId: string | undefined): string | undefined {
  const agency = textOf(company.find('TaxAgency', agencyId), 'DisplayName');
  const own = agency === undefined ? undefined : namedAccount(company, `${agency} Payable`);
  return own ?? accountOfSubType(company, 'GlobalTaxPayable');
}

function namedAccount(company: Company, name: string): string | undefined {
  const [id] = company.collection('Account').withKey('Name', name.toLowerCase()) ?? [];
  return id;
}

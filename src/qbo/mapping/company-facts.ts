import { filled } from './members.js';
import { readEntity, type Stored, UnexpectedShapeError } from './quickbooks-types.js';

/** What is known of a company and decides how documents are written for it. */
export interface CompanyFacts {
  name: string;
  /** ISO 3166 alpha-2. */
  country: string;
  /** ISO 4217. */
  homeCurrency: string;
  multiCurrency: boolean;
  /** Last closed day `YYYY-MM-DD`; writes dated on or before it are refused. Null: books open. */
  bookCloseDate: string | null;
  /** People number sales forms; QuickBooks then gives no number where none is sent. */
  customTxnNumbers: boolean;
  usingSalesTax: boolean;
  /** Automated sales tax of the United States. */
  partnerTax: boolean;
  /** Sales forms may have a discount line. */
  allowDiscount: boolean;
  /** Sales forms may have a shipping line of QuickBooks' own. */
  allowShipping: boolean;
  /** Where classes stand: on each line, on the form as a whole, or nowhere. */
  classTracking: 'line' | 'transaction' | 'off';
  /** Forms may name a location. */
  trackLocations: boolean;
  /** IANA name. */
  timeZone: string | null;
  /** Name of the subscription, for example "QuickBooks Online Plus". */
  plan: string | null;
}

/** Spellings of the countries QuickBooks has its own editions for. */
const COUNTRY_CODES: Readonly<Record<string, string>> = {
  USA: 'US',
  'UNITED STATES': 'US',
  'UNITED STATES OF AMERICA': 'US',
  UK: 'GB',
  GBR: 'GB',
  'UNITED KINGDOM': 'GB',
  CAN: 'CA',
  CANADA: 'CA',
  AUS: 'AU',
  AUSTRALIA: 'AU',
  IND: 'IN',
  INDIA: 'IN',
  FRA: 'FR',
  FRANCE: 'FR',
};

/** Home currency where the answer does not name it. */
const CURRENCY_BY_COUNTRY: Readonly<Record<string, string>> = {
  US: 'USD',
  GB: 'GBP',
  CA: 'CAD',
  AU: 'AUD',
  IN: 'INR',
  FR: 'EUR',
};

/** ISO code of a country as QuickBooks spells it; unknown spellings stay as they are. */
export function countryCode(country: string): string {
  const spelled = country.trim().toUpperCase();
  return COUNTRY_CODES[spelled] ?? spelled;
}

/**
 * Facts of a company from its CompanyInfo and Preferences.
 * @throws UnexpectedShapeError where an answer lacks what documents cannot be written without
 */
export function companyFacts(companyInfo: unknown, preferences: unknown): CompanyFacts {
  const info = readEntity('CompanyInfo', companyInfo);
  const prefs = readEntity('Preferences', preferences);
  const country = countryCode(info.Country);
  const homeCurrency =
    filled(prefs.CurrencyPrefs?.HomeCurrency?.value) ?? CURRENCY_BY_COUNTRY[country];
  if (homeCurrency === undefined) {
    throw new UnexpectedShapeError('Preferences', ['CurrencyPrefs.HomeCurrency']);
  }
  return {
    name: info.CompanyName,
    country,
    homeCurrency,
    multiCurrency: prefs.CurrencyPrefs?.MultiCurrencyEnabled ?? false,
    bookCloseDate: dayOf(prefs.AccountingInfoPrefs?.BookCloseDate),
    customTxnNumbers: prefs.SalesFormsPrefs?.CustomTxnNumbers ?? false,
    usingSalesTax: prefs.TaxPrefs?.UsingSalesTax ?? false,
    partnerTax: prefs.TaxPrefs?.PartnerTaxEnabled ?? false,
    allowDiscount: prefs.SalesFormsPrefs?.AllowDiscount ?? true,
    allowShipping: prefs.SalesFormsPrefs?.AllowShipping ?? false,
    classTracking: classTracking(prefs.AccountingInfoPrefs),
    trackLocations: prefs.AccountingInfoPrefs?.TrackDepartments ?? false,
    timeZone: filled(info.DefaultTimeZone) ?? null,
    plan: filled(info.NameValue?.find((pair) => pair.Name === 'OfferingSku')?.Value) ?? null,
  };
}

function classTracking(
  prefs: Stored<'Preferences'>['AccountingInfoPrefs'],
): CompanyFacts['classTracking'] {
  if (prefs?.ClassTrackingPerTxnLine === true) return 'line';
  return prefs?.ClassTrackingPerTxn === true ? 'transaction' : 'off';
}

function dayOf(text: string | undefined): string | null {
  return /^\d{4}-\d{2}-\d{2}/.exec(text ?? '')?.[0] ?? null;
}

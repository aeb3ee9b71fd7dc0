/** What a company's plan and preferences allow on forms. */
export interface CompanyFeatures {
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
  /** Name of the subscription, for example "QuickBooks Online Plus"; null where it is not known. */
  plan: string | null;
}

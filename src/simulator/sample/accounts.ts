/**
 * The chart of accounts of a new company: the accounts QuickBooks itself sets up, by their names.
 * Ids are the same in every company. `Parent:Child` makes a sub-account.
 */

import type { Country } from '../engine/company.js';
import { ACCOUNT_TYPES } from '../entities/lists/account.js';
import type { JsonObject } from '../json.js';

type Row = readonly [id: number, path: string, type: string, detail: string];

const BOTH: readonly Row[] = [
  [1, 'Services', 'Income', 'ServiceFeeIncome'],
  [2, 'Retained Earnings', 'Equity', 'RetainedEarnings'],
  [3, 'Prepaid Expenses', 'Other Current Asset', 'PrepaidExpenses'],
  [4, 'Undeposited Funds', 'Other Current Asset', 'UndepositedFunds'],
  [5, 'Fees Billed', 'Income', 'ServiceFeeIncome'],
  [6, 'Refunds-Allowances', 'Income', 'DiscountsRefundsGiven'],
  [7, 'Advertising', 'Expense', 'AdvertisingPromotional'],
  [8, 'Bank Charges', 'Expense', 'BankCharges'],
  [9, 'Commissions & fees', 'Expense', 'OtherMiscellaneousServiceCost'],
  [10, 'Dues & Subscriptions', 'Expense', 'DuesSubscriptions'],
  [11, 'Insurance', 'Expense', 'Insurance'],
  [12, 'Legal & Professional Fees', 'Expense', 'LegalProfessionalFees'],
  [13, 'Meals and Entertainment', 'Expense', 'EntertainmentMeals'],
  [14, 'Miscellaneous', 'Other Expense', 'OtherMiscellaneousExpense'],
  [15, 'Office Expenses', 'Expense', 'OfficeGeneralAdministrativeExpenses'],
  [16, 'Promotional', 'Expense', 'AdvertisingPromotional'],
  [17, 'Rent or Lease', 'Expense', 'RentOrLeaseOfBuildings'],
  [18, 'Freight & Delivery', 'Expense', 'ShippingFreightDelivery'],
  [19, 'Stationery & Printing', 'Expense', 'OfficeGeneralAdministrativeExpenses'],
  [20, 'Supplies', 'Expense', 'SuppliesMaterials'],
  [21, 'Taxes & Licenses', 'Expense', 'TaxesPaid'],
  [22, 'Travel', 'Expense', 'Travel'],
  [23, 'Travel Meals', 'Expense', 'TravelMeals'],
  [24, 'Utilities', 'Expense', 'Utilities'],
  [25, 'Interest Earned', 'Other Income', 'InterestEarned'],
  [26, 'Other Portfolio Income', 'Other Income', 'OtherMiscellaneousIncome'],
  [27, 'Penalties & Settlements', 'Other Expense', 'PenaltiesSettlements'],
  [28, 'Disposal Fees', 'Expense', 'OtherMiscellaneousServiceCost'],
  [29, 'Equipment Rental', 'Expense', 'EquipmentRental'],
  [30, 'Uncategorized Income', 'Income', 'ServiceFeeIncome'],
  [31, 'Uncategorized Expense', 'Expense', 'OtherMiscellaneousServiceCost'],
  [32, 'Uncategorized Asset', 'Other Current Asset', 'OtherCurrentAssets'],
  [33, 'Accounts Payable (A/P)', 'Accounts Payable', 'AccountsPayable'],
  [34, 'Opening Balance Equity', 'Equity', 'OpeningBalanceEquity'],
  [36, 'Savings', 'Bank', 'Savings'],
  [37, 'Vehicles', 'Fixed Asset', 'Vehicles'],
  [38, 'Vehicles:Original Cost', 'Fixed Asset', 'Vehicles'],
  [39, 'Vehicles:Depreciation', 'Fixed Asset', 'AccumulatedDepreciation'],
  [40, 'Depreciation', 'Other Expense', 'Depreciation'],
  [41, 'Mastercard', 'Credit Card', 'CreditCard'],
  [42, 'Visa', 'Credit Card', 'CreditCard'],
  [43, 'Loan Payable', 'Other Current Liability', 'OtherCurrentLiabilities'],
  [44, 'Notes Payable', 'Long Term Liability', 'OtherLongTermLiabilities'],
  [45, 'Sales', 'Income', 'SalesOfProductIncome'],
  [46, 'Sales:Wholesale', 'Income', 'SalesOfProductIncome'],
  [47, 'Sales:Retail', 'Income', 'SalesOfProductIncome'],
  [48, 'Services:Installation', 'Income', 'ServiceFeeIncome'],
  [49, 'Services:Maintenance', 'Income', 'ServiceFeeIncome'],
  [50, 'Services:Training', 'Income', 'ServiceFeeIncome'],
  [51, 'Shipping Income', 'Income', 'OtherPrimaryIncome'],
  [52, 'Machinery & Equipment', 'Fixed Asset', 'MachineryAndEquipment'],
  [53, 'Machinery & Equipment:Depreciation', 'Fixed Asset', 'AccumulatedDepreciation'],
  [54, 'Furniture & Fixtures', 'Fixed Asset', 'FurnitureAndFixtures'],
  [55, 'Automobile', 'Expense', 'Auto'],
  [56, 'Automobile:Fuel', 'Expense', 'Auto'],
  [57, 'Insurance:Workers Compensation', 'Expense', 'Insurance'],
  [58, 'Job Expenses', 'Expense', 'OtherMiscellaneousServiceCost'],
  [59, 'Job Expenses:Cost of Labor', 'Expense', 'OtherMiscellaneousServiceCost'],
  [60, 'Job Expenses:Equipment Rental', 'Expense', 'EquipmentRental'],
  [61, 'Job Expenses:Materials', 'Expense', 'SuppliesMaterials'],
  [62, 'Job Expenses:Permits', 'Expense', 'OtherMiscellaneousServiceCost'],
  [63, 'Payroll Expenses', 'Expense', 'PayrollExpenses'],
  [64, 'Payroll Expenses:Wages', 'Expense', 'PayrollExpenses'],
  [65, 'Payroll Expenses:Taxes', 'Expense', 'PayrollExpenses'],
  [66, 'Subcontractors', 'Cost of Goods Sold', 'CostOfLaborCos'],
  [67, 'Packaging', 'Cost of Goods Sold', 'SuppliesMaterialsCogs'],
  [68, 'Inventory Shrinkage', 'Cost of Goods Sold', 'SuppliesMaterialsCogs'],
  [69, 'Legal & Professional Fees:Accounting', 'Expense', 'LegalProfessionalFees'],
  [70, 'Legal & Professional Fees:Bookkeeper', 'Expense', 'LegalProfessionalFees'],
  [71, 'Legal & Professional Fees:Lawyer', 'Expense', 'LegalProfessionalFees'],
  [72, 'Maintenance and Repair', 'Expense', 'RepairMaintenance'],
  [73, 'Maintenance and Repair:Building Repairs', 'Expense', 'RepairMaintenance'],
  [74, 'Maintenance and Repair:Computer Repairs', 'Expense', 'RepairMaintenance'],
  [75, 'Maintenance and Repair:Equipment Repairs', 'Expense', 'RepairMaintenance'],
  [76, 'Utilities:Gas and Electric', 'Expense', 'Utilities'],
  [77, 'Utilities:Telephone', 'Expense', 'Utilities'],
  [78, 'Purchases', 'Expense', 'SuppliesMaterials'],
  [79, 'Sales of Product Income', 'Income', 'SalesOfProductIncome'],
  [80, 'Cost of Goods Sold', 'Cost of Goods Sold', 'SuppliesMaterialsCogs'],
  [81, 'Inventory Asset', 'Other Current Asset', 'Inventory'],
  [82, 'Design income', 'Income', 'OtherPrimaryIncome'],
  [83, 'Other Income', 'Income', 'OtherPrimaryIncome'],
  [84, 'Accounts Receivable (A/R)', 'Accounts Receivable', 'AccountsReceivable'],
  [85, 'Billable Expense Income', 'Income', 'ServiceFeeIncome'],
  [86, 'Discounts given', 'Income', 'DiscountsRefundsGiven'],
  [87, 'Unapplied Cash Payment Income', 'Income', 'UnappliedCashPaymentIncome'],
  [88, 'Unapplied Cash Bill Payment Expense', 'Expense', 'UnappliedCashBillPaymentExpense'],
  [92, 'Owner Investments', 'Equity', 'OwnersEquity'],
  [93, 'Owner Draws', 'Equity', 'OwnersEquity'],
];

const ONLY_US: readonly Row[] = [
  [35, 'Checking', 'Bank', 'Checking'],
  [89, 'Arizona Department of Revenue Payable', 'Other Current Liability', 'GlobalTaxPayable'],
  [
    90,
    'California Department of Tax and Fee Administration Payable',
    'Other Current Liability',
    'GlobalTaxPayable',
  ],
  [
    91,
    'Washington State Department of Revenue Payable',
    'Other Current Liability',
    'GlobalTaxPayable',
  ],
];

const ONLY_GB: readonly Row[] = [
  [35, 'Current', 'Bank', 'Checking'],
  [89, 'VAT Control', 'Other Current Liability', 'GlobalTaxPayable'],
  [90, 'VAT Suspense', 'Other Current Liability', 'GlobalTaxSuspense'],
  [91, 'PAYE & NI Payable', 'Other Current Liability', 'PayrollTaxPayable'],
];

export function accounts(country: Country): JsonObject[] {
  const rows = [...BOTH, ...(country === 'US' ? ONLY_US : ONLY_GB)];
  const idByPath = new Map(rows.map(([id, path]) => [path, String(id)]));
  return rows.map(([id, path, type, detail]) => {
    const parts = path.split(':');
    const parent = idByPath.get(parts.slice(0, -1).join(':'));
    return {
      Id: String(id),
      Name: parts.at(-1),
      SubAccount: parent !== undefined,
      ...(parent === undefined ? {} : { ParentRef: { value: parent } }),
      FullyQualifiedName: path,
      Active: true,
      Classification: ACCOUNT_TYPES[type]?.[0],
      AccountType: type,
      AccountSubType: detail,
      CurrentBalance: 0,
      CurrentBalanceWithSubAccounts: 0,
    };
  });
}

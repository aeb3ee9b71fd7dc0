/** Products and services of a sample company. All invented. */

import type { Country } from '../engine/company.js';
import type { JsonObject } from '../json.js';

type Row = readonly [
  name: string,
  type: 'Service' | 'NonInventory' | 'Inventory',
  price: number,
  incomeAccount: string,
  cost: number,
];

const ITEMS: readonly Row[] = [
  ['Services', 'Service', 0, '1', 0],
  ['Hours', 'Service', 65, '1', 0],
  ['Consulting', 'Service', 120, '1', 0],
  ['Training', 'Service', 95, '50', 0],
  ['Installation', 'Service', 80, '48', 0],
  ['Annual Maintenance', 'Service', 240, '49', 0],
  ['Site Visit', 'Service', 45, '49', 0],
  ['Delivery', 'Service', 18.5, '51', 0],
  ['Workbench 180 cm', 'Inventory', 349, '79', 205],
  ['Workbench 240 cm', 'Inventory', 429, '79', 260],
  ['Bench Vise', 'Inventory', 89.9, '79', 52],
  ['Tool Cabinet', 'Inventory', 275, '79', 160],
  ['Pegboard Panel', 'NonInventory', 24.75, '79', 11.2],
  ['Hook Set of 20', 'NonInventory', 12.5, '79', 5.1],
  ['LED Shop Light', 'NonInventory', 59, '79', 31],
  ['Extension Reel', 'NonInventory', 42.3, '79', 24],
  ['Safety Glasses', 'NonInventory', 8.95, '79', 3.4],
  ['Ear Defenders', 'NonInventory', 16.2, '79', 7.8],
  ['Sandpaper Pack', 'NonInventory', 6.4, '79', 2.9],
  ['Wood Glue 1 L', 'NonInventory', 11.8, '79', 6],
  ['Clamp Pair 60 cm', 'NonInventory', 31, '79', 17.5],
  ['Design Drawing', 'Service', 150, '82', 0],
];

/** @param withStock plans without inventory sell the same goods as non-inventory items */
export function items(country: Country, withStock: boolean, startDate: string): JsonObject[] {
  return ITEMS.map(([name, wantedType, price, income, cost], index) => {
    const type = wantedType === 'Inventory' && !withStock ? 'NonInventory' : wantedType;
    return {
      Id: String(index + 1),
      Name: name,
      ...(price === 0 ? {} : { Description: name }),
      Active: true,
      FullyQualifiedName: name,
      Taxable: country === 'US' && type !== 'Service',
      UnitPrice: price,
      Type: type,
      IncomeAccountRef: { value: income },
      ...(cost === 0 ? {} : { PurchaseDesc: name }),
      PurchaseCost: cost,
      ...(cost === 0 ? {} : { ExpenseAccountRef: { value: '80' } }),
      ...(type === 'Inventory' ? { AssetAccountRef: { value: '81' } } : {}),
      TrackQtyOnHand: type === 'Inventory',
      ...(type === 'Inventory' ? { QtyOnHand: 40, InvStartDate: startDate } : {}),
      DeferredRevenue: false,
    };
  });
}

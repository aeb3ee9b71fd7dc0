import type { StatedDocumentByKind, StatedKind } from '../../client/index.js';
import type { CompanyName } from './companies.js';
import { type Goods, invoiceOf } from './invoices.js';

/**
 * One day of an invented shop: orders exported by a click to a company in the United States,
 * invoices that travel by themselves to one in the United Kingdom. Some cannot be synced.
 */

/** A statement, in the order in which the shop makes them. */
export type DemoDocument = {
  [Kind in StatedKind]: {
    company: CompanyName;
    kind: Kind;
    externalId: string;
    document: StatedDocumentByKind[Kind];
    /** Someone presses "export" for it. */
    clicked: boolean;
  };
}[StatedKind];

/** Number of the invoice that someone typed into QuickBooks by hand. */
export const TAKEN_NUMBER = 'SO-10485';
/** The company whose books are closed up to the end of the month before. */
export const CLOSED_BOOKS = 'uk' satisfies CompanyName;

/** Last day of the month before the one of `day`. */
export function beforeMonthOf(day: string): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, 0)).toISOString().slice(0, 10);
}

type Row = readonly [number: string, customer: string, ...goods: Goods[]];

// Odd numbers only: where QuickBooks gives a number itself it takes the one after its last.
const ORDERS: readonly Row[] = [
  ['SO-10453', 'Alder & Finch Cabinetry', ['Workbench 240 cm', 1, '429.00']],
  ['SO-10455', 'Baywater Charter School', ['Safety Glasses', 24, '8.95'], ['Delivery', 1, '18.50']],
  ['SO-10457', "Eli's Bike Repair", ['Bench Vise', 2, '89.90']],
  ['SO-10459', 'Camille Okafor', ['Pegboard Panel', 4, '24.75'], ['Hook Set of 20', 2, '12.50']],
  ['SO-10461', 'Granite Peak Outfitters', ['LED Shop Light', 6, '59.00']],
  ['SO-10463', 'Harvest Lane Co-op', ['Walnut Cutting Board', 12, '34.20']],
  ['SO-10465', 'Juniper Street Books', ['Reading Lamp, Brass', 3, '76.00']],
  ['SO-10467', 'Bluejay Frame Shop', ['Clamp Pair 60 cm', 5, '31.00']],
  ['SO-10469', 'Bluejay Frame Shop', ['Walnut Cutting Board', 2, '34.20']],
  ['SO-10471', 'Café Lumière ☕', ['Workbench 180 cm', 1, '349.00']],
  ['SO-10473', 'نجارة الواحة', ['Sandpaper Pack', 30, '6.40']],
  ['SO-10475', 'Tidewater Kayaks', ['Installation', 1, '80.00'], ['Extension Reel', 1, '42.30']],
  ['SO-2026-AUTUMN-FAIR-000117', 'Umber Coffee Roasters', ['Tool Cabinet', 1, '275.00']],
];

const INVOICES: readonly Row[] = [
  ['INV-2051', 'Ashdown Joinery', ['Workbench 240 cm', 2, '429.00']],
  ['INV-2052', 'Bramley Primary School', ['Ear Defenders', 15, '16.20']],
  ['INV-2053', 'Copper Kettle Tearooms', ['LED Shop Light', 4, '59.00']],
  ['INV-2054', 'Dales Cycle Hire', ['Bench Vise', 1, '89.90'], ['Delivery', 1, '18.50']],
  ['INV-2055', 'Fernhill Dental Practice', ['Site Visit', 1, '45.00']],
  ['INV-2056', 'Granary Wharf Outfitters', ['Pegboard Panel', 20, '24.75']],
  ['INV-2057', 'Harrogate Wholefoods', ['Consulting', 3, '120.00']],
  ['INV-2058', 'Ironbridge Garden Design', ['Design Drawing', 1, '150.00']],
  ['INV-2059', 'Kestrel Flying Club', ['Training', 2, '95.00']],
  ['INV-2060', 'Lakeside Function Rooms', ['Annual Maintenance', 1, '240.00']],
  ['INV-2061', 'Northgate Vets', ['Wood Glue 1 L', 10, '11.80']],
  ['INV-2062', 'Orchard Row Cider', ['Clamp Pair 60 cm', 6, '31.00']],
  ['INV-2063', 'Riverside Brewing', ['Extension Reel', 3, '42.30']],
];

/** The order whose answer is lost on the way back. It is stated before all others. */
export function firstOfTheDay(day: string): DemoDocument {
  return order(day, ['SO-10451', 'Copperline Bakery', ['Tool Cabinet', 1, '275.00']]);
}

/** Everything the shop states during the day. */
export function restOfTheDay(day: string): DemoDocument[] {
  return [
    ...customersStated(),
    ...ORDERS.map((row) => order(day, row)),
    ...ordersOfStatedCustomers(day),
    ...ordersThatStay(day),
    ...INVOICES.map((row) => sale(day, row)),
    ...salesThatFail(day),
  ];
}

/** Stated again later that day, with a higher version: two changes, a void, and one too late. */
export function changesOfTheDay(day: string): DemoDocument[] {
  return [
    sale(day, ['INV-2052', 'Bramley Primary School', ['Ear Defenders', 18, '16.20']], {
      sourceVersion: 2,
    }),
    sale(
      day,
      ['INV-2061', 'Northgate Vets', ['Wood Glue 1 L', 10, '11.80'], ['Delivery', 1, '18.50']],
      {
        sourceVersion: 2,
      },
    ),
    sale(day, ['INV-2063', 'Riverside Brewing', ['Extension Reel', 3, '42.30']], {
      sourceVersion: 2,
      status: 'void',
    }),
    {
      ...order(day, ['SO-10457', "Eli's Bike Repair", ['Bench Vise', 3, '89.90']], {
        sourceVersion: 2,
      }),
      clicked: false,
    },
  ];
}

function ordersThatStay(day: string): DemoDocument[] {
  const lamp: Goods = ['LED Shop Light', 2, '59.00'];
  return [
    order(day, ['SO-10481', 'Riverbend Brewing', lamp], { status: 'draft', statusLabel: 'Quote' }),
    { ...order(day, ['SO-10483', 'Saddleback Tile', lamp]), clicked: false },
    order(day, [TAKEN_NUMBER, 'Willow Creek Farm', lamp]),
    {
      ...order(day, ['SO-10487', 'Quartz Hill Pottery', lamp], { total: '120.00' }),
      clicked: false,
    },
  ];
}

function customersStated(): DemoDocument[] {
  const stated = (
    company: CompanyName,
    externalId: string,
    displayName: string,
    email: string,
  ): DemoDocument => ({
    company,
    kind: 'customer',
    externalId,
    document: { displayName, email },
    clicked: company === 'us',
  });
  return [
    stated('us', 'C-301', 'Moorland Pottery Studio', 'hello@moorland.example'),
    stated('us', 'C-302', 'Zoë Krämer', 'zoe@example.com'),
    stated('us', 'C-303', 'Weir Lane Allotments', 'plots@weirlane.example'),
    stated('uk', 'C-118', 'Saddleworth Tile', 'office@saddleworth.example'),
  ];
}

/** The shop names these by its own ids. */
function ordersOfStatedCustomers(day: string): DemoDocument[] {
  return [
    order(day, ['SO-10477', 'Moorland Pottery Studio', ['Tool Cabinet', 1, '275.00']], {
      customer: { externalId: 'C-301' },
    }),
    order(day, ['SO-10479', 'Weir Lane Allotments', ['Workbench 180 cm', 2, '349.00']], {
      customer: { externalId: 'C-303' },
    }),
  ];
}

function salesThatFail(day: string): DemoDocument[] {
  const visit: Goods = ['Site Visit', 1, '45.00'];
  return [
    sale(day, ['INV-2064', 'Ravensworth Estates', visit]),
    sale(day, ['INV-2067', 'Ravensworth Estates', ['Design Drawing', 2, '150.00']]),
    sale(day, ['INV-2068', 'Ravensworth Estates', ['Delivery', 1, '18.50']]),
    sale(day, ['INV-2065', 'Umber Coffee Roasters', ['Barista Course', 1, '160.00']]),
    sale(day, ['INV-2066', 'Willow Beck Farm', visit], { issueDate: beforeMonthOf(day) }),
  ];
}

type Changes = Partial<StatedDocumentByKind['invoice']>;

function order(
  day: string,
  [number, customer, ...goods]: Row,
  changes: Changes = {},
): DemoDocument {
  const document = invoiceOf({ number, customer, goods, status: 'released', day });
  const externalId = number;
  return {
    company: 'us',
    kind: 'invoice',
    externalId,
    document: { ...document, ...changes },
    clicked: true,
  };
}

function sale(day: string, [number, customer, ...goods]: Row, changes: Changes = {}): DemoDocument {
  const document = invoiceOf({ number, customer, goods, status: 'sent', day, taxCode: '20.0% S' });
  const externalId = number;
  return {
    company: 'uk',
    kind: 'invoice',
    externalId,
    document: { ...document, ...changes },
    clicked: false,
  };
}

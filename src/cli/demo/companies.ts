import { type CompanyOptions, type Simulator, startSimulator } from '../../simulator/index.js';
import { beforeMonthOf, CLOSED_BOOKS, TAKEN_NUMBER } from './day.js';

/** Two companies of the simulator. Their people number sales forms themselves. */
const numbered = { SalesFormsPrefs: { CustomTxnNumbers: true } };
export const COMPANIES = {
  us: {
    realmId: '4620816365900001',
    name: 'Demo shop, Portland',
    country: 'US',
    plan: 'plus',
    preferences: numbered,
  },
  uk: {
    realmId: '4620816365900002',
    name: 'Demo shop, Leeds',
    country: 'GB',
    plan: 'plus',
    preferences: numbered,
  },
} as const satisfies Record<string, CompanyOptions>;
export type CompanyName = keyof typeof COMPANIES;

/** Starts the simulator on what it knew before, and lets its people do what causes the failures. */
export async function startCompanies(o: {
  port: number;
  dataFile: string;
  day: string;
}): Promise<Simulator> {
  const simulator = await startSimulator({
    port: o.port,
    dataFile: o.dataFile,
    companies: [COMPANIES.us, COMPANIES.uk],
  });
  closeBooks(simulator, o.day);
  writeInvoiceByHand(simulator, o.day);
  return simulator;
}

function closeBooks({ control }: Simulator, day: string): void {
  control.act(COMPANIES[CLOSED_BOOKS].realmId, { do: 'close_books', date: beforeMonthOf(day) });
}

/** Someone typed an invoice into QuickBooks, under a number the shop gives to another one. */
function writeInvoiceByHand({ control }: Simulator, day: string): void {
  const { realmId } = COMPANIES.us;
  const invoices = control.objects(realmId, 'Invoice');
  if (invoices.some((invoice) => invoice['DocNumber'] === TAKEN_NUMBER)) return;
  control.act(realmId, {
    do: 'create',
    entity: 'Invoice',
    object: {
      DocNumber: TAKEN_NUMBER,
      TxnDate: day,
      CustomerRef: { value: '1' },
      Line: [
        {
          DetailType: 'SalesItemLineDetail',
          Amount: 65,
          SalesItemLineDetail: { ItemRef: { value: '2' }, Qty: 1, UnitPrice: 65 },
        },
      ],
    },
  });
}

/** The next invoice that is created in the company is stored, and its answer never arrives. */
export function loseNextAnswer({ control }: Simulator, company: CompanyName): void {
  control.addFault({
    match: { realm: COMPANIES[company].realmId, entity: 'Invoice', operation: 'create' },
    at: 'after_commit',
    do: 'drop',
  });
}

import type { InvoiceInput } from '../../src/contract/documents/index.js';
import type { Connected, Journey } from './journey.js';

/** A consultancy in the United Kingdom with two customers and two products, that sends by itself. */
export async function harborview(journey: Journey): Promise<Connected> {
  const { control } = journey.simulator;
  const { realmId } = control.createCompany({ country: 'GB', seed: 'new' });
  control.load(realmId, {
    Customer: [
      { Id: '7', DisplayName: 'Northwind Traders Ltd' },
      { Id: '8', DisplayName: 'Contoso Ltd' },
      { Id: '11', DisplayName: 'Fabrikam Ltd' },
    ],
    Item: [
      { Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } },
      { Id: '4', Name: 'Training', Type: 'Service', IncomeAccountRef: { value: '79' } },
    ],
  });
  return journey.connect({ profile: 'auto-invoices', realmId });
}

/** What it sells to a customer QuickBooks does not have: numbers with their totals. */
export const ROCKET_SKATES = { 'APT-2032': '120.00', 'APT-2033': '75.50', 'APT-2034': '310.00' };

export function harborviewInvoice(customer: string, number: string, net: string): InvoiceInput {
  return {
    number,
    status: 'sent',
    issueDate: '2026-11-22',
    customer: { name: customer },
    lines: [
      {
        name: number === 'APT-2033' ? 'Training' : 'Consulting',
        quantity: '1',
        unitPrice: net,
        amount: net,
        taxCode: { name: 'No VAT' },
      },
    ],
    total: net,
  };
}

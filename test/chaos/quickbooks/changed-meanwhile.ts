import { expect } from '@jest/globals';
import type { Act } from '../../../src/simulator/index.js';
import { waitForStatus } from '../../support/journey.js';
import { aLine } from '../../support/orders.js';
import type { SalesCompany } from '../../support/sales-company.js';
import type { ChaosHouse } from '../house.js';
import type { AtOnce } from '../row.js';

/** F23, F24: a person is faster than an update that is on its way. */
export function changedMeanwhile(house: () => ChaosHouse): AtOnce[] {
  const settled = (at: SalesCompany, number: string, statuses: string | string[] = 'synced') =>
    waitForStatus(house(), at.id, 'invoice', number, statuses);

  /** An invoice in QuickBooks, an update of it on its way, and what a person does meanwhile. */
  async function meets(number: string, act: (id: string) => Act): Promise<SalesCompany> {
    const at = await house().company();
    await at.invoice(number);
    const { quickbooks } = await settled(at, number);
    const onItsWay = house().front?.holdNext(at.realmId, 'POST');
    await at.invoice(number, {
      lines: [aLine({ unitPrice: '250.00', amount: '250.00' })],
      total: '250.00',
    });
    const letGo = await onItsWay;
    house().simulator.control.act(at.realmId, act(quickbooks?.id ?? ''));
    letGo?.();
    return at;
  }

  async function edited(): Promise<void> {
    const changes = { CustomerMemo: { value: 'Thank you!' } };
    const at = await meets('F23', (id) => ({ do: 'edit', entity: 'Invoice', id, changes }));

    const invoice = await settled(at, 'F23');

    expect(invoice.syncedRevision).toBe(2);
    expect(at.invoices('F23')).toMatchObject([{ TotalAmt: 250, ...changes }]);
  }

  async function deleted(): Promise<void> {
    const at = await meets('F24', (id) => ({ do: 'delete', entity: 'Invoice', id }));

    await settled(at, 'F24', 'deleted_in_quickbooks');
    await at.invoice('F24', {
      lines: [aLine({ unitPrice: '260.00', amount: '260.00' })],
      total: '260.00',
    });

    await settled(at, 'F24', 'deleted_in_quickbooks');
    expect(at.invoices('F24')).toHaveLength(0);
    expect(at.quickbooks.commits().filter((one) => one === 'create Invoice')).toHaveLength(1);
  }

  async function voided(): Promise<void> {
    const at = await meets('F24', (id) => ({ do: 'void', entity: 'Invoice', id }));

    await settled(at, 'F24', ['synced', 'failed', 'deleted_in_quickbooks']);

    expect(at.invoices('F24')).toHaveLength(1);
    expect(at.quickbooks.commits().filter((one) => one === 'create Invoice')).toHaveLength(1);
  }

  return [
    ['F23', edited],
    ['F24', deleted, 'deleted'],
    ['F24', voided, 'voided'],
  ];
}

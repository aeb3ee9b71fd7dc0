import { expect } from '@jest/globals';
import type { Act } from '../../../src/simulator/index.js';
import { pullChanges, waitForStatus } from '../../support/journey.js';
import { aLine } from '../../support/orders.js';
import type { SalesCompany } from '../../support/sales-company.js';
import { waitFor } from '../../support/wait-for.js';
import { aCloudEvent, signatureOf } from '../../support/webhooks.js';
import type { ChaosHouse } from '../house.js';
import type { AtOnce } from '../row.js';

/** How the person's change is heard of before the update's answer comes. */
type HeardBy = 'webhook' | 'change_data';

/** F23, F24: a person is faster than an update that is on its way. */
export function changedMeanwhile(house: () => ChaosHouse): AtOnce[] {
  const settled = (at: SalesCompany, number: string, statuses: string | string[] = 'synced') =>
    waitForStatus(house(), at.id, 'invoice', number, statuses);

  /** An invoice in QuickBooks, an update of it on its way, and what a person does meanwhile. */
  async function meets(
    number: string,
    act: (id: string) => Act,
    heardBy: HeardBy | undefined,
  ): Promise<SalesCompany> {
    const at = await house().company();
    await at.invoice(number);
    const { quickbooks } = await settled(at, number);
    const onItsWay = house().front?.holdNext(at.realmId, 'POST');
    await at.invoice(number, {
      lines: [aLine({ unitPrice: '250.00', amount: '250.00' })],
      total: '250.00',
    });
    const letGo = await onItsWay;
    const id = quickbooks?.id ?? '';
    house().simulator.control.act(at.realmId, act(id));
    if (heardBy === 'change_data') await pullChanges(house(), at.id);
    if (heardBy === 'webhook') await tell(at, id);
    letGo?.();
    return at;
  }

  async function tell({ realmId }: SalesCompany, id: string): Promise<void> {
    const time = new Date(house().simulator.control.clock().nowMs).toISOString();
    const event = aCloudEvent({ intuitaccountid: realmId, intuitentityid: id, time });
    const body = JSON.stringify([event]);
    const answer = await fetch(`${house().webUrl}/webhooks/intuit`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'intuit-signature': signatureOf(body) },
      body,
    });
    expect(answer.status).toBe(200);
  }

  /** Everything that was told of the company was looked at, and no run of it is left. */
  async function read({ id }: SalesCompany): Promise<void> {
    const { sql } = house().house.ledger;
    const left = () => sql`
      select 1 from inbound_webhooks w join connections c on c.company_id = w.company_id
        where c.id = ${id} and w.state = 'waiting'
      union all select 1 from runs where connection_id = ${id} and ended_at is null`;
    await waitFor(async () => (await left()).count === 0, { what: 'changes to be read' });
  }

  async function edited(heardBy?: HeardBy): Promise<void> {
    const changes = { CustomerMemo: { value: 'Thank you!' } };
    const at = await meets(
      'F23',
      (id) => ({ do: 'edit', entity: 'Invoice', id, changes }),
      heardBy,
    );

    const invoice = await settled(at, 'F23');
    await read(at);

    expect(invoice.syncedRevision).toBe(2);
    expect(await settled(at, 'F23')).toMatchObject({ label: 'Synced', warnings: [] });
    expect(at.invoices('F23')).toMatchObject([{ TotalAmt: 250, ...changes }]);
  }

  async function deleted(heardBy?: HeardBy): Promise<void> {
    const at = await meets('F24', (id) => ({ do: 'delete', entity: 'Invoice', id }), heardBy);

    await settled(at, 'F24', 'deleted_in_quickbooks');
    await at.invoice('F24', {
      lines: [aLine({ unitPrice: '260.00', amount: '260.00' })],
      total: '260.00',
    });

    await settled(at, 'F24', 'deleted_in_quickbooks');
    await read(at);
    await settled(at, 'F24', 'deleted_in_quickbooks');
    expect(at.invoices('F24')).toHaveLength(0);
    expect(at.quickbooks.commits().filter((one) => one === 'create Invoice')).toHaveLength(1);
  }

  async function voided(heardBy?: HeardBy): Promise<void> {
    const at = await meets('F24', (id) => ({ do: 'void', entity: 'Invoice', id }), heardBy);

    await settled(at, 'F24', ['synced', 'failed', 'deleted_in_quickbooks']);
    await read(at);

    expect(at.invoices('F24')).toHaveLength(1);
    expect(at.quickbooks.commits().filter((one) => one === 'create Invoice')).toHaveLength(1);
  }

  return [
    ['F23', () => edited()],
    ['F24', () => deleted(), 'deleted'],
    ['F24', () => voided(), 'voided'],
    ['F23', () => edited('webhook'), 'told by a webhook'],
    ['F24', () => deleted('webhook'), 'deleted, told by a webhook'],
    ['F24', () => voided('webhook'), 'voided, told by a webhook'],
    ['F23', () => edited('change_data'), 'read in change data'],
    ['F24', () => deleted('change_data'), 'deleted, read in change data'],
    ['F24', () => voided('change_data'), 'voided, read in change data'],
  ];
}

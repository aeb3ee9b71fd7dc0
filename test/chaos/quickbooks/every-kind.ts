import { expect } from '@jest/globals';
import type { StatedDocumentByKind, StatedKind } from '../../../src/contract/documents/index.js';
import { waitForStatus } from '../../support/journey.js';
import { aLine, anInvoice } from '../../support/orders.js';
import type { SalesCompany } from '../../support/sales-company.js';
import { waitFor } from '../../support/wait-for.js';
import type { ChaosHouse } from '../house.js';
import type { AtOnce } from '../row.js';

/** How a kind of document takes part in the rows below. */
interface PlayedKind<Kind extends StatedKind = StatedKind> {
  kind: Kind;
  /** What it is in QuickBooks. */
  entity: string;
  /** One that QuickBooks takes, of this amount and with this number where its kind has one. */
  document(number: string, amount: string): StatedDocumentByKind[Kind];
  /** How it is taken back, and what it is then. */
  removal: 'void' | 'delete';
}

const customer = { name: 'Harbor Lane Dental' };
const lines = (amount: string) => [aLine({ unitPrice: amount, amount })];

const played = <Kind extends StatedKind>(kind: PlayedKind<Kind>) => kind as unknown as PlayedKind;

/** Every kind of transaction that may be lost on its way: a new one is played by standing here. */
const PLAYED: readonly PlayedKind[] = [
  played({
    kind: 'invoice',
    entity: 'Invoice',
    document: (number, amount) => anInvoice({ number, lines: lines(amount), total: amount }),
    removal: 'void',
  }),
  played({
    kind: 'sales_receipt',
    entity: 'SalesReceipt',
    document: (number, amount) => ({
      number,
      source: 'order_form',
      date: '2026-11-20',
      customer,
      lines: lines(amount),
      total: amount,
    }),
    removal: 'void',
  }),
  played({
    kind: 'credit_memo',
    entity: 'CreditMemo',
    document: (number, amount) => ({
      number,
      status: 'sent',
      issueDate: '2026-11-20',
      customer,
      lines: lines(amount),
      total: amount,
    }),
    removal: 'delete',
  }),
  played({
    kind: 'payment',
    entity: 'Payment',
    document: (number, amount) => ({
      date: '2026-11-20',
      customer,
      amount,
      reference: number,
    }),
    removal: 'void',
  }),
  ...(
    [
      ['purchase_order', 'PurchaseOrder'],
      ['bill', 'Bill'],
      ['vendor_credit', 'VendorCredit'],
    ] as const
  ).map(([kind, entity]) =>
    played({
      kind,
      entity,
      document: (number, amount) => ({
        number,
        status: 'approved' as const,
        date: '2026-11-20',
        vendor: { name: 'Timber & Co Ltd' },
        lines: [{ account: { name: 'Office Expenses' }, amount }],
        total: amount,
      }),
      removal: 'delete',
    }),
  ),
];

/** F13 and F16 for every kind: created, changed and taken back, each answer of it lost. */
export function everyKind(house: () => ChaosHouse): AtOnce[] {
  const modules = PLAYED.map(({ kind }) => kind);

  async function lostAtEachStep(): Promise<void> {
    const at = await house().company({ settings: { modules } });
    await Promise.all(PLAYED.map((one) => eachStep(at, one)));
  }

  async function eachStep(at: SalesCompany, one: PlayedKind): Promise<void> {
    const { kind, entity, removal } = one;
    const key = `F13-${kind}`;
    const cut = (operation: 'create' | 'update' | 'void' | 'delete') =>
      at.fault({ do: 'drop', at: 'after_commit', match: { entity, operation } });
    const settled = (status: string) => waitForStatus(house(), at.id, kind, key, status);
    cut('create');
    await at.state(kind, key, one.document(key, '100.00'));
    const { quickbooks } = await settled('synced');
    cut('update');
    await at.state(kind, key, one.document(key, '80.00'));
    const stored = () => at.quickbooks.one(entity, quickbooks?.id);
    await waitFor(() => stored()['TotalAmt'] === 80, { what: `the change of the ${kind}` });
    await settled('synced');
    cut(removal);
    await house().client.withdraw(at.id, kind, key, removal);
    await settled(removal === 'void' ? 'voided' : 'deleted');
    expect(commitsOf(at, entity)).toEqual(['create', 'update', removal]);
  }

  async function requestsForgotten(): Promise<void> {
    const settings = { modules, unknownOutcome: { first: 'look_up' } } as const;
    const at = await house().company({ settings });
    const { control } = house().simulator;
    const stop = control.onCommit(({ realmId }) => {
      if (realmId === at.realmId) setImmediate(() => control.forgetRequests({ realmId }));
    });
    await Promise.all(PLAYED.map((one) => forgotten(at, one)));
    stop();
  }

  async function forgotten(at: SalesCompany, { kind, entity, document }: PlayedKind) {
    const key = `F16-${kind}`;
    at.fault({ do: 'drop', at: 'after_commit', match: { entity, operation: 'create' } });
    await at.state(kind, key, document(key, '100.00'));
    const { warnings } = await waitForStatus(house(), at.id, kind, key, 'synced');
    expect(warnings).toContainEqual({ name: 'adopted' });
    expect(commitsOf(at, entity)).toEqual(['create']);
  }

  return [
    ['F13', lostAtEachStep, 'each step of every kind'],
    ['F16', requestsForgotten, 'every kind'],
  ];
}

/** What was committed of one entity, in its order. */
function commitsOf({ quickbooks }: SalesCompany, entity: string): string[] {
  return quickbooks.commits().flatMap((one) => {
    const [operation = '', of] = one.split(' ');
    return of === entity ? [operation] : [];
  });
}

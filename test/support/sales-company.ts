import type {
  InvoiceInput,
  StatedDocumentByKind,
  StatedKind,
} from '../../src/contract/documents/index.js';
import type { FaultRule } from '../../src/simulator/index.js';
import {
  type Connected,
  type ConnectOptions,
  type Journey,
  refresh,
  runsEnded,
} from './journey.js';
import { anInvoice } from './orders.js';
import { type QuickBooksSide, quickBooksSide } from './quickbooks-side.js';
import { waitFor } from './wait-for.js';

/** A small company whose customer and product are known, ready for faults. */
export interface SalesCompany extends Connected {
  quickbooks: QuickBooksSide;
  /** States a document of any kind. */
  state<Kind extends StatedKind>(
    kind: Kind,
    externalId: string,
    document: StatedDocumentByKind[Kind],
  ): Promise<void>;
  /** States `anInvoice` under its number; totals of one line. */
  invoice(number: string, overrides?: Partial<InvoiceInput>): Promise<void>;
  /** States an invoice per number, all in one request. */
  invoicesOf(numbers: readonly string[]): Promise<void>;
  /** Something that goes wrong with this company's calls only. */
  fault(rule: FaultRule): void;
  /** Invoices of this number in QuickBooks. */
  invoices(number: string): ReturnType<QuickBooksSide['all']>;
  /** Waits until QuickBooks has committed something of this kind, as `create Invoice`. */
  committed(what: string): Promise<void>;
  /**
   * Does something right behind the next commit of this kind, before anybody can look for that: a
   * machine that does much else may see a commit later than the product looks for what it lost.
   */
  afterCommit(what: string, act: () => unknown): Promise<void>;
}

/** One customer, one product, and their lists pulled; nothing has been sent yet. */
export async function salesCompany(
  journey: Pick<Journey, 'simulator' | 'client' | 'connect'>,
  options: ConnectOptions & { pull?: boolean } = {},
): Promise<SalesCompany> {
  const { control } = journey.simulator;
  const { realmId } = control.createCompany({
    seed: 'new',
    // Numbers are the app's own, and QuickBooks refuses one that is taken.
    preferences: { SalesFormsPrefs: { CustomTxnNumbers: true } },
    ...options.company,
  });
  control.load(realmId, {
    Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
    Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
  });
  const { pull = true, ...connecting } = options;
  const connected = await journey.connect({ profile: 'auto-invoices', ...connecting, realmId });
  // Without a worker nothing can be pulled yet.
  if (pull) {
    await refresh(journey, connected.id);
    await runsEnded(journey, connected.id);
  }
  const quickbooks = quickBooksSide(journey, connected);
  return {
    ...connected,
    quickbooks,
    async state(kind, externalId, document) {
      await journey.client.state(connected.id, kind, externalId, document);
    },
    async invoice(number, overrides = {}) {
      await journey.client.state(
        connected.id,
        'invoice',
        number,
        anInvoice({ number, ...overrides }),
      );
    },
    async invoicesOf(numbers) {
      const documents = numbers.map((number) => ({
        kind: 'invoice' as const,
        externalId: number,
        document: anInvoice({ number }),
      }));
      await journey.client.stateMany(connected.id, documents);
    },
    fault: (rule) => void control.addFault({ ...rule, match: { realm: realmId, ...rule.match } }),
    invoices: (number) => quickbooks.where('Invoice', 'DocNumber', number),
    async committed(what) {
      await waitFor(() => quickbooks.commits().includes(what), { what: `QuickBooks to ${what}` });
    },
    async afterCommit(what, act) {
      let done: Promise<unknown> | undefined;
      const stop = control.onCommit((commit) => {
        if (commit.realmId !== realmId || `${commit.operation} ${commit.entity}` !== what) return;
        stop();
        // Once the commit is whole.
        done = new Promise((resolve) => setImmediate(resolve)).then(act);
        done.catch(() => undefined);
      });
      await waitFor(() => done !== undefined, { what: `QuickBooks to ${what}` });
      await done;
    },
  };
}

import type {
  BillInput,
  PurchaseOrderInput,
  StatedDocumentByKind,
  StatedKind,
  VendorCreditInput,
} from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import type { CompanyOptions, FaultRule, JsonObject } from '../../src/simulator/index.js';
import { type Connected, type Journey, refresh } from './journey.js';
import { type QuickBooksSide, quickBooksSide } from './quickbooks-side.js';

/** A company that buys from Timber & Co Ltd (45) and Glass & Co Ltd (46), known to the app and ready for faults. */
export interface PurchaseCompany extends Connected {
  quickbooks: QuickBooksSide;
  state<Kind extends StatedKind>(
    kind: Kind,
    externalId: string,
    document: StatedDocumentByKind[Kind],
  ): Promise<void>;
  /** Something that goes wrong with this company's calls only. */
  fault(rule: FaultRule): void;
}

export interface PurchaseCompanyOptions {
  company?: CompanyOptions;
  settings?: SettingsInput;
  /** Records beside the supplier, the products and the customer that are there. */
  load?: Record<string, JsonObject[]>;
  pull?: boolean;
}

/** Two suppliers, two products, a customer with a project, and their lists pulled. */
export async function purchaseCompany(
  journey: Pick<Journey, 'simulator' | 'client' | 'connect'>,
  { company, settings, load = {}, pull = true }: PurchaseCompanyOptions = {},
): Promise<PurchaseCompany> {
  const { control } = journey.simulator;
  const { realmId } = control.createCompany({ seed: 'new', plan: 'plus', ...company });
  const service = {
    Type: 'Service',
    IncomeAccountRef: { value: '79' },
    ExpenseAccountRef: { value: '15' },
  };
  control.load(realmId, {
    Vendor: [
      { Id: '45', DisplayName: 'Timber & Co Ltd' },
      { Id: '46', DisplayName: 'Glass & Co Ltd' },
    ],
    Customer: [
      { Id: '70', DisplayName: 'Kitchen Refit' },
      {
        Id: '71',
        DisplayName: 'Phase 1',
        FullyQualifiedName: 'Kitchen Refit:Phase 1',
        Job: true,
        ParentRef: { value: '70' },
      },
    ],
    Item: [
      { ...service, Id: '3', Name: 'Pine board' },
      { ...service, Id: '4', Name: 'Oak board' },
    ],
    ...load,
  });
  const connected = await journey.connect({
    profile: 'supplier-invoices',
    realmId,
    settings: {
      modules: ['purchase_order', 'bill', 'vendor_credit', 'vendor'],
      sendWhen: ['approved', 'closed'],
      // The only accounts payable account is found without being set.
      setupRequires: [],
      ...settings,
    },
  });
  if (pull) await refresh(journey, connected.id);
  return {
    ...connected,
    quickbooks: quickBooksSide(journey, connected),
    async state(kind, externalId, document) {
      await journey.client.state(connected.id, kind, externalId, document);
    },
    fault: (rule) => void control.addFault({ ...rule, match: { realm: realmId, ...rule.match } }),
  };
}

export function aBoughtLine(over: Partial<BillInput['lines'][number]> = {}) {
  return { name: 'Pine board', quantity: '4', unitPrice: '25.00', amount: '100.00', ...over };
}

const form = {
  date: '2026-11-18',
  vendor: { name: 'Timber & Co Ltd' },
  total: '100.00',
};

/** A bill of 100.00 for four boards. */
export function aBill(over: Partial<BillInput> = {}): BillInput {
  return { ...form, number: 'B-1', status: 'approved', lines: [aBoughtLine()], ...over };
}

/** A bill of 100.00 for power, of that supplier: it needs nothing else of the company. */
export function aPowerBill(
  number: string,
  vendor: BillInput['vendor'],
  over: Partial<BillInput> = {},
): BillInput {
  const line = { account: { name: 'Utilities' }, description: 'Power', amount: '100.00' };
  return aBill({ number, vendor, lines: [line], ...over });
}

export function anOrder(over: Partial<PurchaseOrderInput> = {}): PurchaseOrderInput {
  return { ...form, number: 'PO-1', status: 'approved', lines: [aBoughtLine()], ...over };
}

export function aVendorCredit(over: Partial<VendorCreditInput> = {}): VendorCreditInput {
  return { ...form, number: 'VC-1', status: 'approved', lines: [aBoughtLine()], ...over };
}

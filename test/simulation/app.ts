import { DOCUMENT_SCHEMAS, type InvoiceInput } from '../../src/contract/documents/index.js';
import { changeSettings } from '../../src/ledger/connections/connection-settings.js';
import type { Connection } from '../../src/ledger/connections/connections.js';
import type { Ledger } from '../../src/ledger/database/open.js';
import { isLedgerUnavailable } from '../../src/ledger/database/unavailable.js';
import { retryDocuments } from '../../src/ledger/documents/release.js';
import {
  stateDocument,
  stateDocuments,
  withdrawDocument,
} from '../../src/ledger/statements/submit.js';
import type { Dispatcher } from '../../src/queue/dispatch.js';
import { aLine, anInvoice } from '../support/orders.js';
import { DOCUMENTS_MAX } from './happenings.js';
import type { Stage } from './stage.js';
import { Thread } from './thread.js';

/** What the app wants of one document, as it last said. */
export interface Wanted {
  externalId: string;
  version: number;
  total: string;
  customer: string;
  withdrawn: 'void' | 'delete' | null;
}

/** Money for an invoice, as the app last said. */
export interface WantedPayment {
  externalId: string;
  /** The externalId of what it pays. */
  invoice: string;
  amount: string;
}

interface Call {
  about: ReadonlySet<string>;
  what: string;
  work(): Promise<void>;
  runs: boolean;
}

/** Tries of one call that the database sends back. */
const CALLS_MAX = 5;

const CUSTOMERS = ['Harbor Lane Dental', 'Bay Supplies', 'Corner Cafe'];

/** The upstream app, through the ledger as web processes use it: each call of it is a thread. */
export class SimulatedApp {
  readonly wanted = new Map<string, Wanted>();
  readonly payments = new Map<string, WantedPayment>();
  /** Whose money an amount is: no two statements are of the same. */
  readonly amounts = new Map<number, string>();
  #calls: Call[] = [];
  #count = 0;
  #versions = 0;

  constructor(
    private readonly parts: {
      ledger: Ledger;
      stage: Stage;
      dispatcher: Dispatcher;
      connection: Connection;
    },
  ) {}

  state(number: number, customer: number): void {
    this.stateMany([number], customer);
  }

  /** States documents anew, in one request; what it took back it leaves alone. */
  stateMany(numbers: readonly number[], customer: number): void {
    const stated = numbers.flatMap((number) => {
      const externalId = externalIdOf(number);
      if (this.wanted.get(externalId)?.withdrawn) return [];
      this.#versions += 1;
      const wanted: Wanted = {
        externalId,
        version: this.#versions,
        total: `${100 + this.#versions}.00`,
        customer: CUSTOMERS[customer] ?? '',
        withdrawn: null,
      };
      this.wanted.set(externalId, wanted);
      return [{ kind: 'invoice' as const, externalId, document: invoiceOf(wanted) }];
    });
    if (stated.length === 0) return;
    const { ledger, connection } = this.parts;
    const about = stated.map(({ externalId }) => externalId);
    this.#call(about, `states ${about.join(' ')}`, async () => {
      const [only] = stated;
      if (stated.length > 1 || only === undefined) {
        await stateDocuments(ledger, connection, stated, 'app');
      } else await stateDocument(ledger, connection, only, 'app');
    });
  }

  /** Takes back what it has stated before. */
  withdraw(number: number, mode: 'void' | 'delete'): void {
    const externalId = externalIdOf(number);
    const wanted = this.wanted.get(externalId);
    if (wanted === undefined || wanted.withdrawn !== null) return;
    wanted.withdrawn = mode;
    const { ledger, connection } = this.parts;
    this.#call([externalId], `withdraws ${externalId}`, async () => {
      await withdrawDocument(ledger, connection, { kind: 'invoice', externalId, mode }, 'app');
    });
  }

  /** States money for an invoice, and that where it has not; or the money anew with another amount. */
  pay(number: number): void {
    const invoice = externalIdOf(number);
    if (!this.wanted.has(invoice)) this.state(number, 0);
    const { customer = '' } = this.wanted.get(invoice) ?? {};
    this.#versions += 1;
    const externalId = `pay-${number}`;
    const wanted = { externalId, invoice, amount: `${10 + this.#versions}.00` };
    this.payments.set(externalId, wanted);
    this.amounts.set(Number(wanted.amount), externalId);
    const { ledger, connection } = this.parts;
    const document = DOCUMENT_SCHEMAS.payment.parse({
      date: '2026-11-20',
      sourceVersion: this.#versions,
      customer: { name: customer },
      amount: wanted.amount,
      applies: [{ invoice: { externalId: invoice }, amount: wanted.amount }],
    });
    const stated = { kind: 'payment', externalId, document } as const;
    this.#call([externalId], `states ${externalId}`, async () => {
      await stateDocument(ledger, connection, stated, 'app');
    });
  }

  /** Somebody turns settings while everybody works. */
  changeSettings(change: object): void {
    const { ledger, connection } = this.parts;
    this.#call([], 'changes settings', async () => {
      await changeSettings(ledger, connection.id, change, 'person');
    });
  }

  retry(number: number): void {
    const { ledger, connection } = this.parts;
    const address = { kind: 'invoice' as const, externalId: externalIdOf(number) };
    this.#call([address.externalId], `retries ${address.externalId}`, async () => {
      await retryDocuments(ledger, { connectionId: connection.id }, address, 'app');
    });
  }

  /** Retries all that failed. */
  retryAll(ids: readonly number[]): void {
    this.#call([], 'retries what failed', async () => {
      await retryDocuments(this.parts.ledger, {}, ids, 'person');
    });
  }

  /** Calls about one document are made one after the other, others beside each other. */
  #call(about: readonly string[], what: string, work: () => Promise<void>): void {
    this.#calls.push({ about: new Set(about), what, work, runs: false });
    this.#startWhatCan();
  }

  #startWhatCan(): void {
    const before = new Set<string>();
    for (const call of this.#calls) {
      const canStart = !call.runs && [...call.about].every((one) => !before.has(one));
      for (const one of call.about) before.add(one);
      if (canStart) this.#start(call);
    }
  }

  #start(call: Call): void {
    const { stage } = this.parts;
    call.runs = true;
    this.#count += 1;
    const thread = new Thread(`app ${this.#count} ${call.what}`);
    stage.start(thread, async () => {
      await stage.gate(thread, 'calls');
      await this.#make(call);
    });
  }

  /** A call that the database sent back is made again, as a client would. */
  async #make(call: Call): Promise<void> {
    const { dispatcher, connection } = this.parts;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await call.work();
        break;
      } catch (error) {
        if (!isLedgerUnavailable(error) || attempt === CALLS_MAX) throw error;
      }
    }
    this.#calls = this.#calls.filter((one) => one !== call);
    this.#startWhatCan();
    if (connection.companyId !== null) await dispatcher.dispatch(connection.companyId);
  }
}

/** So many of a seed's documents, from one on and around. */
export const numbersFrom = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => (from + index) % DOCUMENTS_MAX);

export const externalIdOf = (number: number): string => `inv-${number}`;

function invoiceOf({ externalId, version, total, customer }: Wanted) {
  const invoice: InvoiceInput = anInvoice({
    number: externalId.toUpperCase(),
    sourceVersion: version,
    customer: { name: customer },
    lines: [aLine({ unitPrice: total, amount: total })],
    total,
  });
  return DOCUMENT_SCHEMAS.invoice.parse(invoice);
}

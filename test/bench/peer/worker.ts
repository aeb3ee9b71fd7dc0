import { Worker } from 'bullmq';
import { Company, RateLimited, type Stored } from './quickbooks.js';

/** One invoice to export, as it lies in Redis. */
export interface InvoiceJob {
  realmId: string;
  number: string;
  customer: string;
  lines: { item: string; amount: number }[];
}

/** What the peer's process is started with, as JSON in PEER. */
export interface PeerSettings {
  redis: { host: string; port: number };
  baseUrl: string;
  /** Access tokens by realm. */
  tokens: Record<string, string>;
  incomeAccountId: string;
  /** Intuit's windows are this many times shorter. */
  scale: number;
}

export const PEER_QUEUE = 'invoices';

/**
 * What a competent developer has after a day with BullMQ and node-quickbooks: a job per invoice that
 * finds or creates its customer and its items and creates the invoice. An invoice of two lines is four
 * calls, so a job every half second stays below Intuit's ten calls a second and 500 a minute; a 429
 * stops the queue for a minute, as BullMQ's documentation advises, and what fails is tried five times.
 */
export function startPeerWorker({ redis, baseUrl, tokens, incomeAccountId, scale }: PeerSettings) {
  const clients = new Map(
    Object.entries(tokens).map(([realmId, accessToken]) => [
      realmId,
      new Company({ baseUrl, realmId, accessToken }),
    ]),
  );
  const worker = new Worker<InvoiceJob>(
    PEER_QUEUE,
    async ({ data }) => {
      const quickbooks = clients.get(data.realmId);
      if (quickbooks === undefined) throw new Error(`No tokens of ${data.realmId}`);
      try {
        await exportInvoice(quickbooks, data, incomeAccountId);
      } catch (error) {
        if (!(error instanceof RateLimited)) throw error;
        await worker.rateLimit(60_000 / scale);
        throw Worker.RateLimitError();
      }
    },
    {
      connection: redis,
      concurrency: 10,
      limiter: { max: 1, duration: 500 / scale },
      removeOnComplete: { count: 1_000 },
    },
  );
  return worker;
}

async function exportInvoice(
  quickbooks: Company,
  { number, customer, lines }: InvoiceJob,
  incomeAccountId: string,
): Promise<void> {
  const customerRef =
    (await quickbooks.findCustomer(customer)) ??
    (await quickbooks.createCustomer({ DisplayName: customer }));
  const items: Stored[] = [];
  for (const { item } of lines) {
    items.push(
      (await quickbooks.findItem(item)) ??
        (await quickbooks.createItem({
          Name: item,
          Type: 'Service',
          IncomeAccountRef: { value: incomeAccountId },
        })),
    );
  }
  await quickbooks.createInvoice({
    DocNumber: number,
    CustomerRef: { value: customerRef.Id },
    Line: lines.map(({ amount }, index) => ({
      Amount: amount,
      DetailType: 'SalesItemLineDetail',
      SalesItemLineDetail: { ItemRef: { value: items[index]?.Id }, Qty: 1, UnitPrice: amount },
    })),
  });
}

/** The peer in a process of its own; it answers every message with its processor time. */
export function servePeerWorker(): void {
  const worker = startPeerWorker(JSON.parse(process.env['PEER'] ?? '{}'));
  worker.on('error', () => undefined);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.((user + system) / 1_000);
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

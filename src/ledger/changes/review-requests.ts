import type { Transaction } from '../database/open.js';
import { appendEvents } from '../events/events.js';
import type { ChangesScope } from './changes-scope.js';

/** An invoice that has nothing open, and how it came to that. */
export interface PaidInvoice {
  quickbooksId: string;
  customerId: string;
  /** When what settled it was made, as far as that is known: the invoice itself, or its payment. */
  settledAfter: Date;
}

/**
 * Asks for a review of each contact whose invoice was paid in full after connecting: once in the
 * contact's life, whoever made the invoice. What was settled before that, or before reviews were turned
 * on, is history and asks for nothing.
 */
export async function applyReviewRequests(
  tx: Transaction,
  { id, connections }: Pick<ChangesScope, 'id' | 'connections'>,
  paid: readonly PaidInvoice[],
): Promise<void> {
  for (const connection of connections.values()) {
    const { id: connectionId, appId, settings, connectedAt, reviewsSince } = connection;
    if (!settings.reviewRequest) continue;
    // What was paid while nobody wanted to ask is not asked about later.
    const since = reviewsSince !== null && reviewsSince > connectedAt ? reviewsSince : connectedAt;
    const due = new Map(
      paid
        .filter(({ settledAfter }) => settledAfter >= since)
        .map(({ customerId, quickbooksId }) => [
          customerId,
          { connectionId, companyId: id, customerId, invoiceId: quickbooksId },
        ]),
    );
    if (due.size === 0) continue;
    const rows = [...due.values()].sort((a, b) => (a.customerId < b.customerId ? -1 : 1));
    const asked = await tx<{ customerId: string }[]>`
      insert into review_requests ${tx(rows)} on conflict do nothing returning customer_id`;
    await appendEvents(
      tx,
      asked.map(({ customerId }) => ({
        connectionId,
        appId,
        type: 'review_request.due',
        record: { type: 'customer', recordId: customerId },
      })),
    );
  }
}

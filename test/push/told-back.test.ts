import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Needed, UnsentPart } from '../../src/ledger/documents/needs.js';
import { paidThere } from '../../src/push/told-back.js';

const TOTAL = 1_000_000;

/** An invoice that says all of these payments, of which QuickBooks has what is settled. */
function anInvoice(unsent: readonly UnsentPart[], settled: number, ours: number): Needed {
  const coming = unsent.reduce((sum, { minor }) => sum + minor, 0);
  return {
    documentId: 0,
    connectionId: '',
    kind: 'invoice',
    externalId: 'INV-1',
    neededId: 1,
    status: 'synced',
    reason: null,
    isTakenBack: false,
    quickbooksId: '1',
    storedAs: null,
    totalMinor: TOTAL,
    balanceMinor: TOTAL - settled,
    currency: 'USD',
    appliedMinor: 0,
    statesIt: true,
    paidMinor: coming + ours,
    oursMinor: ours,
    creditsMinor: 0,
    growingMinor: 0,
    unsent,
  };
}

const payments = fc.array(
  fc.record({ minor: fc.integer({ min: 1, max: 12 }), isThere: fc.boolean() }),
  { minLength: 1, maxLength: 9 },
);

it('books what QuickBooks lacks to the cent, whichever payment is sent first', () => {
  fc.assert(
    fc.property(payments, fc.nat(), (rows, pick) => {
      const parts = rows.map(({ minor }, index) => ({ documentId: index + 1, minor }));
      const there = rows.reduce((sum, { minor, isThere }) => sum + (isThere ? minor : 0), 0);
      const sentOf = (unsent: readonly UnsentPart[], settled: number, ours: number) => {
        const invoice = anInvoice(unsent, settled, ours);
        return unsent.filter(({ documentId }) => paidThere(documentId, invoice) === undefined);
      };
      const sent = sentOf(parts, there, 0);
      const lacking = parts.reduce((sum, { minor }) => sum + minor, 0) - there;
      expect(sent.reduce((sum, { minor }) => sum + minor, 0)).toBe(lacking);
      // One of them is in QuickBooks by now: the others stay as they were judged.
      const first = sent[pick % sent.length];
      if (first === undefined) return;
      const left = parts.filter((part) => part !== first);
      const others = sent.filter((part) => part !== first);
      expect(sentOf(left, there + first.minor, first.minor)).toEqual(others);
    }),
  );
});

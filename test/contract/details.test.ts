import { describe, expect, it } from '@jest/globals';
import { type DetailsFacts, detailsOf, type Outcome } from '../../src/contract/details.js';
import { defaultSettings } from '../../src/contract/profiles.js';
import {
  fingerprintOf,
  REASON_NAMES,
  reason,
  type SentenceContext,
  sentenceOf,
  storedReason,
} from '../../src/contract/reasons.js';
import { labelOf, STATUS_LABELS } from '../../src/contract/status.js';
import { countsAsWarning, type Warning, warningSentence } from '../../src/contract/warnings.js';
import { REASON_SAMPLES } from '../support/reason-samples.js';

const orders = defaultSettings('export-on-click');
const invoices = defaultSettings('auto-invoices');

const context = (over: Partial<SentenceContext> = {}): SentenceContext => ({
  kind: 'invoice',
  number: 'SO-10452',
  currency: 'USD',
  documentWord: orders.documentWord,
  refreshLabel: orders.refreshLabel,
  ...over,
});

const facts = (over: Partial<DetailsFacts> = {}): DetailsFacts => ({
  kind: 'invoice',
  status: 'synced',
  reason: undefined,
  outcome: {
    operation: 'created',
    quickbooksId: '145',
    number: 'SO-10452',
    total: '1145.00',
    on: '2026-11-22',
  },
  warnings: [],
  title: 'SO-10452',
  context: context(),
  ...over,
});

describe('Details of a released order, exported once', () => {
  it('say what was created, and what was created on the way', () => {
    const warnings: Warning[] = [
      { name: 'created', params: { type: 'product', name: 'Lemon Haze Pre-roll 1g' } },
    ];
    expect(detailsOf(facts({ warnings }))).toBe(
      'Invoice SO-10452 created in QuickBooks (Id 145), total 1,145.00. Created 1 product: Lemon Haze Pre-roll 1g.',
    );
  });

  it('count what its lines were made of, where they were put together', () => {
    const counted = (quantity: string | null, lines: number, unitWord = 'device') => {
      const { outcome } = facts();
      const grouped = { quantity, lines, unitWord };
      return detailsOf(facts({ outcome: outcome && { ...outcome, grouped } }));
    };
    expect(counted('6', 3)).toBe(
      'Invoice SO-10452 created in QuickBooks (Id 145): 6 devices in 3 lines, total 1,145.00.',
    );
    expect(counted('1', 1)).toContain(': 1 device in 1 line, total');
    expect(counted('1200', 1)).toContain(': 1,200 devices in 1 line, total');
    expect(counted('2', 1, 'box')).toContain(': 2 boxes in 1 line, total');
    expect(counted('2', 1, 'battery')).toContain(': 2 batteries in 1 line, total');
    expect(counted('2', 1, 'tray')).toContain(': 2 trays in 1 line, total');
    // Hours, metres and things given back are not counted.
    expect(counted(null, 2)).toContain(' (Id 145): 2 lines, total');
  });

  it('refuse a second export with the number and the day of the first', () => {
    const why = reason('already_exported', { number: 'SO-10452', date: '2026-11-22' });
    expect(sentenceOf(why, context())).toBe(
      'Order SO-10452 was already exported to QuickBooks as invoice SO-10452 on 2026-11-22. An order can be exported only once.',
    );
    expect(sentenceOf(why, context({ documentWord: 'ticket' }))).toContain('A ticket can be');
  });

  it('say who has to finalize', () => {
    expect(sentenceOf(reason('not_finalized', {}), context())).toBe(
      'QuickBooks is connected but support has not finalized the integration yet.',
    );
  });
});

describe('Details of an invoice whose customer is missing', () => {
  const why = reason('customer_missing', { name: 'Acme Rocket Skates' });

  it('say what to do and where, in the app’s words', () => {
    const own = context({
      number: 'APT-2032',
      currency: 'GBP',
      documentWord: invoices.documentWord,
      refreshLabel: invoices.refreshLabel,
    });
    expect(
      detailsOf(facts({ status: 'failed', reason: why, outcome: undefined, context: own })),
    ).toBe(
      'Customer "Acme Rocket Skates" was not found in QuickBooks. Add or rename the customer in QuickBooks, press Force Sync from QB, then retry.',
    );
  });

  it('is one cause for every invoice of that customer, however it is spelled', () => {
    const spelled = reason('customer_missing', { name: ' acme rocket SKATES ' });
    expect(fingerprintOf(spelled)).toBe(fingerprintOf(why));
    const other = reason('customer_missing', { name: 'Northwind Traders Ltd' });
    expect(fingerprintOf(other)).not.toBe(fingerprintOf(why));
    expect(fingerprintOf(reason('item_missing', { name: 'Acme Rocket Skates' }))).not.toBe(
      fingerprintOf(why),
    );
  });
});

describe('Details', () => {
  it('count what was created by type', () => {
    const created = (type: string, name: string): Warning => ({
      name: 'created',
      params: { type, name },
    });
    const warnings = [
      created('customer', 'Dana Whitfield'),
      created('product', 'A'),
      created('product', 'B'),
    ];
    expect(detailsOf(facts({ warnings }))).toContain(
      'Created customer Dana Whitfield. Created 2 products: A, B.',
    );
  });

  it('show the number QuickBooks gave', () => {
    const outcome: Outcome = {
      operation: 'created',
      quickbooksId: '9',
      number: '1042',
      total: '5',
      on: '2026-11-22',
    };
    const warnings: Warning[] = [{ name: 'number_assigned', params: { number: '1042' } }];
    expect(detailsOf(facts({ outcome, warnings }))).toBe(
      'Invoice 1042 created in QuickBooks (Id 9), total 5.00. The number does not fit QuickBooks; it was numbered 1042 there.',
    );
  });

  it('name both sums of a total that does not agree', () => {
    const why = reason('total_mismatch', { source: '1145.00', lines: '1144.99' });
    const text = sentenceOf(why, context());
    expect(text).toContain('1,145.00');
    expect(text).toContain('1,144.99');
  });

  it('are never empty for a status with a reason or an outcome', () => {
    for (const status of ['queued', 'syncing', 'cancelled', 'deleted_in_quickbooks'] as const) {
      expect(detailsOf(facts({ status, outcome: undefined }))).not.toBe('');
    }
    for (const status of ['synced', 'voided', 'deleted'] as const) {
      expect(detailsOf(facts({ status }))).not.toBe('');
    }
  });
});

describe('every reason', () => {
  it.each(REASON_NAMES)('%s has a full sentence with its parameters filled in', (name) => {
    const text = sentenceOf(reason(name, REASON_SAMPLES[name]), context());
    expect(text).toMatch(/^[A-Z].*\.$/s);
    expect(text).not.toMatch(/undefined|null|\[object|\$\{/);
  });

  it('comes back from stored columns, and an unknown word is none', () => {
    expect(storedReason('not_released', { status: 'draft' })).toEqual(
      reason('not_released', { status: 'draft' }),
    );
    expect(storedReason(null, {})).toBeUndefined();
    expect(storedReason('constructor', {})).toBeUndefined();
  });
});

describe('warnings', () => {
  it('that only inform keep the label "Synced"', () => {
    expect(countsAsWarning({ name: 'replayed' })).toBe(false);
    expect(countsAsWarning({ name: 'created', params: { type: 'product', name: 'A' } })).toBe(
      false,
    );
    expect(countsAsWarning({ name: 'changed_after_export' })).toBe(true);
  });

  it('speak in the app’s word', () => {
    expect(warningSentence({ name: 'changed_after_export' }, { documentWord: 'order' })).toContain(
      'The order was',
    );
  });
});

describe('labels', () => {
  const label = (over: Partial<Parameters<typeof labelOf>[0]>) =>
    labelOf({
      status: 'synced',
      revision: 2,
      syncedRevision: 2,
      hasWarnings: false,
      connectionWaits: false,
      ...over,
    });

  it.each([
    [{}, 'Synced'],
    [{ hasWarnings: true }, 'Synced with warnings'],
    [{ syncedRevision: 1 }, 'Synced, changes not sent'],
    [{ status: 'not_ready', syncedRevision: 1 }, 'Synced, changes not sent'],
    [{ status: 'not_ready', syncedRevision: 0 }, 'Not synced'],
    [
      { status: 'failed', syncedRevision: 1 },
      'Update failed (an earlier version is in QuickBooks)',
    ],
    [{ status: 'failed', syncedRevision: 0 }, 'Failed'],
    [{ status: 'waiting' }, 'Waiting'],
    [{ status: 'waiting', connectionWaits: true }, 'Paused'],
    [{ status: 'deleted_in_quickbooks' }, 'Deleted in QuickBooks'],
  ] as const)('%j reads %s', (over, expected) => {
    expect(label(over)).toBe(expected);
  });

  it('exist for every status', () => {
    for (const text of Object.values(STATUS_LABELS)) expect(text).toMatch(/^[A-Z]/);
  });
});

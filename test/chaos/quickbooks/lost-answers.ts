import { expect } from '@jest/globals';
import type { DocumentAnswer } from '../../../src/contract/answers.js';
import type { SettingsInput } from '../../../src/contract/settings.js';
import type { FaultRule } from '../../../src/simulator/index.js';
import { refresh, waitForStatus } from '../../support/journey.js';
import type { SalesCompany } from '../../support/sales-company.js';
import { waitFor } from '../../support/wait-for.js';
import type { ChaosHouse } from '../house.js';
import type { AtOnce } from '../row.js';

/** Enough to go in batches. */
const COUNT = 14;
/** Five minutes, at the waits of the test. */
const LATE_COMMIT_MS = 300_000 / 20;

/** Every way in which QuickBooks does a write and its answer is not to be had. */
const LOSSES: readonly FaultRule[] = [
  { do: 'status', status: 500, at: 'after_commit' },
  { do: 'status', status: 502, shape: 'html', at: 'after_commit' },
  { do: 'status', status: 503, at: 'after_commit' },
  { do: 'body', body: '', at: 'after_commit' },
  { do: 'drop', at: 'mid_body' },
  { do: 'body', body: 'Thank you for your patience.', at: 'after_commit' },
];

/** F13 to F16, F19, F20: answers to writes that do not come, or not as they should. */
export function lostAnswers(house: () => ChaosHouse): AtOnce[] {
  const synced = (at: SalesCompany, number: string) =>
    waitForStatus(house(), at.id, 'invoice', number, 'synced');
  const numbersOf = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);

  async function cutAfterCommit(): Promise<void> {
    const at = await house().company();
    const numbers = numbersOf('F13', COUNT);
    const cut = { do: 'drop', at: 'after_commit' } as const;
    at.fault({ ...cut, match: { operation: 'create' } });
    at.fault({ ...cut, match: { operation: 'batch' } });
    await at.invoice('F13');
    expectConfirmed(await synced(at, 'F13'));
    await at.invoicesOf(numbers);

    const documents = await Promise.all(numbers.map((number) => synced(at, number)));

    expect(documents.filter(({ warnings }) => warnings.length > 0).length).toBeGreaterThan(1);
    expect(at.quickbooks.commits()).toHaveLength(COUNT + 1);
  }

  async function afterOurTimeOut(): Promise<void> {
    const at = await house().company();
    const { callMs } = house().processConfig.waits.quickbooks;
    at.fault({
      do: 'delay',
      delayMs: callMs * 1.1,
      at: 'after_commit',
      match: { operation: 'create' },
    });
    await at.invoice('F14');

    expectConfirmed(await synced(at, 'F14'));
    expect(at.quickbooks.commits()).toHaveLength(1);
  }

  async function committedLate(settings: SettingsInput): Promise<void> {
    const at = await house().company({ settings });
    at.fault({
      do: 'late_commit',
      delayMs: LATE_COMMIT_MS,
      status: 503,
      match: { operation: 'create' },
    });
    await at.invoice('F15');
    const statedAtMs = performance.now();
    await synced(at, 'F15');

    // It is done by then, or has met what was done under its requestid.
    const over = () => performance.now() > statedAtMs + LATE_COMMIT_MS * 1.1;
    await waitFor(over, { what: 'the late commit', withinMs: LATE_COMMIT_MS * 2 });
    expect(at.invoices('F15')).toHaveLength(1);
  }

  async function requestIdsIgnored(): Promise<void> {
    const at = await house().company({ settings: { unknownOutcome: { first: 'look_up' } } });
    const { control } = house().simulator;
    const stop = control.onCommit(({ realmId }) => {
      if (realmId === at.realmId) setImmediate(() => control.forgetRequests({ realmId }));
    });
    at.fault({ do: 'drop', at: 'after_commit', match: { operation: 'create' } });
    await at.invoice('F16');

    const invoice = await synced(at, 'F16');
    stop();

    expect(invoice.warnings).toEqual([{ name: 'adopted' }]);
    expect(at.quickbooks.commits()).toHaveLength(1);
  }

  async function badAnswersToWrites(): Promise<void> {
    const at = await house().company();
    for (const [index, loss] of LOSSES.entries()) {
      at.fault({ ...loss, match: { operation: 'create' } });
      await at.invoice(`F19-${index}`);
      expectConfirmed(await synced(at, `F19-${index}`));
    }
    expect(at.quickbooks.commits()).toHaveLength(LOSSES.length);
  }

  async function badAnswersToReads(): Promise<void> {
    const at = await house().company();
    // Whatever a refresh asks first: its lists together, or each alone.
    at.fault({ do: 'status', status: 502, shape: 'html', count: 2 });

    const run = await refresh(house(), at.id);

    expect(run.status).toBe('succeeded');
    const { calls } = house().simulator.control.log(at.realmId);
    expect(calls.filter(({ status }) => status === 502)).toHaveLength(2);
  }

  async function batchOfMany(): Promise<void> {
    const at = await house().company();
    const numbers = numbersOf('F20', COUNT);
    const taken = 'F20-3';
    at.quickbooks.add('Invoice', {
      DocNumber: taken,
      CustomerRef: { value: '7' },
      Line: [
        {
          Amount: 5,
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: { value: '3' } },
        },
      ],
    });
    at.fault({ do: 'shuffle', at: 'after_commit', match: { operation: 'batch' } });
    at.fault({ do: 'drop', at: 'after_commit', match: { batchItem: 'i2' } });
    await at.invoicesOf(numbers);

    const documents = await Promise.all(
      numbers.filter((number) => number !== taken).map((number) => synced(at, number)),
    );
    const refused = await waitForStatus(house(), at.id, 'invoice', taken, 'failed');

    expect(refused.reason).toBe('duplicate_number');
    for (const { number, quickbooks } of documents) {
      expect(at.invoices(number ?? '')).toMatchObject([{ Id: quickbooks?.id }]);
    }
    expect(documents.flatMap(({ warnings }) => warnings)).toEqual([{ name: 'adopted' }]);
  }

  return [
    ['F13', cutAfterCommit],
    ['F14', afterOurTimeOut],
    ['F15', () => committedLate({}), 'replayed meanwhile'],
    ['F15', () => committedLate({ unknownOutcome: { first: 'look_up' } }), 'looked up meanwhile'],
    ['F16', requestIdsIgnored],
    ['F19', badAnswersToWrites, 'to writes'],
    ['F19', badAnswersToReads, 'to reads'],
    ['F20', batchOfMany],
  ];
}

/** It was in doubt, and asking again under the same requestid settled it. */
export function expectConfirmed({ history, warnings }: DocumentAnswer): void {
  expect(history.map(({ status }) => status)).toContain('checking');
  expect(warnings).toEqual([{ name: 'replayed' }]);
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { playAtOnce } from '../support/at-once.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import {
  aBill,
  aBoughtLine,
  type PurchaseCompany,
  purchaseCompany,
} from '../support/purchase-company.js';
import { waitFor } from '../support/wait-for.js';

const DEARER = { lines: [aBoughtLine({ unitPrice: '20.00', amount: '80.00' })], total: '80.00' };
const CREATES = { entity: 'Bill', operation: 'create' } as const;

// Nobody knows whether QuickBooks has it, and it is taken back, or wanted anew: one empty look proves
// nothing, because what was sent may be committed late.
describe('a document in doubt', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const allEnded = playAtOnce([
    ['that is taken back is deleted where it came late', deletedThoughLate],
    ['that is taken back is withdrawn once two looks did not find it', cancelledAfterTwo],
    ['that is taken back and only may be there is left to a person', undecided],
    ['that is taken back and found without a mark stays until a person says so', leftUnmarked],
    ['that is stated anew is not made beside what comes late', changedThoughLate],
    ['that is stated anew is made once two looks did not find it', createdAfterTwo],
  ]);

  it('is never ended by a crash of ours', async () => {
    await allEnded();
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });

  const company = (settings: SettingsInput = {}) =>
    purchaseCompany(journey, {
      settings: { accounts: { payable: { name: 'Accounts Payable (A/P)' } }, ...settings },
    });
  const settled = (at: PurchaseCompany, status: string) =>
    waitForStatus(journey, at.id, 'bill', 'B', status);
  const looksOf = (at: PurchaseCompany) =>
    at.quickbooks.calls().filter((call) => call.endsWith(' query')).length;

  /**
   * Its first sending ended without a word, and the replay of that is refused. Answers how often it was
   * looked for by then; what comes late may come any time from here on, so nothing is forgotten.
   */
  async function inDoubt(
    at: PurchaseCompany,
    { comesLate }: { comesLate: boolean },
  ): Promise<number> {
    at.quickbooks.forget();
    // After the refusal below, and before the second look.
    const delayMs = journey.config.waits.push.secondLookUpMs / 2;
    at.fault(
      comesLate
        ? { do: 'late_commit', delayMs, status: 504, shape: 'html', match: CREATES }
        : { do: 'drop', at: 'before_commit', match: CREATES },
    );
    const fault = { code: '6000', Message: 'Refused', Detail: 'Business Validation Error' };
    const body = { Fault: { Error: [fault], type: 'ValidationFault' } };
    at.fault({ do: 'body', at: 'before_commit', status: 400, skip: 1, match: CREATES, body });
    await at.state('bill', 'B', aBill({ number: 'B' }));
    const { history } = await settled(at, 'failed');
    expect(history.map(({ status }) => status)).toContain('checking');
    return looksOf(at);
  }

  async function deletedThoughLate(): Promise<void> {
    const at = await company({ provenanceMark: true });
    await inDoubt(at, { comesLate: true });
    await journey.client.withdraw(at.id, 'bill', 'B');
    await settled(at, 'deleted');
    expect(at.quickbooks.commits()).toEqual(['create Bill', 'delete Bill']);
  }

  async function cancelledAfterTwo(): Promise<void> {
    const at = await company();
    const looks = await inDoubt(at, { comesLate: false });
    await journey.client.withdraw(at.id, 'bill', 'B');
    expect(await settled(at, 'waiting')).toMatchObject({ reason: 'outcome_unknown' });
    const { details } = await settled(at, 'cancelled');
    expect(details).toContain('nothing is in QuickBooks');
    expect(looksOf(at) - looks).toBeGreaterThanOrEqual(2);
    expect(at.quickbooks.commits()).toEqual([]);
    // What was not there is made where the app wants it after all.
    await at.state('bill', 'B', aBill({ number: 'B', memo: 'after all' }));
    await settled(at, 'synced');
    expect(at.quickbooks.commits()).toEqual(['create Bill']);
  }

  async function undecided(): Promise<void> {
    const at = await company({ unknownOutcome: { first: 'look_up' } });
    at.fault({ do: 'drop', at: 'after_commit', match: CREATES });
    // Too long for QuickBooks: it is sent without a number.
    await at.state('bill', 'B', aBill({ number: 'B-of-the-second-quarter-2026' }));
    await settled(at, 'failed');
    await journey.client.withdraw(at.id, 'bill', 'B');
    const now = () => journey.client.document(at.id, 'bill', 'B');
    await waitFor(async () => (await now()).history.filter(({ what }) => what === 'failed')[1], {
      what: 'the withdrawal to fail',
    });
    expect(await now()).toMatchObject({
      status: 'failed',
      reason: 'outcome_unknown',
      details: expect.stringContaining('It was sent but the answer was lost.'),
    });
    expect(at.quickbooks.commits()).toEqual(['create Bill']);
  }

  async function leftUnmarked(): Promise<void> {
    const at = await company();
    await inDoubt(at, { comesLate: true });
    await journey.client.withdraw(at.id, 'bill', 'B');
    expect(await settled(at, 'failed')).toMatchObject({
      reason: 'not_removed',
      params: { why: 'found' },
      actions: expect.arrayContaining(['link', 'mark_handled']),
    });
    expect(at.quickbooks.all('Bill')).toHaveLength(1);
  }

  async function changedThoughLate(): Promise<void> {
    const at = await company();
    await inDoubt(at, { comesLate: true });
    await at.state('bill', 'B', aBill({ number: 'B', ...DEARER }));
    await settled(at, 'synced');
    expect(at.quickbooks.commits()).toEqual(['create Bill', 'update Bill']);
    expect(at.quickbooks.all('Bill')).toMatchObject([{ TotalAmt: 80 }]);
  }

  async function createdAfterTwo(): Promise<void> {
    const at = await company();
    const looks = await inDoubt(at, { comesLate: false });
    await at.state('bill', 'B', aBill({ number: 'B', ...DEARER }));
    expect(await settled(at, 'waiting')).toMatchObject({
      reason: 'outcome_unknown',
      details: expect.stringContaining('it is not sent twice'),
    });
    await settled(at, 'synced');
    expect(looksOf(at) - looks).toBeGreaterThanOrEqual(2);
    expect(at.quickbooks.all('Bill')).toMatchObject([{ TotalAmt: 80 }]);
  }
});

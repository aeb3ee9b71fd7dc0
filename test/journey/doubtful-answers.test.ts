import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { playAtOnce } from '../support/at-once.js';
import { checkTruth } from '../support/checker.js';
import { lookedForInVain, timePasses } from '../support/doubt.js';
import { type Journey, startJourney } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { aLine } from '../support/orders.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

const LOOK_UP_FIRST: SettingsInput = { unknownOutcome: { first: 'look_up' } };
/** QuickBooks numbers documents itself there, and takes a number twice. */
const NUMBERED_THERE = { preferences: { SalesFormsPrefs: { CustomTxnNumbers: false } } };
/** Faults that, on a replay, say nothing about the first sending. */
const SAYS_NOTHING = ['6140', '6240', '610', '600', '6000'];
const BATCH = 14;
/** Too long for QuickBooks, which gives one of its own. */
const UNNUMBERED = { number: 'D-1-of-the-second-quarter-2026' };

// What is done where neither an answer nor a replay tells what became of a document.
describe('a document in doubt', () => {
  let journey: Journey;
  const stated: Record<string, number> = {};

  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const allEnded = playAtOnce([
    ...SAYS_NOTHING.map(
      (code) =>
        [`is adopted where its replay is refused with ${code}`, () => refused(code)] as const,
    ),
    ['is adopted where its replay would make it twice', replayWouldDouble],
    ['is replayed where a look found nothing and its number could be used twice', lookedAtFirst],
    ['without a number is found by its customer and the time', foundByTime],
    ['goes out under a new id after a refused replay and two looks, far apart', sentAnew],
    ['without a number is then left to a person', () => unnumbered('person')],
    ['without a number goes out anew where the settings say so', () => unnumbered('resend')],
    ['is left to a person where two could be it', twoCandidates],
    ['is looked for by one call, as many as they are', lostBatch],
    ['is not brought back where it was deleted meanwhile', deletedMeanwhile],
  ]);

  it('leaves one document per key, nothing open, and no crash of ours', async () => {
    await allEnded();
    await checkTruth(journey, { stated });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });

  async function company(options: Parameters<typeof salesCompany>[1] = {}): Promise<SalesCompany> {
    const made = await salesCompany(journey, options);
    stated[made.id] = 1;
    return made;
  }
  /** Asks the ledger and not the API, whose limit so many cases at once would meet. */
  async function settled(at: SalesCompany, status = 'synced', number = 'D-1') {
    await waitFor(async () => (await statusOf(at, number)) === status, {
      what: `${number} to be ${status}`,
    });
    return journey.client.document(at.id, 'invoice', number);
  }
  const writesOf = ({ realmId }: SalesCompany) =>
    journey.simulator.control.log(realmId).calls.filter(({ kind }) => kind === 'write');
  const idsOf = (at: SalesCompany) => new Set(writesOf(at).map(({ requestid }) => requestid));

  /** States an invoice that QuickBooks takes, or does not, without a word. */
  async function inDoubt(
    at: SalesCompany,
    when: 'before_commit' | 'after_commit',
    stating: Parameters<SalesCompany['invoice']>[1] = {},
  ): Promise<void> {
    at.fault({ do: 'drop', at: when, match: { operation: 'create' } });
    await at.invoice('D-1', stating);
  }

  const forgetRequests = ({ realmId }: SalesCompany) =>
    journey.simulator.control.forgetRequests({ realmId });

  const refuseReplay = (at: SalesCompany, code: string) =>
    at.fault({
      do: 'body',
      at: 'before_commit',
      status: 400,
      skip: 1,
      match: { operation: 'create' },
      body: {
        Fault: { Error: [{ code, Message: 'Refused', Detail: '' }], type: 'ValidationFault' },
      },
    });

  async function refused(code: string): Promise<void> {
    const at = await company();
    refuseReplay(at, code);
    await inDoubt(at, 'after_commit');

    const invoice = await settled(at);

    expect(at.quickbooks.commits()).toEqual(['create Invoice']);
    expect(idsOf(at).size).toBe(1);
    expect(writesOf(at)).toHaveLength(2);
    expect(invoice.warnings).toEqual([{ name: 'adopted' }]);
    expect(await evidenceOf(at)).toMatchObject({ faults: [code], lookUp: { found: 1, same: 1 } });
  }

  async function replayWouldDouble(): Promise<void> {
    const at = await company({ company: NUMBERED_THERE });
    const forgotten = at.afterCommit('create Invoice', () => forgetRequests(at));
    await inDoubt(at, 'after_commit');
    await forgotten;

    const invoice = await settled(at);

    expect(at.quickbooks.commits()).toEqual(['create Invoice']);
    expect(writesOf(at)).toHaveLength(1);
    expect(invoice.warnings).toEqual([{ name: 'adopted' }]);
  }

  async function lookedAtFirst(): Promise<void> {
    const at = await company({ company: NUMBERED_THERE });
    await inDoubt(at, 'before_commit');

    await settled(at);

    expect(at.quickbooks.commits()).toEqual(['create Invoice']);
    expect(idsOf(at).size).toBe(1);
  }

  async function foundByTime(): Promise<void> {
    const at = await company({ settings: LOOK_UP_FIRST });
    await inDoubt(at, 'after_commit', UNNUMBERED);

    const invoice = await settled(at);

    expect(at.quickbooks.commits()).toEqual(['create Invoice']);
    expect(writesOf(at)).toHaveLength(1);
    expect(invoice.warnings).toContainEqual({ name: 'adopted' });
  }

  /** QuickBooks knows the id, will not say what of, and has nothing. */
  async function refusedAndNotThere(
    at: SalesCompany,
    stating: Parameters<SalesCompany['invoice']>[1] = {},
  ): Promise<void> {
    refuseReplay(at, '600');
    await inDoubt(at, 'before_commit', stating);
    await lookedForInVain(journey, at, 1);
    expect(await settled(at, 'checking')).toMatchObject({ reason: 'outcome_unknown' });
    // Another look, and too early: it proves nothing more.
    await timePasses(journey, at, '5 seconds');
    await lookedForInVain(journey, at, 2);
    expect(idsOf(at).size).toBe(1);
    await timePasses(journey, at, '1 hour');
  }

  async function sentAnew(): Promise<void> {
    const at = await company();
    await refusedAndNotThere(at);

    const invoice = await settled(at);

    expect(at.quickbooks.commits()).toEqual(['create Invoice']);
    expect(idsOf(at).size).toBe(2);
    expect(invoice.history.map(({ what }) => what)).toContain('not_found_twice');
  }

  async function unnumbered(who: 'person' | 'resend'): Promise<void> {
    const at = await company({ settings: { unknownOutcome: { unnumbered: who } } });
    await refusedAndNotThere(at, UNNUMBERED);
    if (who === 'person') {
      expect(await settled(at, 'failed')).toMatchObject({ reason: 'outcome_unknown' });
      expect(at.quickbooks.commits()).toEqual([]);
      await journey.client.retry(at.id, 'invoice', 'D-1');
    }

    await settled(at);

    expect(at.quickbooks.commits()).toEqual(['create Invoice']);
    expect(idsOf(at).size).toBe(2);
  }

  async function twoCandidates(): Promise<void> {
    const at = await company({
      company: NUMBERED_THERE,
      settings: { ...LOOK_UP_FIRST, provenanceMark: false },
    });
    const doubled = at.afterCommit('create Invoice', () => {
      const [{ Id: _, ...twin } = {}] = at.invoices('D-1');
      at.quickbooks.add('Invoice', twin);
    });
    await inDoubt(at, 'after_commit');
    await doubled;

    const failed = await settled(at, 'failed');

    expect(failed).toMatchObject({ reason: 'outcome_unknown' });
    expect(writesOf(at)).toHaveLength(1);
    // The truth to be checked is ours: what a person made twice is theirs.
    at.quickbooks.edit('Invoice', String(at.invoices('D-1')[1]?.['Id']), { DocNumber: 'D-2' });
  }

  async function lostBatch(): Promise<void> {
    const at = await company({ settings: LOOK_UP_FIRST });
    const numbers = Array.from({ length: BATCH }, (_, index) => `B-${index + 1}`);
    stated[at.id] = BATCH;
    at.fault({ do: 'drop', at: 'after_commit', match: { operation: 'batch' } });
    at.quickbooks.forget();
    await at.invoicesOf(numbers);

    const invoices = await Promise.all(numbers.map((number) => settled(at, 'synced', number)));

    const adopted = invoices.filter(({ warnings }) => warnings.length > 0);
    expect(adopted.length).toBeGreaterThan(1);
    expect(at.quickbooks.commits()).toHaveLength(BATCH);
    expect(at.quickbooks.calls().filter((call) => call === 'GET query')).toEqual([]);
  }

  async function deletedMeanwhile(): Promise<void> {
    const at = await company();
    await at.invoice('D-1');
    const { quickbooks } = await settled(at);
    at.fault({ do: 'drop', at: 'after_commit', match: { operation: 'update' } });
    const id = quickbooks?.id ?? '';
    const deleted = at.afterCommit('update Invoice', () => {
      journey.simulator.control.act(at.realmId, { do: 'delete', entity: 'Invoice', id });
      forgetRequests(at);
    });
    const lines = [aLine({ unitPrice: '80.00', amount: '80.00' })];
    await at.invoice('D-1', { lines, total: '80.00' });
    await deleted;

    await settled(at, 'deleted_in_quickbooks');

    expect(at.invoices('D-1')).toHaveLength(0);
  }

  async function statusOf({ id }: SalesCompany, number: string): Promise<string> {
    const [row] = await journey.house.ledger.sql<{ status: string }[]>`
      select status from documents where connection_id = ${id} and external_id = ${number}`;
    return row?.status ?? 'nowhere';
  }

  /** What the newest line of its history was concluded from. */
  async function evidenceOf({ id }: SalesCompany): Promise<unknown> {
    const [row] = await journey.house.ledger.sql<{ evidence: unknown }[]>`
      select h.evidence from document_history h join documents d on d.id = h.document_id
      where d.connection_id = ${id} and d.kind = 'invoice' order by h.id desc limit 1`;
    return row?.evidence;
  }
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AttachmentAnswer, AttachmentStatement } from '../../src/contract/answers.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import type { JsonObject } from '../../src/simulator/index.js';
import { checkTruth } from '../support/checker.js';
import { lookedForInVain, timePasses } from '../support/doubt.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { aLine } from '../support/orders.js';
import { aPdf } from '../support/pdfs.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

const NAME = 'terms.pdf';
const CUSTOMER = { name: 'Harbor Lane Dental' };
/** Stands in every file here, and nowhere else. */
const CANARY = 'canary of a file';

// A PDF put beside a document comes to the transaction in QuickBooks, whatever comes first and whatever
// is lost on the way, and it is there once.
describe('a file of a document', () => {
  let journey: Journey;
  const stated: Record<string, number> = {};

  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  // One after the other: each waits for little, and all at once are too much for a small machine.
  it.each([
    ['is attached to the invoice QuickBooks has, and shown with its status', attached],
    ['waits for an invoice that is stated later', statedBefore],
    ['waits for an invoice that has failed, and goes with it', hostFails],
    ['is not sent once more where the bytes are the same', sameBytes],
    ['takes the place of the one before, which is deleted then', otherBytes],
    ['leaves the one before where it is refused', replacementRefused],
    ['whose replacement loses its answer is there once all the same', replacementLost],
    ['is deleted in QuickBooks when it is removed, and may come again', removed],
    ['is cancelled with an invoice that is withdrawn unsent', hostWithdrawn],
    ['stays where its invoice is voided', hostVoided],
    ['comes again with an invoice that was deleted and is stated again', hostDeleted],
    ['given up while its invoice was away comes with it again', hostAway],
    ['that QuickBooks refuses fails with the reason, and a retry sends it', refused],
    ['whose answer is lost is found and adopted', () => answerLost({})],
    ['whose answer is lost is found by name and size without a mark', unmarked],
    ['that never arrived is sent again after two looks, far apart', neverArrived],
    ['under whose requestid QuickBooks is throttled goes later', throttled],
    ['of many goes alone each time', many],
    ['with characters no file name takes is called otherwise in QuickBooks', named],
    ['belongs to a sales receipt and to a payment as well', otherKinds],
  ])('%s', (_, play) => play());

  it('is there once each, and no byte or name of it in a log, the queue or a history', async () => {
    await checkTruth(journey, { stated });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
    const log = journey.logLines().join('\n');
    for (const secret of [CANARY, 'JVBERi', NAME]) expect(log).not.toContain(secret);
    const { sql } = journey.house.ledger;
    const [{ rows = '' } = {}] = await sql<{ rows: string }[]>`
      select coalesce(string_agg(t::text, ' '), '') as rows from (
        select h::text from document_history h union all select encode(body_cipher, 'escape')
        from requests union all select p::text from attachment_pieces p) t`;
    expect(rows).not.toContain(CANARY);
  });

  async function company(settings: SettingsInput = {}, documents = 2): Promise<SalesCompany> {
    const made = await salesCompany(journey, { settings });
    stated[made.id] = documents;
    return made;
  }

  async function withInvoice(settings: SettingsInput = {}, documents = 2): Promise<SalesCompany> {
    const at = await company(settings, documents);
    await at.invoice('A-1');
    await waitForStatus(journey, at.id, 'invoice', 'A-1', 'synced');
    return at;
  }

  const attach = (at: SalesCompany, text = 'one', name = NAME): Promise<AttachmentStatement> =>
    journey.client.attach(at.id, 'invoice', 'A-1', { name, pdf: aPdf(`${CANARY} ${text}`) });

  function standing(at: SalesCompany, statuses: string | string[]): Promise<AttachmentAnswer> {
    const wanted = [statuses].flat();
    return waitFor(
      async () => {
        const { attachments } = await journey.client.attachments(at.id, 'invoice', 'A-1');
        const [only] = attachments;
        if (only !== undefined && wanted.includes(only.status)) return only;
        throw new Error(`it is ${only?.status}: ${only?.details}`);
      },
      { what: `the file to be ${wanted.join(' or ')}` },
    );
  }

  const invoiceId = (at: SalesCompany) => String(at.invoices('A-1')[0]?.['Id']);
  const files = (at: SalesCompany) => at.quickbooks.all('Attachable');

  /** What QuickBooks gives to whoever downloads it. */
  async function bytesOf({ realmId }: SalesCompany, file: JsonObject | undefined): Promise<string> {
    const { simulator } = journey;
    const { accessToken } = simulator.control.token(realmId);
    const address = await fetch(
      `${simulator.url}/v3/company/${realmId}/download/${String(file?.['Id'])}`,
      { headers: { authorization: `Bearer ${accessToken}` } },
    );
    const bytes = await (await fetch(await address.text())).arrayBuffer();
    return Buffer.from(bytes).toString('latin1');
  }

  const commits = (at: SalesCompany) =>
    at.quickbooks.commits().filter((commit) => commit.endsWith('Attachable'));
  const textOf = (pdf: Uint8Array) => Buffer.from(pdf).toString('latin1');
  const uploads = (at: SalesCompany) =>
    at.quickbooks.calls().filter((call) => call === 'POST upload').length;

  async function attached(): Promise<void> {
    const at = await withInvoice();

    const answer = await attach(at);
    expect(answer).toMatchObject({
      name: NAME,
      fileName: NAME,
      size: aPdf(`${CANARY} one`).length,
      attachedTo: { kind: 'invoice', externalId: 'A-1' },
      externalId: `invoice/A-1/${NAME}`,
      result: 'stored',
    });
    const file = await standing(at, 'synced');

    expect(commits(at)).toEqual(['create Attachable']);
    const [stored] = files(at);
    expect(stored).toMatchObject({
      FileName: NAME,
      ContentType: 'application/pdf',
      Size: answer.size,
      AttachableRef: [{ EntityRef: { type: 'Invoice', value: invoiceId(at) } }],
    });
    expect(file.quickbooks).toMatchObject({ id: stored?.['Id'], number: NAME });
    expect(file.details).toMatch(/^Attachment terms\.pdf created in QuickBooks/);
    expect(await bytesOf(at, stored)).toBe(textOf(aPdf(`${CANARY} one`)));
    const { status, history } = await journey.client.document(at.id, 'attachment', file.externalId);
    expect(status).toBe('synced');
    // A sweep may have taken it up before it was answered.
    expect(history[0]).toMatchObject({ by: 'app', what: 'stated', status: 'queued' });
  }

  async function statedBefore(): Promise<void> {
    const at = await company();
    await attach(at);
    const waiting = await standing(at, 'waiting');
    expect(waiting).toMatchObject({
      reason: 'blocked_by',
      params: { kind: 'invoice', externalId: 'A-1', state: 'unstated' },
    });

    await at.invoice('A-1');
    await standing(at, 'synced');

    expect(at.quickbooks.commits()).toEqual(['create Invoice', 'create Attachable']);
  }

  async function hostFails(): Promise<void> {
    const at = await company();
    await at.invoice('A-1', { total: '119.00' });
    await waitForStatus(journey, at.id, 'invoice', 'A-1', 'failed');
    await attach(at);
    expect((await standing(at, 'waiting')).params).toMatchObject({ state: 'failed' });

    await at.invoice('A-1');
    await standing(at, 'synced');

    expect(files(at)).toHaveLength(1);
  }

  async function sameBytes(): Promise<void> {
    const at = await withInvoice();
    await attach(at);
    await standing(at, 'synced');
    const { length } = at.quickbooks.calls();

    expect(await attach(at)).toMatchObject({ result: 'unchanged', status: 'synced', revision: 1 });

    expect(at.quickbooks.calls()).toHaveLength(length);
    expect(files(at)).toHaveLength(1);
  }

  async function otherBytes(): Promise<void> {
    const at = await withInvoice({}, 3);
    await attach(at);
    const first = await standing(at, 'synced');

    expect(await attach(at, 'two')).toMatchObject({ result: 'stored', revision: 2 });
    await at.committed('delete Attachable');

    expect(commits(at)).toEqual(['create Attachable', 'create Attachable', 'delete Attachable']);
    const [stored, ...others] = files(at);
    expect(others).toEqual([]);
    expect(stored?.['Id']).not.toBe(first.quickbooks?.id);
    expect(await bytesOf(at, stored)).toContain(`${CANARY} two`);
    const file = await standing(at, 'synced');
    expect(file).toMatchObject({ syncedRevision: 2, quickbooks: { id: stored?.['Id'] } });
  }

  async function replacementRefused(): Promise<void> {
    const at = await withInvoice({}, 3);
    await attach(at);
    await standing(at, 'synced');
    at.fault(refusal());

    await attach(at, 'two');
    const failed = await standing(at, 'failed');
    expect(failed.label).toBe('Update failed (an earlier version is in QuickBooks)');
    expect(await bytesOf(at, files(at)[0])).toContain(`${CANARY} one`);

    await journey.client.retry(at.id, 'attachment', failed.externalId);
    await at.committed('delete Attachable');
    expect(files(at)).toHaveLength(1);
    expect(await bytesOf(at, files(at)[0])).toContain(`${CANARY} two`);
  }

  async function replacementLost(): Promise<void> {
    const at = await withInvoice({}, 3);
    await attach(at);
    await standing(at, 'synced');
    at.fault({ do: 'drop', at: 'after_commit', match: { operation: 'upload' } });

    await attach(at, 'two');
    await at.committed('delete Attachable');

    expect(uploads(at)).toBe(2);
    expect(files(at)).toHaveLength(1);
    expect(await bytesOf(at, files(at)[0])).toContain(`${CANARY} two`);
  }

  async function removed(): Promise<void> {
    const at = await withInvoice();
    await attach(at);
    await standing(at, 'synced');

    await journey.client.removeAttachment(at.id, 'invoice', 'A-1', NAME);
    await standing(at, 'deleted');
    expect(files(at)).toEqual([]);

    await attach(at);
    await standing(at, 'synced');
    expect(files(at)).toHaveLength(1);
  }

  async function hostWithdrawn(): Promise<void> {
    const at = await company();
    await at.invoice('A-1', { total: '119.00' });
    await waitForStatus(journey, at.id, 'invoice', 'A-1', 'failed');
    await attach(at);
    await standing(at, 'waiting');

    await journey.client.withdraw(at.id, 'invoice', 'A-1');
    await standing(at, 'cancelled');
    expect(at.quickbooks.commits()).toEqual([]);

    await at.invoice('A-1');
    expect(await attach(at)).toMatchObject({ result: 'unchanged' });
    await standing(at, 'synced');
    expect(files(at)).toHaveLength(1);
  }

  async function hostVoided(): Promise<void> {
    const at = await withInvoice({}, 3);
    await attach(at);
    await standing(at, 'synced');

    await journey.client.withdraw(at.id, 'invoice', 'A-1');
    await waitForStatus(journey, at.id, 'invoice', 'A-1', 'voided');
    await attach(at, 'late', 'late.pdf');
    await standing(at, 'synced');

    expect(files(at)).toHaveLength(2);
  }

  async function hostDeleted(): Promise<void> {
    const at = await withInvoice({}, 3);
    await attach(at);
    const first = await standing(at, 'synced');
    await deleteInvoice(at);

    await at.invoice('A-1');
    await at.committed('delete Attachable');
    const file = await standing(at, 'synced');

    expect(file.quickbooks?.id).not.toBe(first.quickbooks?.id);
    expect(files(at)).toMatchObject([
      { AttachableRef: [{ EntityRef: { type: 'Invoice', value: invoiceId(at) } }] },
    ]);
    expect(await attach(at)).toMatchObject({ result: 'unchanged', status: 'synced' });
  }

  async function hostAway(): Promise<void> {
    const at = await withInvoice();
    await deleteInvoice(at);
    await attach(at);
    await standing(at, 'cancelled');

    await at.invoice('A-1');
    await standing(at, 'synced');
    expect(commits(at)).toEqual(['create Attachable']);
  }

  async function deleteInvoice(at: SalesCompany): Promise<void> {
    await journey.client.withdraw(at.id, 'invoice', 'A-1', 'delete');
    await waitForStatus(journey, at.id, 'invoice', 'A-1', 'deleted');
  }

  const refusal = () => {
    const error = { Message: 'Business rule', Detail: 'Not today.', code: '6000', element: '' };
    const fault = { Error: [error], type: 'ValidationFault' };
    return {
      do: 'body',
      body: { AttachableResponse: [{ Fault: fault }] },
      match: { operation: 'upload' },
    } as const;
  };

  async function refused(): Promise<void> {
    const at = await withInvoice();
    at.fault(refusal());
    await attach(at);

    const failed = await standing(at, 'failed');
    expect(failed).toMatchObject({ reason: 'refused_by_quickbooks', params: { code: '6000' } });
    expect(files(at)).toEqual([]);

    await journey.client.retry(at.id, 'attachment', failed.externalId);
    await standing(at, 'synced');
    expect(files(at)).toHaveLength(1);
  }

  async function answerLost(settings: SettingsInput): Promise<void> {
    const at = await withInvoice(settings);
    at.fault({ do: 'drop', at: 'after_commit', match: { operation: 'upload' } });
    await attach(at);

    const file = await standing(at, 'synced');

    expect(uploads(at)).toBe(1);
    expect(file.warnings).toEqual([{ name: 'adopted' }]);
    expect(files(at)).toHaveLength(1);
    expect(file.quickbooks?.id).toBe(files(at)[0]?.['Id']);
  }

  async function unmarked(): Promise<void> {
    await answerLost({ provenanceMark: false });
  }

  async function neverArrived(): Promise<void> {
    const at = await withInvoice();
    at.fault({ do: 'drop', match: { operation: 'upload' } });
    await attach(at);
    await lookedForInVain(journey, at, 1);
    expect(uploads(at)).toBe(1);

    // Another look, and too early: it proves nothing more.
    await timePasses(journey, at, '5 seconds');
    await lookedForInVain(journey, at, 2);
    expect(uploads(at)).toBe(1);
    await timePasses(journey, at, '1 hour');

    const file = await standing(at, 'synced');
    expect(uploads(at)).toBe(2);
    expect(file.warnings).toEqual([]);
    expect(files(at)).toHaveLength(1);
  }

  async function throttled(): Promise<void> {
    const at = await withInvoice();
    at.fault({ do: 'throttle', match: { operation: 'upload' } });
    await attach(at);

    await standing(at, 'synced');

    expect(files(at)).toHaveLength(1);
  }

  async function many(): Promise<void> {
    const at = await withInvoice({}, 15);
    // Its lists may have come by a batch.
    const { length } = at.quickbooks.calls();
    const names = Array.from({ length: 14 }, (_, index) => `file-${index}.pdf`);
    await Promise.all(names.map((name) => attach(at, name, name)));

    await waitFor(
      async () => {
        const { attachments } = await journey.client.attachments(at.id, 'invoice', 'A-1');
        return attachments.length === 14 && attachments.every((one) => one.status === 'synced');
      },
      { what: 'all files to be synced' },
    );

    expect(uploads(at)).toBe(14);
    expect(at.quickbooks.calls().slice(length)).not.toContain('POST batch');
    expect(files(at).map((file) => file['FileName'])).toEqual(expect.arrayContaining(names));
  }

  async function named(): Promise<void> {
    const at = await withInvoice();
    const name = 'Größe 1/2: "Plan"';
    const pdf = aPdf(`${CANARY} named`);
    const answer = await journey.client.attach(at.id, 'invoice', 'A-1', { name, pdf });
    expect(answer).toMatchObject({ name, fileName: 'Größe 1-2- -Plan-.pdf' });

    await standing(at, 'synced');

    expect(files(at)[0]).toMatchObject({ FileName: 'Größe 1-2- -Plan-.pdf' });
    await journey.client.removeAttachment(at.id, 'invoice', 'A-1', name);
    await standing(at, 'deleted');
  }

  async function otherKinds(): Promise<void> {
    const modules = ['invoice', 'sales_receipt', 'payment', 'customer'] as const;
    const at = await company({ modules: [...modules] }, 5);
    await at.invoice('A-1');
    await at.state('sales_receipt', 'R-1', {
      number: 'R-1',
      source: 'order_form',
      date: '2026-11-20',
      customer: CUSTOMER,
      lines: [aLine()],
      total: '100.00',
    });
    await at.state('payment', 'P-1', {
      date: '2026-11-20',
      customer: CUSTOMER,
      amount: '10.00',
      applies: [{ invoice: { externalId: 'A-1' }, amount: '10.00' }],
    });
    for (const [kind, id] of [
      ['sales_receipt', 'R-1'],
      ['payment', 'P-1'],
    ] as const) {
      await waitForStatus(journey, at.id, kind, id, 'synced');
      await journey.client.attach(at.id, kind, id, { name: NAME, pdf: aPdf(`${CANARY} ${kind}`) });
      await waitForStatus(journey, at.id, 'attachment', `${kind}/${id}/${NAME}`, 'synced');
    }

    const types = files(at).map(({ AttachableRef }) => JSON.stringify(AttachableRef));
    expect(types.filter((type) => type.includes('"SalesReceipt"'))).toHaveLength(1);
    expect(types.filter((type) => type.includes('"Payment"'))).toHaveLength(1);
  }
});

/** Collected answers that are no faults of one call: batches, discovery, tokens, notifications. */

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { isObject, type JsonObject } from '../../../src/simulator/json.js';
import { describeWith } from '../../support/needs.js';
import { list, member, startCompany, type TestCompany } from '../support/company.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { jsonFiles, objects } from './recorded-files.js';

const entry = (lines: readonly JsonObject[], DocNumber: string): JsonObject => ({
  DocNumber,
  Line: lines.map((detail, index) => ({
    Amount: 10,
    DetailType: 'JournalEntryLineDetail',
    JournalEntryLineDetail: { PostingType: index === 0 ? 'Debit' : 'Credit', ...detail },
  })),
});
const BALANCED = [{ AccountRef: { value: '36' } }, { AccountRef: { value: '34' } }];

describeWith('recorded', 'a collected answer', () => {
  const files = new Map(jsonFiles('_collected'));
  let company: TestCompany;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
    company = await startCompany({
      seed: 'new',
      preferences: { SalesFormsPrefs: { CustomTxnNumbers: true } },
    });
  });
  afterAll(async () => {
    await company?.close();
    await receiver?.close();
  });

  it('of a batch item that has several errors at once', async () => {
    await company.post('journalentry', entry(BALANCED, 'JE-1'));
    const [recorded] = objects(files.get('batch.json'));

    const item = { bId: 'b1', operation: 'create', JournalEntry: entry([{}, {}], 'JE-1') };
    const { body } = await company.post('batch', { BatchItemRequest: [item] });

    expect(errorsOf(body)).toEqual(errorsOf(member(recorded ?? {}, 'body')));
  });

  it('of a batch with one item refused and one done', async () => {
    const made = member(
      (await company.post('journalentry', entry(BALANCED, 'JE-2'))).body,
      'JournalEntry',
    );
    const known = { Id: made['Id'] ?? '', SyncToken: made['SyncToken'] ?? '' };
    const other = member(
      (await company.post('journalentry', entry(BALANCED, 'JE-3'))).body,
      'JournalEntry',
    );
    const gone = { Id: other['Id'] ?? '', SyncToken: other['SyncToken'] ?? '' };
    await company.post('journalentry?operation=delete', gone);
    const recorded = member(objects(files.get('batch.json'))[1] ?? {}, 'body');

    const { body } = await company.post('batch', {
      BatchItemRequest: [
        { bId: 'b1', operation: 'delete', JournalEntry: gone },
        { bId: 'b2', operation: 'delete', JournalEntry: known },
      ],
    });

    const [refused, done] = list(recorded, 'BatchItemResponse');
    const [ours, oursDone] = list(body, 'BatchItemResponse');
    expect(ours).toEqual(refused);
    expect(oursDone).toEqual({
      ...done,
      JournalEntry: { ...member(done ?? {}, 'JournalEntry'), Id: known.Id },
    });
  });

  it('of discovery, with every address on this host', async () => {
    const oauth = files.get('oauth.json');
    const recorded = member(isObject(oauth) ? oauth : {}, 'discovery');
    const { url } = company.simulator;
    const response = await fetch(`${url}/.well-known/openid_configuration`);
    const ours: JsonObject = JSON.parse(await response.text());
    const here = Object.entries(recorded).map(([name, value]) => [
      name,
      name === 'issuer' ? value : onHost(value, url),
    ]);
    expect(ours).toEqual(Object.fromEntries(here));
  });

  it('of a token, member by member', async () => {
    const oauth = files.get('oauth.json');
    const recorded = member(isObject(oauth) ? oauth : {}, 'tokenResponse');
    const { refreshToken } = company.simulator.control.token(company.realmId);
    const response = await fetch(`${company.simulator.url}/oauth2/v1/tokens/bearer`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from('simulator-client:any').toString('base64')}`,
        accept: 'application/json',
      },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    });
    const ours: JsonObject = JSON.parse(await response.text());
    expect(Object.keys(ours).sort()).toEqual(Object.keys(recorded).sort());
    expect(ours).toMatchObject({ token_type: 'bearer', expires_in: 3600 });
  });

  it.each(['cloudevents', 'legacy'] as const)('of a notification as %s', async (format) => {
    const kinds = files.get('webhooks.json');
    const sample = member(
      isObject(kinds) ? kinds : {},
      format === 'legacy' ? 'legacy' : 'cloudEvents',
    );
    const { webhooks } = company.simulator.control;
    receiver.received.length = 0;
    webhooks.subscribe({ clientId: 'test-app', url: receiver.url, format });
    await company.post('account', { Name: `Bank ${format}`, AccountType: 'Bank' });
    await webhooks.idle();
    const [delivery] = receiver.received;
    expect(shapeOf(JSON.parse(delivery?.text ?? 'null'))).toEqual(shapeOf(sample['body']));
  });
});

/** Codes and members of the first item's errors, in any order. */
function errorsOf(body: JsonObject): string[] {
  const [item] = list(body, 'BatchItemResponse');
  return list(member(item ?? {}, 'Fault'), 'Error')
    .map(({ code, element }) => `${code} ${element}`)
    .sort();
}

function onHost(value: unknown, url: string): unknown {
  return typeof value === 'string' ? value.replace(/^https:\/\/[^/]+/, url) : value;
}

/** Names and kinds of values, without the values themselves. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (!isObject(value)) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each)]));
}

/** What faults say, word by word: clients read it. A: said by Intuit; B: recorded; C: quoted. */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import {
  list,
  member,
  type Reply,
  saleLine,
  startCompany,
  type TestCompany,
} from '../support/company.js';
import { ADVERTISING, CHECKING, ref, SAVINGS, spend } from '../support/purchases.js';
import { wire } from '../support/wire.js';

let company: TestCompany;

beforeAll(async () => {
  company = await startCompany({ preferences: { SalesFormsPrefs: { CustomTxnNumbers: true } } });
});

afterAll(() => company.close());

const sale = (members: JsonObject = {}): JsonObject => ({
  CustomerRef: ref('1'),
  Line: [saleLine('3', 10)],
  ...members,
});
const entry = (PostingType: string, account?: string): JsonObject => ({
  Amount: 10,
  DetailType: 'JournalEntryLineDetail',
  JournalEntryLineDetail: {
    PostingType,
    ...(account === undefined ? {} : { AccountRef: ref(account) }),
  },
});
const post = (path: string, body: JsonObject) => company.post(path, body);
const journal = (...Line: JsonObject[]) => post('journalentry', { Line });
const bill = (detail: JsonObject, account = ADVERTISING) =>
  post('bill', {
    VendorRef: ref('31'),
    Line: [spend(10, { AccountRef: ref(account), ...detail })],
  });

async function deactivated(entity: string, id: string): Promise<void> {
  const act = { do: 'edit' as const, entity, id, changes: { Active: false } };
  company.simulator.control.act(company.realmId, act);
}

const errorsOf = (reply: Reply) => list(member(reply.body, 'Fault'), 'Error');

type Provoke = () => Promise<Reply>;
type Fact = [
  code: string,
  what: string,
  provoke: Provoke,
  Message: string,
  Detail: string | RegExp,
  element?: string,
];

const NOT_FOUND =
  "Object Not Found : Something you're trying to use has been made inactive. " +
  'Check the fields with accounts, customers, items, vendors or employees.';
const BUSINESS = 'A business validation error has occurred while processing your request';

const FACTS: Fact[] = [
  [
    '500',
    'bytes that are no UTF-8',
    () => bytes([0x7b, 0xff, 0x7d]),
    'Unsupported Operation',
    /^Operation .*Invalid byte 1 of 1-byte UTF-8 sequence is not supported\.$/,
  ],
  ['610', 'an unknown id', () => company.get('invoice/999999'), 'Object Not Found', NOT_FOUND],
  [
    '610',
    'a deleted transaction',
    deletedInvoice,
    'Object Not Found',
    'Object Not Found : Another user has deleted this transaction.',
  ],
  [
    '2020',
    'a missing member',
    () => journal(entry('Debit'), entry('Credit', '34')),
    'Required param missing, need to supply the required value for the API',
    'Required parameter AccountRef is missing in the request',
    'AccountRef',
  ],
  [
    '2050',
    'a text that is too long',
    () => post('invoice', sale({ DocNumber: 'x'.repeat(45) })),
    'String length is either shorter or longer than supported by specification',
    'String length specified does not match the supported length. Min:0 Max:21 supported. Supplied length:45',
    'DocNumber',
  ],
  [
    '2170',
    'a word that is none',
    () => bill({ BillableStatus: 'HAS_BEEN_BILLED' }),
    'Invalid Enumeration',
    'Invalid Enumeration : HAS_BEEN_BILLED',
  ],
  [
    '2500',
    'an unknown name',
    () => post('invoice', sale({ CustomerRef: ref('75000') })),
    'Invalid Reference Id',
    'Invalid Reference Id : Names element id 75000 not found',
  ],
  [
    '2500',
    'an unknown account',
    () => bill({}, '75000'),
    'Invalid Reference Id',
    'Invalid Reference Id : Accounts element id 75000 not found',
  ],
  [
    '2500',
    'an unknown item',
    () => post('invoice', sale({ Line: [saleLine('75000', 1)] })),
    'Invalid Reference Id',
    'Invalid Reference Id : Items element id 75000 not found',
  ],
  [
    '2500',
    'an unknown class',
    () => bill({ ClassRef: ref('75000') }),
    'Invalid Reference Id',
    'Invalid Reference Id : Klasses element id 75000 not found',
  ],
  [
    '2500',
    'an unknown location',
    () => post('invoice', sale({ DepartmentRef: ref('75000') })),
    'Invalid Reference Id',
    'Invalid Reference Id : Depts element id 75000 not found',
  ],
  [
    '2500',
    'an inactive account',
    inactiveAccount,
    'Invalid Reference Id',
    "Invalid Reference Id : Something you're trying to use has been made inactive. Check the fields with accounts.",
  ],
  [
    '5010',
    'an old token',
    () => post('customer', { Id: '1', SyncToken: '77', sparse: true, Notes: 'x' }),
    'Stale Object Error',
    /^Stale Object Error : You and (.+) were working on this at the same time\. \1 finished before you did, so your work was not saved\.$/,
  ],
  [
    '6000',
    'no amount',
    () =>
      post('transfer', { FromAccountRef: ref(CHECKING), ToAccountRef: ref(SAVINGS), Amount: 0 }),
    BUSINESS,
    'Business Validation Error: You must set a transaction amount.',
  ],
  [
    '6000',
    'nobody on a receivable line',
    () => journal(entry('Debit', '84'), entry('Credit', '34')),
    BUSINESS,
    'Business Validation Error: When you use Accounts Receivable, you must choose a customer in the Name field.',
  ],
  [
    '6070',
    'a product that is wrong',
    () => post('invoice', sale({ Line: [saleLine('3', 1000, { Qty: 3, UnitPrice: 10 })] })),
    'Amount calculation incorrect in the request.',
    'Amount is not equal to UnitPrice * Qty. Supplied value:1,000',
    'Line.Amount',
  ],
  [
    '6140',
    'a number that is taken',
    takenNumber,
    'Duplicate Document Number Error',
    /^Duplicate Document Number Error : You must specify a different number\. This number has already been used\. DocNumber=1037 is assigned to TxnType=Invoice with TxnId=\d+$/,
  ],
  [
    '6210',
    'a closed period',
    closedPeriod,
    'Account Period Closed',
    'The account period has closed and the account books cannot be updated through the QBO Services API. Please use the QBO website to make these changes.',
  ],
  [
    '6240',
    'a name that is taken',
    () => post('customer', { DisplayName: 'Tidewater Kayaks' }),
    'Duplicate Name Exists Error',
    /^The name supplied already exists\. : Another .+ is already using this \nname\. Please use a different name\.$/,
  ],
];

describe('[A][B][C] the words of a fault', () => {
  it.each(FACTS)('%s: %s', async (code, _, provoke, Message, detail, element = '') => {
    const reply = await provoke();
    expect(reply.status).toBe(400);
    const Detail = typeof detail === 'string' ? detail : expect.stringMatching(detail);
    expect(errorsOf(reply)).toEqual([{ Message, Detail, code, element }]);
  });

  it('6190: a subscription that has ended, while reads go on', async () => {
    const { control } = company.simulator;
    control.changeCompany(company.realmId, { subscription: 'lapsed' });
    const reply = await post('customer', { DisplayName: 'Late' });
    const read = await company.get('customer/1');
    control.changeCompany(company.realmId, { subscription: 'active' });
    expect([reply.status, read.status]).toEqual([400, 200]);
    expect(errorsOf(reply)).toMatchObject([
      {
        code: '6190',
        Message: 'Invalid Company Status',
        Detail: expect.stringContaining(
          'Subscription period has ended or canceled or there was a billing problem : ' +
            "You can't add data to QuickBooks Online Plus because your trial or subscription " +
            'period ended, ',
        ),
      },
    ]);
  });

  it('10000: an error of the service, on order, is its system fault', async () => {
    company.simulator.control.addFault({ do: 'status', status: 500 });
    const reply = await company.get('customer/1');
    expect(reply.status).toBe(500);
    expect(reply.body['Fault']).toMatchObject({
      type: 'SystemFault',
      Error: [
        {
          code: '10000',
          Message: 'An application error has occurred while processing your request',
        },
      ],
    });
  });

  it('6000: a passing trouble, on order, is a business fault', async () => {
    company.simulator.control.addFault({ do: 'status', status: 400 });
    expect(errorsOf(await post('customer', { DisplayName: 'Heron' }))).toMatchObject([
      {
        code: '6000',
        Message: BUSINESS,
        Detail: expect.stringMatching(
          /^Business Validation Error: An unexpected error occurred while accessing or saving your data\. Please wait a few minutes and try again\./,
        ),
      },
    ]);
  });
});

function bytes(values: number[]): Promise<Reply> {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body: Buffer.from(values) };
  return wire(company, 'customer', request).then(({ status, text }) => ({
    status,
    text,
    body: JSON.parse(text),
    headers: new Headers(),
  }));
}

async function deletedInvoice(): Promise<Reply> {
  const made = member((await post('invoice', sale())).body, 'Invoice');
  const body = { Id: made['Id'], SyncToken: made['SyncToken'] };
  await post('invoice?operation=delete', body);
  return post('invoice', { ...body, sparse: true, PrivateNote: 'late' });
}

async function inactiveAccount(): Promise<Reply> {
  await deactivated('Account', '8');
  return bill({}, '8');
}

async function takenNumber(): Promise<Reply> {
  await post('invoice', sale({ DocNumber: '1037' }));
  return post('invoice', sale({ DocNumber: '1037' }));
}

async function closedPeriod(): Promise<Reply> {
  const { control } = company.simulator;
  control.act(company.realmId, { do: 'close_books', date: '2020-12-31' });
  const reply = await post('invoice', sale({ TxnDate: '2020-12-31' }));
  control.act(company.realmId, { do: 'close_books', date: null });
  return reply;
}

/**
 * The query language. A: said by Intuit; B: recorded; C: told by others; D: not known.
 *
 * Held elsewhere: operators, escaping, letter case, CURRENT_DATE, empty values, pages, the order
 * without ORDERBY, and the faults 4000 and 4001 in query; attachments by their target in query;
 * that queries answer what a filter would in query-indexes.
 */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codes, faults, list, startCompany, type TestCompany } from '../support/company.js';

let company: TestCompany;

beforeAll(async () => {
  company = await startCompany();
  const trackers = { ClassTrackingPerTxnLine: true, TrackDepartments: true };
  company.simulator.control.changeCompany(company.realmId, {
    preferences: { AccountingInfoPrefs: trackers },
  });
});

afterAll(() => company.close());

const ask = (statement: string) => company.get(`query?query=${encodeURIComponent(statement)}`);

const EVERYWHERE = 'Id:fs MetaData.CreateTime:fs MetaData.LastUpdatedTime:fs';

/** What the reference pages mark: `f` may stand in WHERE, `s` in ORDERBY. */
const MARKS: Readonly<Record<string, string>> = {
  Customer:
    'DisplayName:fs GivenName:fs MiddleName:fs FamilyName:fs FullyQualifiedName:fs ' +
    'CompanyName:fs PrintOnCheckName:fs Active:fs Balance:fs PrimaryEmailAddr:f BalanceWithJobs:s',
  Vendor:
    'DisplayName:fs GivenName:fs MiddleName:fs FamilyName:fs Suffix:fs CompanyName:fs ' +
    'Active:fs Balance:fs',
  Item: 'Name:fs Type:fs Sku:f FullyQualifiedName:f',
  Invoice:
    'DocNumber:fs TxnDate:fs DueDate:fs Balance:fs CustomerRef:f SalesTermRef:f ProjectRef:f ' +
    'TotalAmt:f',
  Payment: 'CustomerRef:f PaymentRefNum:fs TxnDate:fs ProjectRef:f',
  Bill: 'TxnDate:fs APAccountRef:fs SalesTermRef:fs Balance:f',
  Account:
    'Name:fs FullyQualifiedName:fs SubAccount:fs CurrentBalanceWithSubAccounts:fs ' +
    'Classification:f AccountType:f AccountSubType:f',
  Term: 'Name:fs Active:fs',
  Class: 'FullyQualifiedName:fs Active:fs Name:f',
  Department: 'FullyQualifiedName:fs Active:fs Name:f',
  PaymentMethod: 'Active:fs Name:f',
  Attachable: 'FileName:fs Note:fs Category:fs ContentType:fs Size:fs',
};

const marked = Object.entries(MARKS).flatMap(([entity, marks]) =>
  `${EVERYWHERE} ${marks}`.split(' ').map((mark) => {
    const [member = '', kinds = ''] = mark.split(':');
    return { entity, member, kinds };
  }),
);

/** A value of the member's kind. */
function valueFor(member: string): string {
  if (member === 'Active' || member === 'SubAccount') return 'true';
  if (/Date$|Time$/.test(member)) return "'2026-01-31'";
  return /Balance|TotalAmt|Size/.test(member) ? "'0'" : "'1'";
}

describe('[A REF] a query may name what the reference pages mark', () => {
  it.each(marked.filter(({ kinds }) => kinds.includes('f')))(
    '$entity where $member',
    async ({ entity, member }) => {
      const reply = await ask(`select * from ${entity} where ${member} = ${valueFor(member)}`);
      expect([reply.status, reply.body['Fault']]).toEqual([200, undefined]);
    },
  );

  it.each(marked.filter(({ kinds }) => kinds.includes('s')))(
    '$entity orderby $member',
    async ({ entity, member }) => {
      const reply = await ask(`select * from ${entity} orderby ${member} desc`);
      expect([reply.status, reply.body['Fault']]).toEqual([200, undefined]);
    },
  );

  it('Preferences by their times', async () => {
    for (const member of ['MetaData.CreateTime', 'MetaData.LastUpdatedTime']) {
      expect((await ask(`select * from Preferences where ${member} > '2001-01-01'`)).status).toBe(
        200,
      );
    }
  });
});

describe('[A REF] a query may not name what they do not mark', () => {
  it.each([
    ['Customer', 'where BalanceWithJobs = 0', '4000'],
    ['Customer', "where BalanceWithJobs = '0'", '4001'],
    ['Customer', 'orderby PrimaryEmailAddr', '4001'],
    ['Customer', "where Notes = 'x'", '4001'],
    ['Item', 'orderby Sku', '4001'],
    ['Invoice', 'orderby CustomerRef', '4001'],
    ['Invoice', "where PrivateNote = 'x'", '4001'],
    ['Payment', "where DocNumber = '1'", '4001'],
    ['Payment', "where TotalAmt = '1'", '4001'],
    ['Bill', 'orderby Balance', '4001'],
    ['Account', 'orderby AccountType', '4001'],
  ])('%s %s', async (entity, words, code) => {
    expect(codes(await ask(`select * from ${entity} ${words}`))).toEqual([code]);
  });
});

describe('[A QRY]', () => {
  it.each(['<', '>', '<=', '>=', 'like'])('Id is compared by = and IN, not by %s', async (sign) => {
    const [fault] = faults(await ask(`select * from Invoice where Id ${sign} '1'`));
    expect(fault?.code).toBe('4001');
  });

  it.each([
    ['Customer', { Id: '900', DisplayName: 'Gone' }],
    ['Vendor', { Id: '901', DisplayName: 'Gone too' }],
    ['Employee', { Id: '902', DisplayName: 'Gone as well' }],
    ['Item', { Id: '900', Name: 'Gone' }],
    ['Account', { Id: '900', Name: 'Gone', FullyQualifiedName: 'Gone' }],
    ['Class', { Id: '900', Name: 'Gone', FullyQualifiedName: 'Gone' }],
    ['Department', { Id: '900', Name: 'Gone', FullyQualifiedName: 'Gone' }],
    ['Term', { Id: '900', Name: 'Gone' }],
    ['PaymentMethod', { Id: '900', Name: 'Gone' }],
  ])('%s: only active ones, unless others are asked for', async (entity, object) => {
    const { control } = company.simulator;
    control.load(company.realmId, { [entity]: [{ ...object, Active: false }] });
    const found = async (words: string) => {
      const answer = await company.query(`select * from ${entity} ${words} maxresults 1000`);
      return list(answer, entity).filter(({ Id }) => Id === object.Id).length;
    };
    expect(await found('')).toBe(0);
    expect(await found('where Active = false')).toBe(1);
    expect(await found('where Active IN (true, false)')).toBe(1);
    expect(await found(`where Id = '${object.Id}'`)).toBe(0);
  });

  it('a backslash is escaped by another', async () => {
    await company.post('customer', { DisplayName: 'Dune \\ Sons' });
    const count = (text: string) =>
      company.query(`select count(*) from Customer where DisplayName = '${text}'`);
    expect(await count('Dune \\\\ Sons')).toEqual({ totalCount: 1 });
  });
});

describe('[C] faults in the words of the sandbox', () => {
  it.each([
    [
      'select * from Purchase where NoSuchField = 1',
      '4000',
      'Error parsing query',
      /^QueryParserError: Encountered " <NUMBER> "1 "" at line 1, column 44\./,
    ],
    [
      "select * from Purchase where NoSuchField = 'x'",
      '4001',
      'Invalid query',
      /^QueryValidationError: Property NoSuchField not found for Entity Purchase$/,
    ],
    [
      'select * from Purchase maxresults 0',
      '4001',
      'Invalid query',
      /^QueryValidationError: value 0 is too small\. Min allowed value is 1$/,
    ],
  ])('%s', async (statement, code, Message, detail) => {
    const reply = await ask(statement);
    expect(reply.body).toMatchObject({
      Fault: {
        type: 'ValidationFault',
        Error: [{ code, Message, Detail: expect.stringMatching(detail) }],
      },
    });
  });
});

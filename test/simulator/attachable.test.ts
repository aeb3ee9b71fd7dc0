import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import {
  answered,
  codes,
  list,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany({ seed: 'sample' });
});

afterEach(() => company.close());

async function newInvoice(): Promise<string> {
  const body = { CustomerRef: { value: '1' }, Line: [saleLine('1', 20)] };
  return String(answered(await company.post('invoice', body), 'Invoice')['Id']);
}

function linkTo(type: string, value: string): JsonObject {
  return { AttachableRef: [{ EntityRef: { type, value }, IncludeOnSend: true }] };
}

describe('a note', () => {
  it('is an attachment without a file', async () => {
    const id = await newInvoice();
    const sent = {
      Note: 'Call first',
      AttachableRef: [{ EntityRef: { type: 'Invoice', value: id } }],
    };
    const note = answered(await company.post('attachable', sent), 'Attachable');
    expect(note).toMatchObject({
      Note: 'Call first',
      SyncToken: '0',
      AttachableRef: [{ IncludeOnSend: false, EntityRef: { type: 'Invoice', value: id } }],
    });
    expect(note).not.toHaveProperty('TempDownloadUri');
    expect(codes(await company.get(`download/${String(note['Id'])}`))).toEqual(['610']);
    const changed = { ...note, Note: 'Call later' };
    expect(answered(await company.post('attachable', changed), 'Attachable')).toMatchObject({
      Note: 'Call later',
      SyncToken: '1',
    });
  });

  it('is found by what it is attached to', async () => {
    const [one, other] = [await newInvoice(), await newInvoice()];
    await company.post('attachable', { Note: 'a', ...linkTo('Invoice', one) });
    await company.post('attachable', { Note: 'b', ...linkTo('Invoice', other) });
    await company.post('attachable', { Note: 'c', ...linkTo('Customer', one) });
    // The reference page writes the type in small letters, the object in its own.
    for (const type of ['Invoice', 'invoice']) {
      const where = `AttachableRef.EntityRef.Type = '${type}' and AttachableRef.EntityRef.value = '${one}'`;
      const found = await company.query(`select * from Attachable where ${where}`);
      expect(list(found, 'Attachable').map(({ Note }) => Note)).toEqual(['a']);
    }
  });

  it.each([
    ['that says nothing', {}, '2020'],
    ['of a category there is not', { Note: 'a', Category: 'Poem' }, '2170'],
    ['with too long a name', { FileName: 'x'.repeat(1001) }, '2050'],
    ['on a name that does not exist', { Note: 'a', ...linkTo('Customer', '999999') }, '2500'],
    ['on something that takes none', { Note: 'a', ...linkTo('Poem', '1') }, '6050'],
  ])('%s is refused', async (_, body, code) => {
    expect(codes(await company.post('attachable', body))).toEqual([code]);
  });
});

describe('an attachment of several objects', () => {
  it('is found by each, and leaves one when it is updated', async () => {
    const [one, other] = [await newInvoice(), await newInvoice()];
    const links = [linkTo('Invoice', one), linkTo('Invoice', other)].flatMap((link) =>
      list(link, 'AttachableRef'),
    );
    const sent = { Note: 'Both', AttachableRef: links };
    const { Id, SyncToken } = answered(await company.post('attachable', sent), 'Attachable');
    const of = (id: string) =>
      company.query(
        `select count(*) from Attachable where AttachableRef.EntityRef.value = '${id}'`,
      );
    expect([await of(one), await of(other)]).toEqual([{ totalCount: 1 }, { totalCount: 1 }]);
    const update = { Id, SyncToken, sparse: true, AttachableRef: links.slice(1) };
    answered(await company.post('attachable', update), 'Attachable');
    expect([await of(one), await of(other)]).toEqual([{ totalCount: 0 }, { totalCount: 1 }]);
  });
});

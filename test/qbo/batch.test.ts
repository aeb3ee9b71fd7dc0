import { describe, expect, it } from '@jest/globals';
import { type BatchItem, batchBody, queryBatchBody, readBatch } from '../../src/qbo/batch.js';
import { readSingle, singlePath } from '../../src/qbo/single.js';

const item = (bId: string, more: Partial<BatchItem> = {}): BatchItem => ({
  bId,
  operation: 'create',
  entity: 'Invoice',
  body: { DocNumber: bId },
  ...more,
});
const answered = (json: unknown, status = 200) => ({
  kind: 'answered' as const,
  status,
  body: typeof json === 'string' ? json : JSON.stringify(json),
  intuitTid: null,
});
const faultOf = (code: string) => ({
  type: 'ValidationFault',
  Error: [{ Message: 'No', code, Detail: 'No', element: '' }],
});

describe('a batch body', () => {
  it('names operation and entity of each item, and voids the way each entity wants it', () => {
    const keys = { Id: '1', SyncToken: '0', sparse: true };
    const items = [
      item('a'),
      item('b', { operation: 'void', body: keys }),
      item('c', { operation: 'void', entity: 'Payment', body: keys }),
      item('d', { operation: 'delete', entity: 'Bill', body: keys }),
    ];
    expect(JSON.parse(batchBody(items))).toEqual({
      BatchItemRequest: [
        { bId: 'a', operation: 'create', Invoice: { DocNumber: 'a' } },
        { bId: 'b', operation: 'void', Invoice: keys },
        { bId: 'c', operation: 'update', optionsData: 'void', Payment: keys },
        { bId: 'd', operation: 'delete', Bill: keys },
      ],
    });
  });

  it.each([
    ['no item', []],
    ['31 items', Array.from({ length: 31 }, (_, index) => item(`i${index}`))],
    ['an id twice', [item('a'), item('a')]],
    ['an id of 11 characters', [item('abcdefghijk')]],
    ['a void that does not exist', [item('a', { operation: 'void', entity: 'Bill' })]],
  ])('refuses %s', (_, items) => {
    expect(() => batchBody(items)).toThrow(RangeError);
  });

  it('gives queries ids to find their answers by', () => {
    const { body, ids } = queryBatchBody(['SELECT * FROM Item', 'SELECT * FROM Term']);
    expect(ids).toEqual(['q1', 'q2']);
    expect(JSON.parse(body).BatchItemRequest[1]).toEqual({
      bId: 'q2',
      Query: 'SELECT * FROM Term',
    });
  });
});

describe('a batch answer', () => {
  const asked = [item('a'), item('b'), item('c', { entity: 'Bill' }), item('d')];

  it('is read by id, in whatever order it comes; an item it leaves out is unknown', () => {
    const read = readBatch(
      asked,
      answered({
        BatchItemResponse: [
          { bId: 'c', Bill: { Id: '33', status: 'Deleted' } },
          { bId: 'b', Fault: faultOf('6140') },
          { bId: 'a', Invoice: { Id: '12', SyncToken: '0' } },
          { bId: 'stranger', Invoice: { Id: '13' } },
        ],
      }),
    );
    if (read.kind !== 'items') throw new Error(read.kind);
    expect([...read.items]).toEqual([
      ['a', { kind: 'ok', entity: { Id: '12', SyncToken: '0' } }],
      [
        'b',
        expect.objectContaining({
          kind: 'refused',
          faults: [expect.objectContaining({ code: '6140' })],
        }),
      ],
      ['c', { kind: 'ok', entity: { Id: '33', status: 'Deleted' } }],
      ['d', { kind: 'missing' }],
    ]);
  });

  it('tells nothing of an item that is there twice, empty, of another entity or without id', () => {
    const read = readBatch(
      asked,
      answered({
        BatchItemResponse: [
          { bId: 'a', Invoice: { Id: '1' } },
          { bId: 'a', Invoice: { Id: '2' } },
          { bId: 'b' },
          { bId: 'c', Invoice: { Id: '3' } },
          { bId: 'd', Invoice: { DocNumber: '7' } },
        ],
      }),
    );
    if (read.kind !== 'items') throw new Error(read.kind);
    expect([...read.items.values()].map(({ kind }) => kind)).toEqual(Array(4).fill('missing'));
  });

  it('may be a fault of the whole batch', () => {
    expect(readBatch(asked, answered({ Fault: faultOf('1040') }, 400))).toMatchObject({
      kind: 'refused',
      status: 400,
      faults: [{ code: '1040' }],
    });
  });

  it.each([['{}'], ['{"BatchItemResponse":{}}'], ['{"Invoice":{"Id":"1"}}']])(
    'is missing where it is %s',
    (body) => {
      expect(readBatch(asked, answered(body))).toEqual({ kind: 'missing' });
    },
  );
});

describe('a single write', () => {
  it.each([
    ['Invoice', 'create', 'invoice'],
    ['PurchaseOrder', 'update', 'purchaseorder'],
    ['Invoice', 'void', 'invoice?operation=void'],
    ['Payment', 'void', 'payment?operation=update&include=void'],
    ['Bill', 'delete', 'bill?operation=delete'],
  ] as const)('%s %s goes to %s', (entity, operation, path) => {
    expect(singlePath(entity, operation)).toBe(path);
  });

  it('is read like an item of a batch', () => {
    const invoice = { Id: '7', SyncToken: '1' };
    expect(readSingle('Invoice', answered({ Invoice: invoice, time: 'x' }))).toEqual({
      kind: 'ok',
      entity: invoice,
    });
    expect(readSingle('Invoice', answered({ Fault: faultOf('6240') }, 400))).toMatchObject({
      kind: 'refused',
      status: 400,
      faults: [{ code: '6240' }],
    });
    expect(readSingle('Invoice', answered({ Customer: { Id: '7' } }))).toEqual({ kind: 'missing' });
  });
});

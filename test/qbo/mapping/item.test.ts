import { expect, it } from '@jest/globals';
import { DOCUMENT_SCHEMAS } from '../../../src/contract/documents/index.js';
import { genericItem, itemBody, itemFromLine } from '../../../src/qbo/mapping/item.js';
import { invoiceOf, type LineInput, lineOf } from './stated.js';

function itemOf(over: Partial<LineInput>) {
  const [line] = invoiceOf({ lines: [lineOf(over)] }).lines;
  if (line === undefined) throw new Error('no line');
  return itemFromLine(line);
}

it('a product is a service on the income account, and never stock', () => {
  const document = itemOf({ item: { name: ' Board ', sku: 'B-1', description: 'Pine, 2 m' } });
  expect(itemBody({ document, incomeAccountId: '79', expenseAccountId: null })).toEqual({
    body: {
      Name: 'Board',
      Type: 'Service',
      Sku: 'B-1',
      Description: 'Pine, 2 m',
      IncomeAccountRef: { value: '79' },
    },
    problems: [],
  });
});

it('a product that is bought has its expense account, and one of all lines nothing else', () => {
  const accounts = { income: { name: 'Sales' }, expense: { name: 'Cost of Goods Sold' } };
  const document = genericItem('WholeCell Inventory', accounts);
  expect(DOCUMENT_SCHEMAS.item.parse(document)).toEqual(document);
  expect(itemBody({ document, incomeAccountId: '79', expenseAccountId: '80' }).body).toEqual({
    Name: 'WholeCell Inventory',
    Type: 'Service',
    IncomeAccountRef: { value: '79' },
    ExpenseAccountRef: { value: '80' },
  });
});

it('a line without an item of its own gives its name and its SKU', () => {
  expect(itemOf({ name: 'Pine board', sku: 'P-1', description: 'only of this line' })).toEqual({
    name: 'Pine board',
    sku: 'P-1',
    attributes: {},
    priority: 'live',
  });
});

it('the number a product was looked for by becomes its SKU, by which it is found next time', () => {
  expect(itemOf({ item: { number: 'P-9' } }).sku).toBe('P-9');
});

it('is a document of the contract', () => {
  const document = itemOf({ item: { name: 'Board' } });
  expect(DOCUMENT_SCHEMAS.item.parse(document)).toEqual(document);
});

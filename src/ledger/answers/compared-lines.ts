import type { ComparedLine, LineSide } from '../../contract/inspection.js';
import { at, entityOf, isObject, text } from './both-sides.js';
import { redacted } from './redaction.js';

/** Lines shown; nobody reads ten thousand of them on a page. */
const LINES_SHOWN = 200;

/**
 * The lines of both sides at the same place: QuickBooks keeps the order in which they were sent, and
 * has what it calls a line of its own, such as a discount, behind them.
 */
export function comparedLines(wanted: unknown, answer: unknown): ComparedLine[] {
  const here = linesOf(isObject(wanted) ? wanted['lines'] : undefined);
  const there = linesOf(entityOf(answer)?.['Line']).filter(
    (line) => at(line, 'DetailType') !== 'SubTotalLineDetail',
  );
  const count = Math.min(Math.max(here.length, there.length), LINES_SHOWN);
  return Array.from({ length: count }, (_, index) => ({
    wanted: index < here.length ? stated(here[index]) : null,
    quickbooks: index < there.length ? received(there[index]) : null,
  }));
}

function linesOf(lines: unknown): unknown[] {
  return Array.isArray(lines) ? lines : [];
}

function stated(line: unknown): LineSide {
  const code = named(at(line, 'taxCode'));
  const tax = text(at(line, 'taxAmount'));
  return {
    item: named(at(line, 'item')) ?? named(at(line, 'account')) ?? text(at(line, 'name')),
    description: hidden(at(line, 'description')),
    quantity: text(at(line, 'quantity')),
    unitPrice: text(at(line, 'unitPrice')),
    amount: text(at(line, 'amount')),
    tax: code === null || tax === null ? (code ?? tax) : `${code} ${tax}`,
  };
}

/** Names and ids of a reference: what else it says, such as an address, is somebody's. */
function named(reference: unknown): string | null {
  const [found] = ['name', 'sku', 'number', 'externalId', 'recordId']
    .map((member) => text(at(reference, member)))
    .filter((one) => one !== null);
  return found ?? null;
}

function received(line: unknown): LineSide {
  const kind = text(at(line, 'DetailType'));
  const detail = kind === null ? undefined : at(line, kind);
  const item = at(detail, 'ItemRef') ?? at(detail, 'AccountRef');
  return {
    item: text(at(item, 'name')) ?? text(at(item, 'value')),
    description: hidden(at(line, 'Description')),
    quantity: text(at(detail, 'Qty')),
    unitPrice: text(at(detail, 'UnitPrice')),
    amount: text(at(line, 'Amount')),
    tax: text(at(detail, 'TaxCodeRef', 'name')) ?? text(at(detail, 'TaxCodeRef', 'value')),
  };
}

const hidden = (value: unknown): string | null => text(redacted(text(value), 'Description'));

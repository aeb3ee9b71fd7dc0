import { describe, expect, it } from '@jest/globals';
import { fileNameOf } from '../../../src/contract/documents/index.js';
import { attachmentBody, isAttached, sameAttachment } from '../../../src/qbo/mapping/attachment.js';
import { readEntity } from '../../../src/qbo/mapping/quickbooks-types.js';

const host = { entity: 'Bill', quickbooksId: '95' };
const document = { fileName: 'a.pdf', content: 'c'.repeat(43) };
const CREATED = '2026-11-20T08:00:00-08:00';

/** A file as QuickBooks shows it. */
function stored(over: Record<string, unknown> = {}) {
  return readEntity('Attachable', {
    Id: '7',
    SyncToken: '0',
    FileName: 'a.pdf',
    Size: 10,
    MetaData: { CreateTime: CREATED },
    ...over,
  });
}

describe('a file for QuickBooks', () => {
  it('names what it is attached to, and carries a mark of itself and its bytes', () => {
    expect(attachmentBody(document, host, 'mark')).toEqual({
      AttachableRef: [{ EntityRef: { type: 'Bill', value: '95' }, IncludeOnSend: false }],
      FileName: 'a.pdf',
      ContentType: 'application/pdf',
      Note: `[qbo-sync mark-${'c'.repeat(16)}]`,
    });
    expect(attachmentBody(document, host, null)).not.toHaveProperty('Note');
  });

  it('is known again at its document by that mark, and not by that of other bytes', () => {
    const held = (mark: string | null, over = {}) =>
      stored({ ...attachmentBody(document, host, mark), ...over });
    const there = held('mark');
    expect(isAttached(there, document, host, 'mark')).toBe(true);
    expect(isAttached(there, { content: 'd'.repeat(43) }, host, 'mark')).toBe(false);
    expect(isAttached(there, document, { ...host, quickbooksId: '96' }, 'mark')).toBe(false);
    expect(isAttached(held('mark', { AttachableRef: undefined }), document, host, 'mark')).toBe(
      false,
    );
    expect(isAttached(held(null), document, host, null)).toBe(false);
  });

  const { Note } = attachmentBody(document, host, 'mark');
  const other = '[qbo-sync mark-other]';
  it.each([
    ['our mark', stored({ Note, FileName: 'renamed.pdf' }), Note, 'same'],
    ['the mark of other bytes', stored({ Note: other }), Note, 'different'],
    ['no mark though one was sent', stored(), Note, 'maybe'],
    ['no mark where none was sent', stored(), undefined, 'same'],
    ['the size as text', stored({ Size: '10' }), undefined, 'same'],
    ['another size', stored({ Size: 11 }), undefined, 'different'],
    ['another name', stored({ FileName: 'b.pdf' }), undefined, 'different'],
  ])('found with %s', (_, candidate, note, verdict) => {
    const sent = { FileName: 'a.pdf', Note: note };
    const since = new Date('2026-11-20T15:00:00Z');
    expect(sameAttachment(candidate, { sent, size: 10, since })).toBe(verdict);
  });

  it('that was there before is another one', () => {
    const sent = { FileName: 'a.pdf' };
    const since = new Date('2026-11-20T16:00:01Z');
    expect(sameAttachment(stored(), { sent, size: 10, since })).toBe('different');
  });

  it.each([
    ['terms.pdf', 'terms.pdf'],
    ['terms.PDF', 'terms.PDF'],
    ['terms', 'terms.pdf'],
    [' a/b\\c:d*e?f"g<h>i|j.pdf ', 'a-b-c-d-e-f-g-h-i-j.pdf'],
  ])('called %s is shown as %s', (name, shown) => {
    expect(fileNameOf(name)).toBe(shown);
  });
});

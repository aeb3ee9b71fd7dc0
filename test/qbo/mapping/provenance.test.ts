import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { markLine, noteWithMark, readMark } from '../../../src/qbo/mapping/provenance.js';
import { bodyOf } from './stated.js';

const token = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);

describe('the provenance mark', () => {
  it('is read back behind any memo', () => {
    const memo = fc.option(fc.string({ unit: 'grapheme', maxLength: 200 }), { nil: undefined });
    fc.assert(
      fc.property(memo, token, (text, mark) => {
        expect(readMark(noteWithMark(text, mark))).toBe(mark);
      }),
    );
  });

  it('is found below a void’s prefix, above later notes, with any line ends', () => {
    expect(readMark('Voided\r\nmemo\r\n[qbo-sync abc]\r\nnote')).toBe('abc');
  });

  it.each(['Voided - ', 'VOIDED ', 'Annulé - ', 'Storniert: '])(
    'is found behind a void’s %j on its own line, which a form without a memo has',
    (prefix) => {
      expect(readMark(`${prefix}[qbo-sync abc]`)).toBe('abc');
    },
  );

  it('is not somebody’s words about it', () => {
    expect(readMark('see [qbo-sync abc]')).toBeNull();
    expect(readMark('the same as - [qbo-sync abc]')).toBeNull();
  });

  it('counts on a line of its own only, the last one first', () => {
    expect(readMark('see [qbo-sync abc] here')).toBeNull();
    expect(readMark('[qbo-sync one]\n[qbo-sync two]')).toBe('two');
    expect(readMark(undefined)).toBeNull();
    expect(readMark('memo')).toBeNull();
  });

  it('takes no text that could break out of its line', () => {
    expect(() => markLine('a]\nb')).toThrow(RangeError);
    expect(() => markLine('')).toThrow(RangeError);
  });

  it('leaves no note where there is neither memo nor mark', () => {
    expect(noteWithMark(undefined, null)).toBeUndefined();
    expect(noteWithMark('  ', null)).toBeUndefined();
    expect(noteWithMark('memo', null)).toBe('memo');
  });

  it('never shortens a memo: one that leaves no room for it is a problem', () => {
    const room = 4_000 - '\n[qbo-sync tok1]'.length;
    expect(bodyOf({ memo: 'm'.repeat(room) }, { mark: 'tok1' }).problems).toEqual([]);
    expect(bodyOf({ memo: 'm'.repeat(room + 1) }, { mark: 'tok1' }).problems).toEqual([
      { field: 'memo', rule: `must be at most ${room} characters (is ${room + 1})` },
    ]);
    expect(bodyOf({ memo: 'm'.repeat(4_000) }).problems).toEqual([]);
  });
});

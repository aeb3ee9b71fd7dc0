import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Cipher, keyIdOf, UnreadableCiphertext } from '../../../src/ledger/database/cipher.js';

const key = (id: string) => ({ id, key: randomBytes(32) });

describe('Cipher', () => {
  it('gives back what was encrypted and never the same bytes twice', () => {
    const cipher = new Cipher([key('a')]);
    const first = cipher.encrypt('tokens.access:c1', 'geheim 🔑');
    const second = cipher.encrypt('tokens.access:c1', 'geheim 🔑');
    expect(cipher.decrypt('tokens.access:c1', first)).toBe('geheim 🔑');
    expect(first.equals(second)).toBe(false);
  });

  it('refuses a ciphertext that was moved to another row or column', () => {
    const cipher = new Cipher([key('a')]);
    const bytes = cipher.encrypt('tokens.access:c1', 'secret');
    expect(() => cipher.decrypt('tokens.access:c2', bytes)).toThrow(UnreadableCiphertext);
    expect(() => cipher.decrypt('tokens.refresh:c1', bytes)).toThrow(UnreadableCiphertext);
  });

  it('refuses one altered byte', () => {
    const cipher = new Cipher([key('a')]);
    const bytes = cipher.encrypt('p', 'secret');
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    expect(() => cipher.decrypt('p', bytes)).toThrow('altered');
  });

  it('reads with an old key after a rotation and names a key that is missing', () => {
    const [older, newer] = [key('old'), key('new')];
    const bytes = new Cipher([older]).encrypt('p', 'secret');
    expect(new Cipher([newer, older]).decrypt('p', bytes)).toBe('secret');
    expect(keyIdOf(bytes)).toBe('old');
    expect(() => new Cipher([newer]).decrypt('p', bytes)).toThrow('"old" is not configured');
  });
});

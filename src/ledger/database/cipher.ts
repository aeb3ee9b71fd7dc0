import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** One key of the ring: an id that stands in every ciphertext, and 32 bytes. */
export interface EncryptionKey {
  id: string;
  key: Buffer;
}

const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A ciphertext that cannot be read: a key is missing, or the bytes belong to another row. */
export class UnreadableCiphertext extends Error {
  override name = 'UnreadableCiphertext';
  constructor(
    readonly place: string,
    readonly keyId: string | undefined,
    detail: string,
    /** Another process has the key: a rotation has not come to this one yet. */
    readonly isKeyMissing = false,
  ) {
    super(`Cannot decrypt ${place.split(':')[0]}: ${detail}`);
  }
}

/**
 * AES-256-GCM with a key ring. The first key encrypts, every key decrypts. The place (table, column
 * and owner of the row) and the key id are bound into each ciphertext, so that one moved to another
 * row or column does not decrypt.
 *
 * Layout: format (1 byte), length of the key id (1 byte), key id, nonce (12), tag (16), data.
 */
export class Cipher {
  readonly #byId: ReadonlyMap<string, Buffer>;
  readonly #active: EncryptionKey;

  /** @throws RangeError without keys, with a key that is not 32 bytes, or with an id used twice. */
  constructor(keys: readonly EncryptionKey[]) {
    const [active] = keys;
    if (active === undefined) throw new RangeError('At least one encryption key is needed');
    for (const { id, key } of keys) {
      if (key.length !== 32) throw new RangeError(`Encryption key ${id} must be 32 bytes`);
      if (!/^[\w-]{1,40}$/.test(id)) throw new RangeError('A key id is 1 to 40 letters or digits');
    }
    this.#byId = new Map(keys.map(({ id, key }) => [id, key]));
    if (this.#byId.size !== keys.length) throw new RangeError('Encryption key ids must differ');
    this.#active = active;
  }

  get activeKeyId(): string {
    return this.#active.id;
  }

  /** Ids of all keys of the ring. */
  get keyIds(): string[] {
    return [...this.#byId.keys()];
  }

  /** Text is encrypted as UTF-8. */
  encrypt(place: string, plain: string | Buffer): Buffer {
    const { id, key } = this.#active;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    cipher.setAAD(Buffer.from(`${place}|${id}`));
    const bytes = typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain;
    const data = Buffer.concat([cipher.update(bytes), cipher.final()]);
    const keyId = Buffer.from(id);
    return Buffer.concat([
      Buffer.from([FORMAT, keyId.length]),
      keyId,
      nonce,
      cipher.getAuthTag(),
      data,
    ]);
  }

  /** @throws UnreadableCiphertext */
  decrypt(place: string, ciphertext: Buffer): string {
    return this.decryptBytes(place, ciphertext).toString('utf8');
  }

  /** Null for what was forgotten, and for what no configured key reads. */
  decryptIfReadable(place: string, ciphertext: Buffer | null): string | null {
    if (ciphertext === null) return null;
    try {
      return this.decrypt(place, ciphertext);
    } catch (error) {
      if (error instanceof UnreadableCiphertext) return null;
      throw error;
    }
  }

  /** @throws UnreadableCiphertext */
  decryptBytes(place: string, ciphertext: Buffer): Buffer {
    const keyId = keyIdOf(ciphertext);
    const key = keyId === undefined ? undefined : this.#byId.get(keyId);
    if (keyId === undefined || key === undefined) {
      const detail = `key "${keyId ?? '?'}" is not configured`;
      throw new UnreadableCiphertext(place, keyId, detail, keyId !== undefined);
    }
    const start = 2 + Buffer.byteLength(keyId);
    const nonce = ciphertext.subarray(start, start + NONCE_BYTES);
    const tag = ciphertext.subarray(start + NONCE_BYTES, start + NONCE_BYTES + TAG_BYTES);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(`${place}|${keyId}`));
      decipher.setAuthTag(tag);
      const data = ciphertext.subarray(start + NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(data), decipher.final()]);
    } catch {
      throw new UnreadableCiphertext(place, keyId, 'it was altered or belongs elsewhere');
    }
  }
}

/** Id of the key a ciphertext was made with; undefined where it is none of ours. */
export function keyIdOf(ciphertext: Buffer): string | undefined {
  const length = ciphertext[1];
  if (ciphertext[0] !== FORMAT || length === undefined) return undefined;
  return ciphertext.subarray(2, 2 + length).toString('utf8');
}

/**
 * Keyed hashes (HMAC-SHA-256) for look-ups of what is encrypted and for secrets that are only
 * compared. Each purpose has a key of its own, derived from one installation secret.
 */
export class KeyedHash {
  readonly #keys = new Map<string, Buffer>();

  constructor(readonly secret: Buffer) {}

  /** Text is hashed as UTF-8. */
  hash(purpose: string, value: string | Buffer): Buffer {
    let key = this.#keys.get(purpose);
    if (key === undefined) {
      key = Buffer.from(hkdfSync('sha256', this.secret, Buffer.alloc(0), purpose, 32));
      this.#keys.set(purpose, key);
    }
    return createHmac('sha256', key).update(value).digest();
  }
}

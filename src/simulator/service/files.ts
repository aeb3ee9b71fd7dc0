/** The bytes of uploaded files, and the addresses under which they can be fetched for a while. */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export interface StoredFile {
  bytes: Buffer;
  contentType: string;
  fileName: string;
}

export interface FileSnapshot {
  realmId: string;
  id: string;
  contentType: string;
  fileName: string;
  base64: string;
}

export const FILES_PATH = '/files/';

/** Bytes kept of all companies together; the oldest files go first. */
const KEPT_MAX = 512 * 1024 * 1024;
/** A data file is written whole at each change: only small files go into it, up to a sum. */
const SAVED_FILE_MAX = 256 * 1024;
const SAVED_MAX = 4 * 1024 * 1024;
/** How long a download address works, on the simulator's clock. */
const LINK_MS = 15 * 60_000;

export class FileStore {
  readonly #files = new Map<string, StoredFile>();
  readonly #secret = randomBytes(32);
  #size = 0;

  keep(realmId: string, id: string, file: StoredFile): void {
    this.drop(realmId, id);
    this.#files.set(keyOf(realmId, id), file);
    this.#size += file.bytes.length;
    for (const key of this.#files.keys()) {
      if (this.#size <= KEPT_MAX) return;
      this.#remove(key);
    }
  }

  drop(realmId: string, id: string): void {
    this.#remove(keyOf(realmId, id));
  }

  /** An address for 15 minutes that nobody can guess; undefined where the bytes are gone. */
  link(origin: string, realmId: string, id: string, nowMs: number): string | undefined {
    const file = this.#files.get(keyOf(realmId, id));
    if (file === undefined) return undefined;
    const expires = String(nowMs + LINK_MS);
    const signature = this.#sign(realmId, id, expires).toString('hex');
    const query = new URLSearchParams({ expires, signature });
    const name = encodeURIComponent(file.fileName);
    return `${origin}${FILES_PATH}${realmId}/${id}/${name}?${query}`;
  }

  /** The file behind such an address; undefined where it is forged, too old, or gone. */
  follow(path: string, parameters: URLSearchParams, nowMs: number): StoredFile | undefined {
    const [realmId = '', id = ''] = path.slice(FILES_PATH.length).split('/');
    const expires = parameters.get('expires') ?? '';
    const given = Buffer.from(parameters.get('signature') ?? '', 'hex');
    const right = this.#sign(realmId, id, expires);
    const signed = given.length === right.length && timingSafeEqual(given, right);
    return signed && Number(expires) > nowMs ? this.#files.get(keyOf(realmId, id)) : undefined;
  }

  snapshot(): FileSnapshot[] {
    const saved: FileSnapshot[] = [];
    let size = 0;
    for (const [key, { bytes, contentType, fileName }] of this.#files) {
      if (bytes.length > SAVED_FILE_MAX || size + bytes.length > SAVED_MAX) continue;
      size += bytes.length;
      const [realmId = '', id = ''] = key.split('/');
      saved.push({ realmId, id, contentType, fileName, base64: bytes.toString('base64') });
    }
    return saved;
  }

  restore(saved: readonly FileSnapshot[]): void {
    for (const { realmId, id, contentType, fileName, base64 } of saved) {
      this.keep(realmId, id, { bytes: Buffer.from(base64, 'base64'), contentType, fileName });
    }
  }

  #sign(realmId: string, id: string, expires: string): Buffer {
    return createHmac('sha256', this.#secret).update(`${realmId}/${id}/${expires}`).digest();
  }

  #remove(key: string): void {
    this.#size -= this.#files.get(key)?.bytes.length ?? 0;
    this.#files.delete(key);
  }
}

function keyOf(realmId: string, id: string): string {
  return `${realmId}/${id}`;
}

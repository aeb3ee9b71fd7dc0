import type { ConfigProblem } from '../config.js';
import { listOf } from './sources.js';

/** The key ring; the first is active. */
export function keysOf(text: string, problems: ConfigProblem[]): { id: string; key: Buffer }[] {
  const add = (rule: string) => problems.push({ name: 'ENCRYPTION_KEYS', rule });
  const keys = listOf(text).map((part) => {
    const [id = '', encoded = ''] = part.split(/:(.*)/s);
    return { id, key: Buffer.from(encoded, 'base64') };
  });
  if (keys.length === 0) add('must hold at least one key, id:base64');
  if (keys.some(({ key }) => key.length !== 32)) add('every key must be 32 bytes in base64');
  if (keys.some(({ id }) => !/^[\w-]{1,40}$/.test(id)))
    add('every key needs an id of letters and digits');
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) add('ids must differ');
  if (keys.some(({ key }) => new Set(key).size < 8))
    add('a key is too weak: generate it with qbo-sync init');
  return keys;
}

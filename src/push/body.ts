import { isObject, type JsonObject } from '../qbo/fault.js';

/** A mapped body as plain JSON: what is sent is what is stored, without absent members. */
export function asBody(body: object): JsonObject {
  const plain: unknown = JSON.parse(JSON.stringify(body));
  if (!isObject(plain)) throw new TypeError('A body is an object');
  return plain;
}

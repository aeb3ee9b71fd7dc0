/** Gives an answer the form its caller asked for: XML or JSON, compressed or not. */

import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import type { Behaviours } from '../engine/behaviours.js';
import { isObject } from '../json.js';
import { type Answer, XML_TYPE } from '../service/answers.js';
import { xmlEnvelope } from '../xml/write.js';

/** The service's envelopes in XML for callers that want it; everything else as it is. */
export function inWantedForm(
  answer: Answer,
  accept: string | undefined,
  { withoutAccept }: Behaviours,
): Answer {
  if (answer.envelope !== true || !wantsXml(accept, withoutAccept)) return answer;
  const envelope: unknown = JSON.parse(answer.body);
  if (!isObject(envelope)) return answer;
  return { ...answer, contentType: XML_TYPE, body: xmlEnvelope(envelope) };
}

/**
 * XML where the header prefers it to JSON. Ranges that leave it open, and types the service does
 * not have, are answered in JSON; only a missing header gets the service's own default.
 */
function wantsXml(accept: string | undefined, withoutAccept: 'xml' | 'json'): boolean {
  if (accept === undefined || accept.trim() === '') return withoutAccept === 'xml';
  const [best] = accept
    .split(',')
    .map(mediaRange)
    .filter(({ form, quality }) => form !== undefined && quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return best?.form === 'xml';
}

function mediaRange(text: string): { form: 'xml' | 'json' | undefined; quality: number } {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { form: formOf(type), quality: Number.isNaN(quality) ? 1 : quality };
}

function formOf(type: string): 'xml' | 'json' | undefined {
  if (/^(application|text)\/([\w.-]+\+)?xml$/.test(type)) return 'xml';
  if (/^(application|text)\/([\w.-]+\+)?json$/.test(type)) return 'json';
  return type === '*/*' || type === 'application/*' ? 'json' : undefined;
}

/** Below this many bytes compressing costs more than it saves. */
const COMPRESSED_FROM = 1024;

export interface WireBody {
  bytes: Uint8Array;
  headers: Record<string, string>;
}

export function plainBody({ bytes, body }: Answer): WireBody {
  return { bytes: bytes ?? Buffer.from(body), headers: {} };
}

/** The bytes to send, compressed where the caller can read that. */
export async function wireBody(answer: Answer, headers: IncomingHttpHeaders): Promise<WireBody> {
  const plain = plainBody(answer);
  const { bytes } = plain;
  const encoding = bytes.length < COMPRESSED_FROM ? undefined : encodingFor(headers);
  if (encoding === undefined) return plain;
  const compress = encoding === 'gzip' ? promisify(gzip) : promisify(deflate);
  return {
    bytes: await compress(bytes, { level: 1 }),
    headers: { 'content-encoding': encoding, vary: 'Accept-Encoding' },
  };
}

function encodingFor(headers: IncomingHttpHeaders): 'gzip' | 'deflate' | undefined {
  const accepted = String(headers['accept-encoding'] ?? '')
    .split(',')
    .map((part) => part.trim().toLowerCase().replaceAll(' ', ''))
    .filter((part) => !part.includes(';q=0') || /;q=0\.\d*[1-9]/.test(part))
    .map((part) => part.split(';')[0]);
  if (accepted.includes('gzip')) return 'gzip';
  return accepted.includes('deflate') ? 'deflate' : undefined;
}

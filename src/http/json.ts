import type { FastifyRequest } from 'fastify';
import type { Web } from './parts.js';
import { malformed } from './problems.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body exactly as it came; empty without one. */
    bodyText: string;
  }
}

/**
 * Bodies are JSON in UTF-8 and nothing else. Nesting is bounded before anything is parsed, and keys
 * that could reach a prototype are refused.
 */
export function acceptJson(web: Web, { depthMax }: { depthMax: number }): void {
  const parse = web.getDefaultJsonParser('error', 'error');
  web.decorateRequest('bodyText', '');
  web.removeAllContentTypeParsers();
  web.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done) => {
      const text = decoded(body);
      if (text === undefined) return done(malformed('malformed_json', 'The body is not UTF-8.'));
      request.bodyText = text;
      if (text === '') return done(null, undefined);
      if (depthOf(text) > depthMax) {
        return done(malformed('too_deep', `The body is nested more than ${depthMax} levels deep.`));
      }
      return parse(request, text, done);
    },
  );
}

/** Text of a body; undefined where it is not UTF-8. */
export function decoded(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(body);
  } catch {
    return undefined;
  }
}

/** Deepest nesting of brackets outside strings. The text need not be valid JSON. */
export function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}

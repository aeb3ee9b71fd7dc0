import { lookup as lookUp } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { type AddressRules, hostOf, urlProblem } from './endpoint-url.js';
import { isPublicAddress } from './public-address.js';

/** How one try to deliver ended. */
export type PostOutcome =
  | { kind: 'answered'; status: number; retryAfterMs: number | null }
  /** No answer: a network error code, `timeout`, or `private_address`. */
  | { kind: 'unanswered'; cause: string };

export interface PostOptions extends AddressRules {
  /** Connect, send and be answered within this, in milliseconds. */
  timeoutMs: number;
  /** Looks names up. Default: the system's. */
  lookup?: LookupFunction;
}

/** Sends messages to endpoints of apps. */
export interface Poster {
  post(
    url: string,
    message: { headers: Record<string, string>; body: string },
    signal: AbortSignal,
  ): Promise<PostOutcome>;
  close(): Promise<void>;
}

class PrivateAddress extends Error {
  override name = 'PrivateAddress';
  readonly code = 'private_address';
}

/**
 * Posts that cannot be led into the network this runs in (OWASP SSRF prevention, case 2): a name is
 * looked up once per connection, every address it has is checked, and the connection goes to the
 * address that was checked. Redirects are not followed. Nothing of an answer is kept but its status.
 */
export function openPoster({ timeoutMs, allowPrivate, lookup = lookUp }: PostOptions): Poster {
  const agent = new Agent({
    connect: { lookup: allowPrivate ? lookup : publicOnly(lookup), timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    // Checked addresses do not stay checked for ever.
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 30_000,
  });
  return {
    async post(url, { headers, body }, signal) {
      // An address without a name is never looked up, so it is checked here, at every try.
      const host = URL.canParse(url) ? hostOf(new URL(url)) : '';
      const isPrivate = isIP(host) !== 0 && !isPublicAddress(host) && !allowPrivate;
      if (isPrivate || urlProblem(url, { allowPrivate }) !== undefined) {
        return { kind: 'unanswered', cause: 'private_address' };
      }
      const within = AbortSignal.timeout(timeoutMs);
      try {
        const answer = await request(url, {
          method: 'POST',
          headers,
          body,
          dispatcher: agent,
          signal: AbortSignal.any([signal, within]),
        });
        const { statusCode: status, headers: answered } = answer;
        // What an endpoint says is no business of ours, however much it is.
        answer.body.on('error', () => undefined).destroy();
        return { kind: 'answered', status, retryAfterMs: retryAfterMs(answered['retry-after']) };
      } catch (error) {
        signal.throwIfAborted();
        return { kind: 'unanswered', cause: within.aborted ? 'timeout' : causeOf(error) };
      }
    },
    close: () => agent.destroy(),
  };
}

function publicOnly(lookup: LookupFunction): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, '', 0);
      const addresses = Array.isArray(found) ? found : [{ address: found, family: isIP(found) }];
      // One private address among public ones is a trap, not a choice.
      if (addresses.length === 0 || addresses.some(({ address }) => !isPublicAddress(address))) {
        return done(new PrivateAddress('The name leads into a private network'), '', 0);
      }
      if (options.all === true) return done(null, addresses);
      const [first] = addresses;
      return done(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}

/** In seconds or as a date (RFC 9110, 10.2.3). */
function retryAfterMs(header: string | string[] | undefined): number | null {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

/** Errors of the network have a code; others may have one as their cause. */
interface Coded {
  code?: unknown;
  cause?: unknown;
}

function causeOf(error: unknown): string {
  const { code, cause } = typeof error === 'object' && error !== null ? (error as Coded) : {};
  if (typeof code === 'string') return code;
  return cause === undefined ? 'failed' : causeOf(cause);
}

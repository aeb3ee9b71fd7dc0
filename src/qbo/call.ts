import type { Access } from './access.js';
import { type Answer, readAnswer } from './faults.js';
import type { Http, HttpLimits, HttpOutcome } from './http.js';
import type { QuickBooksLog } from './log-events.js';
import type { CallClass, CompanyId } from './stores.js';

/** Minor versions up to 74 are ignored since August 2025; 75 is the newest (Intuit, 2025-01-21). */
const MINOR_VERSION = '75';

/** One call of the Accounting API. */
export interface ApiCall {
  companyId: CompanyId;
  method: 'GET' | 'POST';
  /** Below `/v3/company/{realm}/`, with its own query. */
  path: string;
  call: CallClass;
  body?: string | Buffer;
  /** `application/json` where not said. */
  contentType?: string;
  requestId?: string;
}

/** An outcome, and what was read in it where there was an answer. */
export type CallOutcome =
  | (Extract<HttpOutcome, { kind: 'answer' }> & { read: Answer })
  | Exclude<HttpOutcome, { kind: 'answer' }>;

export interface Caller {
  call(call: ApiCall, access: Access, limits: HttpLimits): Promise<CallOutcome>;
}

/** Makes calls: address, headers, reading, log line. Knows nothing of lanes, tokens and repeats. */
export function openCaller(options: { baseUrl: string; http: Http; log: QuickBooksLog }): Caller {
  return {
    async call(call, access, limits) {
      const startMs = performance.now();
      const outcome = await options.http.send(
        {
          method: call.method,
          url: addressOf(options.baseUrl, call, access.realmId),
          headers: {
            Authorization: `Bearer ${access.accessToken}`,
            Accept: 'application/json',
            ...(call.body === undefined
              ? {}
              : { 'Content-Type': call.contentType ?? 'application/json' }),
          },
          body: call.body,
        },
        limits,
      );
      const read = outcome.kind === 'answer' ? readAnswer(outcome) : undefined;
      options.log({
        event: 'qbo_call',
        companyId: call.companyId,
        method: call.method,
        resource: /^\w+/.exec(call.path)?.[0] ?? '',
        call: call.call,
        requestId: call.requestId ?? null,
        outcome: wordOf(outcome, read),
        status: outcome.kind === 'answer' ? outcome.status : null,
        cause: outcome.kind === 'answer' ? causeOf(read) : outcome.cause,
        durationMs: performance.now() - startMs,
        intuitTid: outcome.kind === 'answer' ? outcome.intuitTid : null,
      });
      return outcome.kind === 'answer' && read !== undefined
        ? { ...outcome, read }
        : (outcome as Exclude<HttpOutcome, { kind: 'answer' }>);
    },
  };
}

function addressOf(baseUrl: string, { path, requestId }: ApiCall, realmId: string): string {
  // Nothing in a path may lead to another company or host.
  if (!/^[a-z]+(\/[\w-]+)*(\?[^#\s]*)?$/i.test(path)) {
    throw new RangeError('Not a path below a company');
  }
  const query = new URLSearchParams({
    ...(requestId === undefined ? {} : { requestid: requestId }),
    minorversion: MINOR_VERSION,
  });
  const joint = path.includes('?') ? '&' : '?';
  return `${baseUrl}/v3/company/${realmId}/${path}${joint}${query}`;
}

function wordOf(outcome: HttpOutcome, read: Answer | undefined): string {
  if (read === undefined) return outcome.kind;
  return read.kind === 'not_executed' ? read.why : read.kind;
}

function causeOf(read: Answer | undefined): string | null {
  if (read?.kind === 'unreadable') return read.cause;
  if (read?.kind === 'refused') return read.faults.map(({ code }) => code).join(' ');
  return null;
}

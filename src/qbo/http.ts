import http from 'node:http';
import https from 'node:https';
import axios, { AxiosError, type AxiosInstance } from 'axios';
import { type RawAnswer, retryAfterMs } from './faults.js';

/** One HTTP call. The body goes out byte for byte. */
export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string | Buffer;
}

/** How an HTTP call ended, as far as this side can know. */
export type HttpOutcome =
  | ({ kind: 'answer'; intuitTid: string | null } & RawAnswer)
  /** No connection was made: not a byte of the request left. */
  | { kind: 'never_left'; cause: string }
  /** Bytes may have arrived, and no whole answer came back. */
  | { kind: 'lost'; cause: string };

export interface HttpLimits {
  /** `signal` ends the call at once, `deadlineMs` after that many milliseconds. */
  signal: AbortSignal;
  deadlineMs: number;
}

export interface Http {
  send(request: HttpRequest, limits: HttpLimits): Promise<HttpOutcome>;
  close(): void;
}

export interface HttpOptions {
  connectMs: number;
  idleSocketMs: number;
  clock: () => Date;
  /** Longest answer in bytes, after decompression. Default 16 MB. */
  maxBodyBytes?: number;
}

const MAX_BODY_BYTES = 16 * 1_024 * 1_024;
/** A file of 25 MB, and what stands around it. */
const MAX_SENT_BYTES = 26 * 1_024 * 1_024;
/** Above every sensible worker concurrency: the lanes bound what is open. */
const MAX_SOCKETS = 1_024;
const MAX_FREE_SOCKETS = 64;

/**
 * The only door to the network. Redirects are not followed and no proxy of the environment is used,
 * so a token goes to the host it was meant for and to no other. Never throws: no error of the HTTP
 * library, which carries headers, gets out.
 */
export function openHttp(options: HttpOptions): Http {
  const pool = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    maxFreeSockets: MAX_FREE_SOCKETS,
    // An idle connection is left before the server closes it under a request.
    timeout: options.idleSocketMs,
  };
  const httpAgent = new http.Agent(pool);
  const httpsAgent = new https.Agent({ ...pool, minVersion: 'TLSv1.2' });
  const client = axios.create({
    httpAgent,
    httpsAgent,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: options.maxBodyBytes ?? MAX_BODY_BYTES,
    maxBodyLength: MAX_SENT_BYTES,
    decompress: true,
    responseType: 'text',
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
    validateStatus: () => true,
  });
  return {
    send: (request, limits) => send(client, request, limits, options),
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

async function send(
  client: AxiosInstance,
  request: HttpRequest,
  { signal, deadlineMs }: HttpLimits,
  { connectMs, clock }: HttpOptions,
): Promise<HttpOutcome> {
  if (signal.aborted) return { kind: 'never_left', cause: 'aborted' };
  const watch = watchConnection(connectMs);
  const ending = new AbortController();
  let cause: string | undefined;
  const end = (why: string) => {
    cause ??= why;
    ending.abort();
  };
  const onAbort = () => end('aborted');
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => end('timeout'), deadlineMs);
  try {
    const answer = await client.request<string>({
      method: request.method,
      url: request.url,
      headers: request.headers,
      data: typeof request.body === 'string' ? Buffer.from(request.body, 'utf8') : request.body,
      signal: ending.signal,
      transport: watch.transport,
    });
    const header = (name: string) => {
      const value: unknown = answer.headers[name];
      return typeof value === 'string' ? value : undefined;
    };
    return {
      kind: 'answer',
      status: answer.status,
      contentType: header('content-type') ?? null,
      body: answer.data,
      retryAfterMs: retryAfterMs(header('retry-after'), clock()),
      intuitTid: header('intuit_tid') ?? null,
    };
  } catch (error) {
    const why = cause ?? causeOf(error);
    return watch.connected() ? { kind: 'lost', cause: why } : { kind: 'never_left', cause: why };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** A machine word for a network failure, without anything of the request. */
function causeOf(error: unknown): string {
  if (error instanceof ConnectTimeout) return error.code;
  if (!(error instanceof AxiosError)) return 'failed';
  if (error.message.startsWith('maxContentLength')) return 'too_large';
  return error.code ?? 'failed';
}

class ConnectTimeout extends Error {
  readonly code = 'connect_timeout';
}

type Listener = (answer: http.IncomingMessage) => void;

/**
 * Tells whether a connection stood, from which moment on bytes may have left, and gives up where
 * none stands in time. A pooled connection stands from the start.
 */
function watchConnection(connectMs: number) {
  let connected = false;
  const request = (options: https.RequestOptions, listener: Listener) => {
    const isTls = options.protocol === 'https:';
    const sent = (isTls ? https : http).request(options, listener);
    const timer = setTimeout(() => sent.destroy(new ConnectTimeout('No connection')), connectMs);
    const stands = () => {
      connected = true;
      clearTimeout(timer);
    };
    sent.once('socket', (socket) => {
      // Of TLS sockets only: true until the handshake is done.
      const { secureConnecting } = socket as { secureConnecting?: boolean };
      if (!socket.connecting && secureConnecting !== true) stands();
      else socket.once(isTls ? 'secureConnect' : 'connect', stands);
    });
    sent.once('close', () => clearTimeout(timer));
    return sent;
  };
  return { transport: { request }, connected: () => connected };
}

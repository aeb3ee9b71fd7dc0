import { connect, type Socket } from 'node:net';

/** One request as bytes, so that making it costs nothing while the clock runs. */
export type Wire = Buffer;

export interface Target {
  host: string;
  port: number;
  base: string;
  accessToken: string;
}

/** A keep-alive request. `path` lies below the realm. */
export function wire(
  { host, port, base, accessToken }: Target,
  path: string,
  body?: unknown,
): Wire {
  const text = body === undefined ? '' : JSON.stringify(body);
  const length = body === undefined ? '' : `content-length: ${Buffer.byteLength(text)}\r\n`;
  return Buffer.from(
    `${body === undefined ? 'GET' : 'POST'} ${base}${path} HTTP/1.1\r\nhost: ${host}:${port}\r\n` +
      `authorization: Bearer ${accessToken}\r\naccept: application/json\r\n` +
      `content-type: application/json\r\n${length}\r\n${text}`,
  );
}

export interface Sample {
  requests: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
}

/** Sends requests over keep-alive connections, one at a time on each, until the time is over. */
export async function measure(
  { host, port }: Target,
  next: () => Wire,
  { connections, forMs }: { connections: number; forMs: number },
): Promise<Sample> {
  const tookMs: number[] = [];
  const startedMs = performance.now();
  const lanes = Array.from({ length: connections }, async () => {
    const socket = connect({ host, port, noDelay: true });
    const answers = new Answers(socket);
    while (performance.now() - startedMs < forMs) {
      const request = next();
      const sentMs = performance.now();
      socket.write(request);
      await answers.next();
      tookMs.push(performance.now() - sentMs);
    }
    socket.destroy();
  });
  await Promise.all(lanes);
  const seconds = (performance.now() - startedMs) / 1_000;
  tookMs.sort((a, b) => a - b);
  const at = (share: number) => tookMs[Math.floor((tookMs.length - 1) * share)] ?? 0;
  return { requests: tookMs.length, seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Sends one request and gives its body. */
export async function once({ host, port }: Target, request: Wire): Promise<string> {
  const socket = connect({ host, port, noDelay: true });
  const answers = new Answers(socket);
  socket.write(request);
  const body = await answers.next();
  socket.destroy();
  return body.toString('utf8');
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** Reads no more of HTTP than where an answer ends: `content-length` is always there. */
class Answers {
  #held: Buffer = Buffer.alloc(0);
  #resolve: ((body: Buffer) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;

  constructor(socket: Socket) {
    socket.on('data', (bytes: Buffer) => {
      this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
      this.#settle();
    });
    socket.on('error', (error) => this.#reject?.(error));
  }

  next(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  #settle(): void {
    const end = this.#held.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.#held.toString('latin1', 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const from = end + HEAD_END.length;
    if (this.#held.length < from + length) return;
    const body = this.#held.subarray(from, from + length);
    this.#held = Buffer.alloc(0);
    if (head.startsWith('HTTP/1.1 200')) this.#resolve?.(body);
    else this.#reject?.(new Error(`${head.slice(0, 40)} ${body.toString('utf8').slice(0, 400)}`));
  }
}

import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Dice } from './dice.js';
import type { Stage } from './stage.js';
import { Thread } from './thread.js';
import type { VirtualTime } from './virtual-time.js';

/** How the network and QuickBooks' front treat calls: each a probability. */
export interface WireWeather {
  /** Cut before QuickBooks heard it. */
  requestLost: number;
  /** Cut after QuickBooks did it. */
  answerLost: number;
  /** Answered with 503, or cut, and done later. */
  late: number;
  /** Answered with a page of HTML after QuickBooks did it. */
  garbled: number;
  /** Answered with 503 before QuickBooks heard it. */
  unavailable: number;
}

const CALM: WireWeather = { requestLost: 0, answerLost: 0, late: 0, garbled: 0, unavailable: 0 };

/** Intuit ends requests after 120 s; ours come late by up to this. */
const LATE_MS_MAX = 120_000;

interface Packet {
  caller: Thread;
  leftMs: number;
  label: string;
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
  isWrite: boolean;
}

interface Answer {
  status: number;
  headers: http.OutgoingHttpHeaders;
  body: Buffer;
}

type Fate = 'pass' | keyof WireWeather;

/** A seed's side of the wire. */
export interface WireSeed {
  stage: Stage;
  time: VirtualTime;
  dice: Dice;
  weather: WireWeather;
  /** Address of QuickBooks. */
  target: string;
  /** Who calls from an address of its own. */
  callerOf(name: string): Thread | undefined;
}

/**
 * Between workers and QuickBooks. Each call stands at a gate before QuickBooks hears it, and its answer
 * at another; what left a worker goes on when the worker dies. Calls are lost, answers are lost, and
 * some are done long after they were given up.
 */
export class Wire {
  #seed: WireSeed | undefined;
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #server: http.Server;
  /** Writes that left a worker, by requestid. */
  readonly left = new Map<string, number>();
  /** Writes of them that QuickBooks never heard. */
  unheard = 0;
  #late: { dueMs: number; packet: Packet }[] = [];
  #packets = 0;

  private constructor() {
    this.#server = http.createServer((request, response) => {
      void this.#onRequest(request, response);
    });
  }

  static async open(): Promise<Wire> {
    const wire = new Wire();
    wire.#server.listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  begin(seed: WireSeed): void {
    this.#seed = seed;
    this.left.clear();
    this.unheard = 0;
    this.#late = [];
    this.#packets = 0;
  }

  calm(): void {
    if (this.#seed !== undefined) this.#seed.weather = CALM;
  }

  /** Address for one caller. */
  urlFor(name: string): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The wire is not open');
    return `http://127.0.0.1:${address.port}/${name}`;
  }

  /** When the next late call reaches QuickBooks; undefined: none is on its way. */
  get nextLateMs(): number | undefined {
    return this.#late.map(({ dueMs }) => dueMs).sort((a, b) => a - b)[0];
  }

  /** Calls whose late time has come are done by QuickBooks, who answers nobody. */
  async deliverLate(): Promise<void> {
    const { nowMs } = this.#running().time;
    const due = this.#late.filter(({ dueMs }) => dueMs <= nowMs);
    this.#late = this.#late.filter(({ dueMs }) => dueMs > nowMs);
    for (const { packet } of due) await this.#forward(packet);
  }

  get isEmpty(): boolean {
    return this.#late.length === 0;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #running(): WireSeed {
    if (this.#seed === undefined) throw new Error('No seed runs');
    return this.#seed;
  }

  #threadOf({ label, caller, isWrite }: Packet): Thread {
    this.#packets += 1;
    const sentBy = isWrite ? caller : undefined;
    return new Thread(`call ${this.#packets} (${label})`, { sentBy });
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seed = this.#running();
    const [, name = '', rest = ''] = /^\/([^/]+)(\/.*)$/.exec(request.url ?? '') ?? [];
    const body = await bytesOf(request).catch(() => undefined);
    const caller = seed.callerOf(name);
    if (body === undefined || caller === undefined || caller.dead) {
      response.destroy();
      return;
    }
    const packet = { ...packetOf(caller, request, rest, body), leftMs: seed.time.nowMs };
    if (packet.isWrite) this.#note(rest);
    const thread = this.#threadOf(packet);
    // While its call is away the caller stands still.
    caller.park();
    let isBack = false;
    const giveBack = () => {
      if (!isBack) caller.parked -= 1;
      isBack = true;
    };
    response.once('close', giveBack);
    seed.stage.start(thread, async () => {
      await seed.stage.gate(thread, 'leaves');
      const answer = await this.#meet(thread, packet);
      if (answer !== undefined) await seed.stage.gate(thread, 'is answered');
      giveBack();
      if (answer === undefined) response.destroy();
      else response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  }

  /** What becomes of a call; undefined: no answer comes. */
  async #meet(thread: Thread, packet: Packet): Promise<Answer | undefined> {
    const { stage, time, dice } = this.#running();
    const forward = () => stage.execute(thread, () => this.#forward(packet), { connection: null });
    switch (this.#fateOf(packet)) {
      case 'pass':
        return forward();
      case 'requestLost':
        if (packet.isWrite) this.unheard += 1;
        return undefined;
      case 'unavailable':
        if (packet.isWrite) this.unheard += 1;
        return UNAVAILABLE;
      case 'answerLost':
        await forward();
        return undefined;
      case 'garbled':
        await forward();
        return GARBLED;
      case 'late':
        this.#late.push({ dueMs: time.nowMs + dice.random() * LATE_MS_MAX, packet });
        return dice.happens(0.5) ? UNAVAILABLE : undefined;
    }
  }

  #fateOf({ isWrite, path, leftMs }: Packet): Fate {
    const { dice, weather, time } = this.#running();
    // So long on its way: Intuit has ended it.
    if (time.nowMs - leftMs > LATE_MS_MAX) return 'requestLost';
    const fates: Fate[] = isWrite
      ? ['requestLost', 'answerLost', 'late', 'garbled', 'unavailable']
      : path.startsWith('/oauth2')
        ? ['requestLost', 'answerLost', 'unavailable']
        : ['requestLost', 'unavailable'];
    return fates.find((fate) => fate !== 'pass' && dice.happens(weather[fate])) ?? 'pass';
  }

  #note(path: string): void {
    const requestId = new URL(path, 'http://quickbooks').searchParams.get('requestid') ?? '';
    this.left.set(requestId, (this.left.get(requestId) ?? 0) + 1);
  }

  /** Undefined where QuickBooks itself breaks the call off. */
  async #forward(packet: Packet): Promise<Answer | undefined> {
    try {
      return await this.#exchange(packet);
    } catch {
      return undefined;
    }
  }

  async #exchange({ method, path, headers, body }: Packet): Promise<Answer> {
    const { host: _, connection: __, ...kept } = headers;
    const request = http.request(`${this.#running().target}${path}`, {
      method,
      headers: kept,
      agent: this.#agent,
    });
    request.end(body);
    const [answer]: IncomingMessage[] = await once(request, 'response');
    if (answer === undefined) throw new Error('QuickBooks did not answer');
    const { connection: ___, 'transfer-encoding': ____, ...given } = answer.headers;
    return { status: answer.statusCode ?? 0, headers: given, body: await bytesOf(answer) };
  }
}

const UNAVAILABLE: Answer = {
  status: 503,
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from('Service Unavailable'),
};

const GARBLED: Answer = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: Buffer.from('<html><body>Bad Gateway</body></html>'),
};

function packetOf(caller: Thread, request: IncomingMessage, path: string, body: Buffer) {
  const method = request.method ?? 'GET';
  const [resource = ''] = path.replace(/^\/v3\/company\/\d+\//, '').split('?');
  return {
    caller,
    label: `${method} ${resource} of ${caller.name}`,
    method,
    path,
    headers: request.headers,
    body,
    isWrite: method === 'POST' && path.includes('requestid='),
  };
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

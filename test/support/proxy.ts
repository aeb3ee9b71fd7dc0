import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './ports.js';

const HOST = '127.0.0.1';
/** A slow way moves its bytes in this many portions a second. */
const PORTIONS_PER_SECOND = 10;

/** `forth` leads from the client to the server, `back` from the server to the client. */
export type Way = 'forth' | 'back';
const WAYS: readonly Way[] = ['forth', 'back'];

/** A TCP connection's way to a server on this machine, with faults on demand. */
export interface FaultProxy {
  readonly port: number;
  /** The same address, led through the proxy. */
  through(url: string): string;
  /** Breaks the connections that are open (reset). New ones are treated as before. */
  cut(): void;
  /** Breaks the open connections and refuses new ones, until `pass`. */
  refuse(): Promise<void>;
  /** Connections stay open and new ones are accepted, but no byte moves, until `pass`. */
  freeze(way?: Way): void;
  /**
   * Like `freeze`, from the moment on at which this text has gone the other way: what it asks for
   * is done, and nobody hears of it. Resolves then.
   */
  freezeAfter(text: string, way: Way): Promise<void>;
  /** At most so many bytes a second on each connection, until `pass`. */
  slow(bytesPerSecond: number, way?: Way): void;
  /**
   * Hangs up on every connection once it has carried so many more bytes this way, until `pass`.
   * Resolves when it has done so for the first time.
   */
  cutAfter(bytes: number, way: Way): Promise<void>;
  /** Back to normal; bytes that a freeze held back are delivered. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

/** What is done to the bytes of one way, on every connection. */
interface Treatment {
  /** Resolves when bytes may move again; undefined: they may. */
  thawed: Promise<void> | undefined;
  thaw(): void;
  bytesPerSecond: number | undefined;
  bytesMax: number | undefined;
  broken(): void;
  watched: { text: string; seen(): void } | undefined;
}

const untouched = (): Treatment => ({
  thawed: undefined,
  thaw: () => undefined,
  bytesPerSecond: undefined,
  bytesMax: undefined,
  broken: () => undefined,
  watched: undefined,
});

/** Starts a proxy on a free port that leads to `targetPort` of 127.0.0.1. */
export async function startProxy(targetPort: number): Promise<FaultProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const ways: Record<Way, Treatment> = { forth: untouched(), back: untouched() };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const target = connect({ host: HOST, port: targetPort, allowHalfOpen: true, noDelay: true });
    const pair = [client, target] as const;
    pairs.add(pair);
    const broken = () => {
      for (const socket of pair) socket.destroy();
    };
    carry(client, target, () => ways.forth, broken);
    carry(target, client, () => ways.back, broken);
    for (const socket of pair) socket.on('close', () => pairs.delete(pair));
  });
  const listen = async (port: number) => {
    server.listen(port, HOST);
    await once(server, 'listening');
  };
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy();
    pairs.clear();
  };
  const stopListening = async () => {
    if (!server.listening) return cut();
    const closed = once(server, 'close');
    server.close();
    cut();
    await closed;
  };
  const freeze = (only?: Way) => {
    for (const way of only === undefined ? WAYS : [only]) {
      const treatment = ways[way];
      treatment.thawed ??= new Promise((resolve) => {
        treatment.thaw = resolve;
      });
    }
  };

  // One that nobody else gets while it refuses.
  const port = await freePort();
  await listen(port);
  return {
    port,
    through: (url) => {
      const led = new URL(url);
      led.host = `${HOST}:${port}`;
      return led.href;
    },
    cut,
    refuse: stopListening,
    freeze,
    freezeAfter: (text, way) =>
      new Promise((resolve) => {
        const seen = () => {
          freeze(way);
          resolve();
        };
        ways[way === 'forth' ? 'back' : 'forth'].watched = { text, seen };
      }),
    slow: (bytesPerSecond, only) => {
      for (const way of only === undefined ? WAYS : [only])
        ways[way].bytesPerSecond = bytesPerSecond;
    },
    cutAfter: (bytes, way) =>
      new Promise((resolve) => {
        ways[way] = { ...ways[way], bytesMax: bytes, broken: resolve };
      }),
    pass: async () => {
      if (!server.listening) await listen(port);
      for (const way of WAYS) {
        const { thaw } = ways[way];
        ways[way] = untouched();
        thaw();
      }
    },
    close: stopListening,
  };
}

/** Carries one way of one connection, chunk by chunk, as its treatment is at that moment. */
function carry(from: Socket, to: Socket, treatment: () => Treatment, broken: () => void): void {
  let carried = 0;
  let limit: Treatment | undefined;
  const move = async (chunk: Buffer): Promise<void> => {
    for (let left = chunk; left.length > 0; ) {
      await treatment().thawed;
      const now = treatment();
      const { bytesPerSecond } = now;
      const portion =
        bytesPerSecond === undefined
          ? left
          : left.subarray(0, Math.max(1, Math.ceil(bytesPerSecond / PORTIONS_PER_SECOND)));
      // A limit counts from the moment it was set.
      if (limit !== now) [limit, carried] = [now, 0];
      carried += portion.length;
      if (now.bytesMax !== undefined && carried > now.bytesMax) {
        broken();
        return now.broken();
      }
      if (now.watched !== undefined && portion.includes(now.watched.text)) {
        const { seen } = now.watched;
        now.watched = undefined;
        // Before it leaves: the answer must not be faster than the freeze.
        seen();
      }
      if (!to.writable) return;
      if (!to.write(portion)) await once(to, 'drain').catch(() => undefined);
      left = left.subarray(portion.length);
      if (bytesPerSecond !== undefined) await delay((portion.length / bytesPerSecond) * 1_000);
    }
  };
  let moving = Promise.resolve();
  from.on('data', (chunk: Buffer) => {
    from.pause();
    moving = move(chunk).then(() => void from.resume());
  });
  from.on('end', () => void moving.then(() => to.end()));
  from.on('error', () => {});
  from.on('close', () => void to.destroy());
}

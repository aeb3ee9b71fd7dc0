import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

const HOST = '127.0.0.1';

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
  freeze(): void;
  /** Back to normal; bytes that a freeze held back are delivered. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy on a free port that leads to `targetPort` of 127.0.0.1. */
export async function startProxy(targetPort: number): Promise<FaultProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let frozen = false;

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const target = connect({ host: HOST, port: targetPort, allowHalfOpen: true, noDelay: true });
    const pair = [client, target] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [target, client] as const]) {
      from.on('error', () => {});
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
      if (!frozen) from.pipe(to);
    }
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

  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No TCP port.');
  const { port } = address;
  return {
    port,
    through: (url) => {
      const led = new URL(url);
      led.host = `${HOST}:${port}`;
      return led.href;
    },
    cut,
    refuse: stopListening,
    freeze: () => {
      frozen = true;
      for (const [client, target] of pairs) {
        client.unpipe(target);
        target.unpipe(client);
        // A socket without a reader would go on and lose what comes.
        client.pause();
        target.pause();
      }
    },
    pass: async () => {
      if (!server.listening) await listen(port);
      if (!frozen) return;
      frozen = false;
      for (const [client, target] of pairs) {
        client.pipe(target);
        target.pipe(client);
      }
    },
    close: stopListening,
  };
}

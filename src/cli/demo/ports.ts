import { createServer } from 'node:net';
import { Refusal } from '../refusal.js';

const HOST = '127.0.0.1';
const TRIES_MAX = 100;

/** The wanted port of this machine, or the next free one. @throws Refusal after 100 taken ones */
export async function nextFreePort(wanted: number, taken: readonly number[] = []): Promise<number> {
  for (let port = wanted; port < wanted + TRIES_MAX; port += 1) {
    if (!taken.includes(port) && (await isFree(port))) return port;
  }
  throw new Refusal(`No port from ${wanted} to ${wanted + TRIES_MAX - 1} is free.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const listener = createServer();
    listener.once('error', () => resolve(false));
    // Without a host first: a server on all addresses takes the port, too.
    listener.listen({ host: HOST, port, exclusive: true }, () =>
      listener.close(() => resolve(true)),
    );
  });
}

import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

const HOST = '127.0.0.1';
/** Below those that a system gives to whoever asks for any port, and above those of known services. */
const PORTS = { from: 20_000, below: 32_000 } as const;
const TRIES_MAX = 100;

/**
 * A TCP port of 127.0.0.1 that is this process's until it ends, also while nobody listens there: what
 * listens on it is built first, or restarted, and meanwhile other tests start servers by the dozen.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const port = randomInt(PORTS.from, PORTS.below);
    if ((await claim(port)) && (await isFree(port))) return port;
  }
  throw new Error('No TCP port.');
}

/** A UDP socket of the same number tells who else asks here, in whichever process, and goes with ours. */
async function claim(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref();
  socket.bind({ address: HOST, port, exclusive: true });
  try {
    await once(socket, 'listening');
    return true;
  } catch {
    socket.close();
    return false;
  }
}

async function isFree(port: number): Promise<boolean> {
  const listener = createServer();
  listener.listen(port, HOST);
  try {
    await once(listener, 'listening');
  } catch {
    return false;
  }
  listener.close();
  await once(listener, 'close');
  return true;
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** What is done to one answer: nothing of it has been sent yet. */
export type Spoil = (response: ServerResponse) => void;

/** A server before the simulator that lets answers pass, or gives others that no QuickBooks would. */
export interface Front {
  readonly url: string;
  /** The next call of this method to a company is done, and answered like this. */
  spoilNext(realmId: string, method: 'GET' | 'POST', spoil: Spoil): void;
  /** Holds the next call of this method to a company. Resolves when it is here, to what lets it go on. */
  holdNext(realmId: string, method: 'GET' | 'POST'): Promise<() => void>;
  close(): Promise<void>;
}

/** Starts a front on a free port. */
export async function startFront(simulatorUrl: string): Promise<Front> {
  const spoils: Rule<Spoil>[] = [];
  const holds: Rule<(letGo: () => void) => void>[] = [];
  const passOn = (asked: IncomingMessage, response: ServerResponse) => {
    const { method, headers, url } = asked;
    const inner = request(new URL(url ?? '/', simulatorUrl), { method, headers }, (answer) => {
      const spoil = takeRule(spoils, asked);
      if (spoil === undefined) {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
        return;
      }
      answer.resume();
      answer.once('end', () => spoil(response));
    });
    // QuickBooks dropped the call: whoever asked sees the same.
    inner.once('error', () => asked.socket.destroy());
    asked.pipe(inner);
  };
  const server = createServer((asked, response) => {
    const hold = takeRule(holds, asked);
    if (hold === undefined) passOn(asked, response);
    else hold(() => passOn(asked, response));
  });
  // As the simulator's: an idle connection is the client's to close, or a call would meet its end.
  server.keepAliveTimeout = 65_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No TCP port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    spoilNext: (realmId, method, spoil) => void spoils.push({ realmId, method, does: spoil }),
    holdNext: (realmId, method) =>
      new Promise((resolve) => void holds.push({ realmId, method, does: resolve })),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What is done to the next call of a method to a company. */
interface Rule<Does> {
  realmId: string;
  method: string;
  does: Does;
}

/** What is to be done to this call; it is done once. */
function takeRule<Does>(
  rules: Rule<Does>[],
  { url = '', method }: IncomingMessage,
): Does | undefined {
  const at = rules.findIndex((rule) => rule.method === method && url.includes(rule.realmId));
  return at < 0 ? undefined : rules.splice(at, 1)[0]?.does;
}

import { once } from 'node:events';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect } from '@jest/globals';
import { waitForStatus } from '../../support/journey.js';
import type { SalesCompany } from '../../support/sales-company.js';
import type { Spoil } from '../front.js';
import type { ChaosHouse } from '../house.js';
import type { AtOnce } from '../row.js';
import { expectConfirmed } from './lost-answers.js';

/** More than the largest answer that is read. */
const TOO_MUCH = 20 * 1_024 * 1_024;
const PORTION = 64 * 1_024;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Answers that would fill the memory, or take for ever. */
const SPOILED: Record<string, Spoil> = {
  'of 20 MB': (response) => {
    response.writeHead(200, JSON_TYPE).end(Buffer.alloc(TOO_MUCH, ' '));
  },
  'that unpack to 20 MB': (response) => {
    const packed = gzipSync(Buffer.alloc(TOO_MUCH, ' '));
    response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(packed);
  },
  'without end': (response) => {
    response.writeHead(200, JSON_TYPE);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(PORTION, ' ')));
    };
    response.on('drain', more);
    more();
  },
  'of a byte now and then': (response) => {
    response.writeHead(200, JSON_TYPE);
    const drip = setInterval(() => response.write(' '), 100);
    response.once('close', () => clearInterval(drip));
  },
};

/** F21, F22: answers no QuickBooks would give. */
export function strangeAnswers(house: () => ChaosHouse): AtOnce[] {
  const synced = (at: SalesCompany, number: string) =>
    waitForStatus(house(), at.id, 'invoice', number, 'synced');

  async function spoiled(spoil: Spoil): Promise<void> {
    const at = await house().company();
    house().front?.spoilNext(at.realmId, 'POST', spoil);
    await at.invoice('F21');

    expectConfirmed(await synced(at, 'F21'));
    expect(at.quickbooks.commits()).toHaveLength(1);
  }

  async function redirected(): Promise<void> {
    const at = await house().company();
    const stranger = await strangerServer();
    at.fault({ do: 'redirect', status: 307, body: stranger.url, match: { operation: 'create' } });
    await at.invoice('F22');

    await synced(at, 'F22');
    await stranger.close();

    expect(stranger.visits()).toBe(0);
    expect(at.quickbooks.commits()).toHaveLength(1);
  }

  return [
    ...Object.entries(SPOILED).map(([name, spoil]): AtOnce => ['F21', () => spoiled(spoil), name]),
    ['F22', redirected, 'a redirect'],
  ];
}

/** Counts who comes; nobody should. */
async function strangerServer() {
  let visits = 0;
  const server = createServer((_, response) => {
    visits += 1;
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No TCP port.');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    visits: () => visits,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type App, type Simulator, startSimulator } from '../../src/simulator/index.js';
import { connect } from './support/company.js';
import { type Receiver, startReceiver } from './support/receiver.js';

const APP = 'test-app';

let simulator: Simulator;
let receiver: Receiver;
let realmId: string;

beforeEach(async () => {
  simulator = await startSimulator();
  realmId = simulator.control.createCompany().realmId;
  receiver = await startReceiver();
});

afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

const disconnectUrl = () => receiver.url.replace('/hooks', '/gone?from=qb');
const visits = (clientId = APP) =>
  simulator.control.apps.list().find((app) => app.clientId === clientId)?.visits;

describe('a person who disconnects an app inside QuickBooks', () => {
  it('is sent to its disconnect page with the company, when the grant has ended', async () => {
    simulator.control.apps.register({ clientId: APP, disconnectUrl: disconnectUrl() });
    const company = connect(simulator, realmId, APP);
    expect(simulator.control.act(realmId, { do: 'disconnect' })).toEqual({ ended: 1 });
    expect(visits()).toMatchObject([{ finished: false, status: null }]);
    expect((await company.get('customer/1')).status).toBe(401);
    await simulator.control.apps.idle();
    expect(receiver.received).toMatchObject([
      { method: 'GET', path: `/gone?from=qb&realmId=${realmId}`, text: '' },
    ]);
    expect(visits()).toEqual([
      {
        page: 'disconnect',
        realmId,
        url: `${disconnectUrl()}&realmId=${realmId}`,
        at: expect.stringMatching(/Z$/),
        finished: true,
        status: 200,
        error: null,
      },
    ]);
  });

  it('visits each app once, however often it was granted, and only those that were', async () => {
    for (const clientId of [APP, 'second', 'stranger']) {
      simulator.control.apps.register({ clientId, disconnectUrl: disconnectUrl() });
    }
    connect(simulator, realmId, APP);
    connect(simulator, realmId, APP);
    connect(simulator, realmId, 'second');
    expect(simulator.control.act(realmId, { do: 'disconnect' })).toEqual({ ended: 3 });
    await simulator.control.apps.idle();
    expect([APP, 'second', 'stranger'].map((id) => visits(id)?.length)).toEqual([1, 1, 0]);
  });

  it('can disconnect one app of several', async () => {
    simulator.control.apps.register({ clientId: 'second', disconnectUrl: disconnectUrl() });
    const company = connect(simulator, realmId, APP);
    connect(simulator, realmId, 'second');
    const act = { do: 'disconnect' as const, clientId: 'second' };
    expect(simulator.control.act(realmId, act)).toEqual({ ended: 1 });
    expect((await company.get('customer/1')).status).toBe(200);
    expect(visits('second')).toHaveLength(1);
  });

  it('follows the page where it leads', async () => {
    const url = disconnectUrl();
    simulator.control.apps.register({ clientId: APP, disconnectUrl: url });
    connect(simulator, realmId, APP);
    receiver.answer({ redirect: '/bye' }, 404);
    simulator.control.act(realmId, { do: 'disconnect' });
    await simulator.control.apps.idle();
    expect(receiver.received.map(({ path }) => path.split('?')[0])).toEqual(['/gone', '/bye']);
    expect(visits()).toMatchObject([{ url: new URL('/bye', url).href, status: 404 }]);
  });

  it('sees that the page does not answer', async () => {
    simulator.control.apps.register({ clientId: APP, disconnectUrl: 'http://127.0.0.1:9/' });
    connect(simulator, realmId, APP);
    simulator.control.act(realmId, { do: 'disconnect' });
    await simulator.control.apps.idle();
    expect(visits()).toMatchObject([
      { status: null, finished: true, error: expect.stringContaining('ECONNREFUSED') },
    ]);
  });

  it('goes nowhere where no page is registered', async () => {
    connect(simulator, realmId, APP);
    expect(simulator.control.act(realmId, { do: 'disconnect' })).toEqual({ ended: 1 });
    await simulator.control.apps.idle();
    expect(receiver.received).toEqual([]);
  });
});

describe('a registered app', () => {
  it('is set and shown over HTTP, and keeps its visits', async () => {
    const put = async (body: unknown) => {
      const init = { method: 'PUT', body: JSON.stringify(body) };
      const response = await fetch(`${simulator.url}/control/apps`, init);
      return response.status;
    };
    await put({ clientId: APP, disconnectUrl: disconnectUrl() });
    connect(simulator, realmId, APP);
    simulator.control.act(realmId, { do: 'disconnect' });
    await simulator.control.apps.idle();
    const addresses = { launchUrl: 'https://app.example/', reconnectUrl: 'https://app.example/r' };
    expect(await put({ clientId: APP, ...addresses })).toBe(200);
    const shown = await fetch(`${simulator.url}/control/apps`);
    const [app, ...rest]: App[] = JSON.parse(await shown.text());
    expect(rest).toEqual([]);
    expect(app).toMatchObject({ clientId: APP, ...addresses, visits: [{ status: 200 }] });
    expect(app).not.toHaveProperty('disconnectUrl');
    expect(await put({ disconnectUrl: 'nowhere' })).toBe(400);
  });

  it('gets its codes only at the addresses it named, when it named any', async () => {
    const authorize = async (redirectUri: string) => {
      const parameters = new URLSearchParams({
        client_id: APP,
        redirect_uri: redirectUri,
        scope: 'com.intuit.quickbooks.accounting',
        response_type: 'code',
        realmId,
        auto: 'allow',
      });
      const url = `${simulator.url}/connect/oauth2?${parameters}`;
      return (await fetch(url, { redirect: 'manual' })).status;
    };
    expect(await authorize('https://other.example/back')).toBe(302);
    simulator.control.apps.register({ clientId: APP, redirectUris: ['https://app.example/back'] });
    expect(await authorize('https://other.example/back')).toBe(400);
    expect(await authorize('https://app.example/back')).toBe(302);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disconnect } from '../../src/ledger/connections/connecting.js';
import {
  type Connected,
  type Journey,
  pullChanges,
  runsEnded,
  startJourney,
  walkThroughOAuth,
} from '../support/journey.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';
import { rawApi } from '../support/raw-api.js';
import { salesCompany } from '../support/sales-company.js';
import { told } from '../support/told.js';
import { waitFor } from '../support/wait-for.js';
import { startWorkerProcess } from '../support/worker-process.js';

const CUSTOMERS = 3_400;

// Customers that QuickBooks had before the app came are told once, however often anybody asks, connects
// again, kills the worker or changes one of them meanwhile.
describe('customers that were there before', () => {
  let journey: Journey;
  let connected: Connected;
  let quickbooks: QuickBooksSide;
  let events: ReturnType<typeof told>;

  beforeAll(async () => {
    journey = await startJourney({ idle: true });
    const { control } = journey.simulator;
    const { realmId } = control.createCompany({ seed: 'new' });
    control.load(realmId, {
      Customer: Array.from({ length: CUSTOMERS }, (_, index) => ({
        Id: String(1_000 + index),
        DisplayName: `Customer ${index}`,
        ...(index === 7 ? { Active: false } : {}),
      })),
    });
    connected = await journey.connect({ profile: 'crm', realmId });
    quickbooks = quickBooksSide(journey, connected);
    events = told(journey, connected.id);
  });
  afterAll(() => journey?.close());

  const imports = async () => {
    const { runs } = await journey.client.runs(connected.id);
    return runs.filter(({ job }) => job === 'import_contacts');
  };
  const heard = async () => (await events()).filter((event) => event.startsWith('contact'));

  it('are told once each, over a worker that is killed and a change that comes between', async () => {
    const { control } = journey.simulator;
    control.setLatency({ call: 'query', ms: 1_500 });
    const worker = await startWorkerProcess(journey);
    const [run] = await imports();
    expect(run).toMatchObject({ job: 'import_contacts', trigger: 'person' });
    const { progress } = await waitFor(
      async () => {
        const [now] = await imports();
        return now !== undefined && now.progress.done > 0 ? now : undefined;
      },
      { what: 'the first page to be told' },
    );
    expect(progress.of).toBe(CUSTOMERS);
    worker.kill('SIGKILL');
    await worker.exitCode();
    const [killed] = await imports();
    expect(killed).toMatchObject({ status: 'running' });
    const before = await heard();
    expect(before).toHaveLength((killed?.progress.done ?? 0) - 1);

    quickbooks.edit('Customer', String(1_000 + CUSTOMERS - 1), {
      Notes: 'late',
      FamilyName: 'Late',
    });
    control.setLatency({ call: 'query', ms: 300 });
    journey.startWorker();
    await pullChanges(journey, connected.id);
    await runsEnded(journey, connected.id);
    control.setLatency({ call: 'all', ms: 0 });
    const all = [...before, ...(await heard())];
    expect(all.filter((event) => !event.startsWith('contact.imported'))).toEqual([]);
    expect(new Set(all).size).toBe(CUSTOMERS - 1);
    expect(all).toHaveLength(CUSTOMERS - 1);
    expect(all).not.toContain('contact.imported customer 1007');
    expect(await imports()).toMatchObject([
      { status: 'succeeded', progress: { done: CUSTOMERS, of: CUSTOMERS } },
    ]);
  });

  it('can be read as records when they are told', async () => {
    const { records } = await journey.client.records(connected.id, 'customer', {
      q: 'customer 3399',
    });
    expect(records).toMatchObject([{ recordId: '4399', name: 'Customer 3399' }]);
  });

  it('are not told again when somebody asks, or connects again', async () => {
    await journey.client.startRun(connected.id, 'import_contacts');
    await runsEnded(journey, connected.id);
    const { client } = journey;
    await disconnect(journey.house.ledger, connected.id, 'test');
    const { connectUrl } = await client.connectLink(connected.id);
    await walkThroughOAuth(connectUrl ?? '', connected.realmId);
    await runsEnded(journey, connected.id);
    expect(await heard()).toEqual([]);
    expect(await imports()).toHaveLength(2);
  });

  it('are told of what came or changed while the setting was off, once it is on, and once', async () => {
    const { client } = journey;
    const turn = (contacts: boolean) =>
      client.changeSettings(connected.id, { imports: { contacts } });
    await turn(false);
    const missed = quickbooks.add('Customer', { DisplayName: 'Missed' });
    quickbooks.edit('Customer', '1008', { CompanyName: 'Renamed' });
    await pullChanges(journey, connected.id);
    expect(await heard()).toEqual([]);
    const [before] = await imports();
    expect(
      await rawApi(journey, 'POST', `/v1/connections/${connected.id}/runs/${before?.id}/retry`),
    ).toMatchObject({ status: 409, body: { type: 'urn:qbo-sync:problem:imports_off' } });

    await turn(true);
    await runsEnded(journey, connected.id);
    const expected = [`contact.imported customer ${missed}`, 'contact.updated customer 1008'];
    expect((await heard()).sort()).toEqual(expected);
    expect(await imports()).toHaveLength(3);
    await client.startRun(connected.id, 'import_contacts');
    await runsEnded(journey, connected.id);
    expect(await heard()).toEqual([]);
  });

  it('are brought from the first again where the setting was off while they were brought', async () => {
    const { client } = journey;
    const { control } = journey.simulator;
    const turn = (contacts: boolean) =>
      client.changeSettings(connected.id, { imports: { contacts } });
    await turn(false);
    const missed = quickbooks.add('Customer', { DisplayName: 'Missed again' });
    await pullChanges(journey, connected.id);
    await heard();
    control.setLatency({ call: 'query', ms: 1_500 });
    await turn(true);
    const [first] = await imports();
    await turn(false);
    await turn(true);
    control.setLatency({ call: 'all', ms: 0 });
    const [second] = await imports();
    expect(second?.id).not.toBe(first?.id);
    await runsEnded(journey, connected.id);
    expect(await journey.client.run(connected.id, first?.id ?? '')).toMatchObject({
      status: 'cancelled',
    });
    expect(await heard()).toEqual([`contact.imported customer ${missed}`]);
  });

  it('are told once the setting is turned on, and not where it is off', async () => {
    const { client } = journey;
    const made = await salesCompany(journey);
    const others = told(journey, made.id);
    const refused = await rawApi(journey, 'POST', `/v1/connections/${made.id}/runs`, {
      body: { job: 'import_contacts' },
    });
    expect(refused).toMatchObject({
      status: 409,
      body: { type: 'urn:qbo-sync:problem:imports_off' },
    });
    expect((await others()).filter((event) => event.startsWith('contact'))).toEqual([]);

    await client.changeSettings(made.id, { imports: { contacts: true } });
    await runsEnded(journey, made.id);
    expect(await others()).toContain('contact.imported customer 7');
    expect(await heard()).toEqual([]);
  });
});

it('an import of which a newer version has noted how far it was begins anew', async () => {
  const journey = await startJourney({ idle: true });
  try {
    const { realmId } = journey.simulator.control.createCompany({ seed: 'new' });
    journey.simulator.control.load(realmId, {
      Customer: [{ Id: '7', DisplayName: 'Corner Cafe' }],
    });
    const connected = await journey.connect({ profile: 'crm', realmId });
    const { sql } = journey.house.ledger;
    const noted = sql.json({ at: 'a later shape' });
    await sql`update runs set cursor = ${noted} where job = 'import_contacts'`;
    journey.startWorker();
    await runsEnded(journey, connected.id);
    const { runs } = await journey.client.runs(connected.id);
    expect(runs.find(({ job }) => job === 'import_contacts')).toMatchObject({
      status: 'succeeded',
    });
    expect(await told(journey, connected.id)()).toContain('contact.imported customer 7');
  } finally {
    await journey.close();
  }
});

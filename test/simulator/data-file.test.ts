import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SimulatorControl } from '../../src/simulator/control/control.js';
import { DataFile } from '../../src/simulator/data-file/data-file.js';
import { DataFileError, startSimulator } from '../../src/simulator/index.js';
import { QuickBooks } from '../../src/simulator/quickbooks.js';
import { waitFor } from '../support/wait-for.js';
import {
  answered,
  codes,
  connect,
  list,
  member,
  saleLine,
  type TestCompany,
} from './support/company.js';

let folder: string;
let dataFile: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-data-'));
  dataFile = join(folder, 'quickbooks.data');
});

afterEach(() => rm(folder, { recursive: true }));

/** A simulator that keeps its state in the file, with an app connected to its one company. */
async function start(): Promise<TestCompany> {
  const simulator = await startSimulator({ dataFile, limits: { on: false }, companies: [{}] });
  return connect(simulator, simulator.control.companies()[0]?.realmId ?? '');
}

async function restarted(company: TestCompany): Promise<TestCompany> {
  await company.close();
  return start();
}

const body = (extra = {}) => ({
  CustomerRef: { value: '1' },
  Line: [saleLine('3', 10)],
  ...extra,
});

describe('after a restart', () => {
  it('objects are as they were, and ids and numbers go on', async () => {
    let company = await start();
    const first = answered(await company.post('invoice', body()), 'Invoice');
    company = await restarted(company);
    const id = String(first['Id']);
    expect(answered(await company.get(`invoice/${id}`), 'Invoice')).toEqual(first);
    const change = { Id: id, SyncToken: '0', sparse: true, PrivateNote: 'later' };
    const changed = answered(await company.post('invoice', change), 'Invoice');
    const second = answered(await company.post('invoice', body()), 'Invoice');
    expect(Number(second['Id'])).toBe(Number(id) + 1);
    expect(Number(second['DocNumber'])).toBe(Number(first['DocNumber']) + 1);
    company = await restarted(company);
    expect(answered(await company.get(`invoice/${id}`), 'Invoice')).toEqual(changed);
    const rows = list(await company.query('select * from Invoice'), 'Invoice');
    expect(rows.map(({ Id }) => Id)).toEqual([second['Id'], id]);
    await company.close();
  });

  it('what was deleted is still known as deleted', async () => {
    let company = await start();
    const kept = answered(await company.post('invoice', body()), 'Invoice');
    const gone = answered(await company.post('invoice', body()), 'Invoice');
    company = await restarted(company);
    const { Id } = gone;
    await company.post('invoice?operation=delete', { Id, SyncToken: '0' });
    company = await restarted(company);
    expect((await company.get(`invoice/${String(Id)}`)).text).toContain('Another user has deleted');
    const rows = list(await company.query('select * from Invoice'), 'Invoice');
    expect(rows.map((row) => row['Id'])).toEqual([kept['Id']]);
    await company.close();
  });

  it('a name still follows its customer, renamed before the restart or after it', async () => {
    let company = await start();
    const { Id } = answered(await company.post('invoice', body()), 'Invoice');
    const named = async (DisplayName: string) => {
      const { SyncToken } = answered(await company.get('customer/1'), 'Customer');
      await company.post('customer', { Id: '1', SyncToken, sparse: true, DisplayName });
      const { CustomerRef } = answered(await company.get(`invoice/${String(Id)}`), 'Invoice');
      return CustomerRef;
    };
    company = await restarted(company);
    expect(await named('Alder and Sons')).toMatchObject({ name: 'Alder and Sons' });
    company = await restarted(company);
    const read = answered(await company.get(`invoice/${String(Id)}`), 'Invoice');
    expect(member(read, 'CustomerRef')['name']).toBe('Alder and Sons');
    expect(await named('Alder and Daughters')).toMatchObject({ name: 'Alder and Daughters' });
    await company.close();
  });

  it('requestids are remembered, but not those that were forgotten', async () => {
    let company = await start();
    const post = async (requestid: string) =>
      answered(await company.post(`invoice?requestid=${requestid}`, body()), 'Invoice')['Id'];
    const [one, two] = [await post('r-1'), await post('r-2')];
    company = await restarted(company);
    expect([await post('r-1'), await post('r-2')]).toEqual([one, two]);
    company.simulator.control.forgetRequests({ requestid: 'r-2' });
    company = await restarted(company);
    expect(await post('r-1')).toBe(one);
    expect(await post('r-2')).not.toBe(two);
    await company.close();
  });

  it('tokens work, but not those of a connection that was ended', async () => {
    const company = await start();
    const other = connect(company.simulator, company.realmId, 'other-app');
    const call = async (base: TestCompany, token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      const url = `${base.simulator.url}/v3/company/${base.realmId}/customer/1`;
      return (await fetch(url, { headers })).status;
    };
    const second = await restarted(company);
    expect(await call(second, other.accessToken)).toBe(200);
    second.simulator.control.act(second.realmId, { do: 'disconnect' });
    const third = await restarted(second);
    expect(await call(third, other.accessToken)).toBe(401);
    expect(await call(third, third.accessToken)).toBe(200);
    await third.close();
  });

  it('a company that was removed stays away, also behind another one of its realmId', async () => {
    const company = await start();
    const { realmId, simulator } = company;
    const { control } = simulator;
    const other = control.createCompany().realmId;
    answered(await company.post('invoice?requestid=r-1', body()), 'Invoice');
    const second = await restarted(company);
    second.simulator.control.removeCompany(realmId);
    second.simulator.control.removeCompany(other);
    second.simulator.control.createCompany({ realmId, name: 'Anew' });
    const third = await restarted(second);
    expect(third.simulator.control.companies()).toMatchObject([
      { realmId, name: 'Anew', objects: { Invoice: 0 } },
    ]);
    const repeated = answered(await third.post('invoice?requestid=r-1', body()), 'Invoice');
    expect(list(await third.query('select * from Invoice'), 'Invoice')).toEqual([repeated]);
    await third.close();
  });

  it('a stopped clock stands where it stood', async () => {
    let company = await start();
    company.simulator.control.setClock({ now: '2027-03-01T09:00:00Z', stopped: true });
    company = await restarted(company);
    expect(company.simulator.control.clock()).toMatchObject({
      now: '2027-03-01T09:00:00.000Z',
      stopped: true,
    });
    company.simulator.control.setClock({ stopped: false });
    company = await restarted(company);
    expect(company.simulator.control.clock()).toMatchObject({ stopped: false });
    await company.close();
  });
});

describe('the file', () => {
  it('may end in half a line, as a crash leaves it', async () => {
    let company = await start();
    const first = answered(await company.post('invoice', body()), 'Invoice');
    await company.close();
    await appendFile(dataFile, '{"kind":"object","realmId":"46208163');
    company = await start();
    const second = answered(await company.post('invoice', body()), 'Invoice');
    company = await restarted(company);
    const rows = list(await company.query('select * from Invoice orderby Id'), 'Invoice');
    expect(rows.map(({ Id }) => Id)).toEqual([first['Id'], second['Id']]);
    await company.close();
  });

  it.each(['{"version":1}', '{"version":1}\n', 'nonsense', 'null\n'])(
    'is left alone when it begins with %j',
    async (text) => {
      await writeFile(dataFile, text);
      await expect(start()).rejects.toThrow(`The file ${dataFile} is no data file`);
      expect(await readFile(dataFile, 'utf8')).toBe(text);
    },
  );

  it.each(['{"kind":"obj', '{"kind":"company"}', 'null'])(
    'is refused by the number of a broken line: %s',
    async (line) => {
      await (await start()).close();
      const whole = await readFile(dataFile, 'utf8');
      const [header = '', ...rest] = whole.split('\n');
      await writeFile(dataFile, [header, line, ...rest].join('\n'));
      await expect(start()).rejects.toThrow(`Line 2 of the data file ${dataFile} is broken.`);
      await writeFile(dataFile, whole);
      await (await start()).close();
    },
  );

  it('is refused in one line where the path is a folder, or in none', async () => {
    const refusal = (path: string) =>
      startSimulator({ dataFile: path }).then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(await refusal(folder)).toEqual(
      new DataFileError(`The data file ${folder} is a folder.`),
    );
    const missing = join(folder, 'none', 'file.data');
    expect(await refusal(missing)).toEqual(
      new DataFileError(`The data file ${missing} is in a folder that does not exist.`),
    );
  });

  it('is written while calls go on, and anew when most of it is out of date', async () => {
    const quickbooks = new QuickBooks();
    const control = new SimulatorControl(quickbooks);
    const file = await DataFile.open(quickbooks, dataFile, 200_000);
    const { realmId } = control.createCompany();
    const sizes: number[] = [];
    let round = 0;
    await waitFor(
      async () => {
        round += 1;
        const Customer = Array.from({ length: 300 }, (_, index) => ({
          Id: String(1_000 + index),
          DisplayName: `Round ${round} ${index}`,
        }));
        control.load(realmId, { Customer });
        sizes.push((await stat(dataFile)).size);
        return sizes.some((size, index) => size < (sizes[index - 1] ?? 0)) || undefined;
      },
      { what: 'the file to become smaller' },
    );
    await file.close();
    const again = new QuickBooks();
    await (await DataFile.open(again, dataFile)).close();
    expect(new SimulatorControl(again).objects(realmId, 'Customer')).toEqual(
      control.objects(realmId, 'Customer'),
    );
    quickbooks.close();
    again.close();
  });
});

describe('two simulators', () => {
  it('cannot have one file, by whatever name; when the first stops, the second can', async () => {
    const company = await start();
    const other = join(folder, 'link.data');
    await symlink(dataFile, other);
    const inUse = `is in use by process ${process.pid}.`;
    await expect(start()).rejects.toThrow(`The data file ${dataFile} ${inUse}`);
    await expect(startSimulator({ dataFile: other })).rejects.toThrow(inUse);
    await (await restarted(company)).close();
    expect((await readdir(folder)).sort()).toEqual(['link.data', 'quickbooks.data']);
  });

  it('respect each other over processes, but nobody waits for one that was killed', async () => {
    const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await writeFile(`${dataFile}.lock`, `${holder.pid}\n`);
    await expect(start()).rejects.toThrow(`is in use by process ${holder.pid}.`);
    const ended = once(holder, 'exit');
    holder.kill('SIGKILL');
    await ended;
    await (await start()).close();
  });

  it.each([`${process.pid}\n`, ''])('are not kept out by a lock of %j', async (text) => {
    await writeFile(`${dataFile}.lock`, text);
    await (await start()).close();
  });

  it('a file is free again where the port was taken', async () => {
    const company = await start();
    const port = Number(new URL(company.simulator.url).port);
    const dataFile = join(folder, 'second.data');
    await expect(startSimulator({ dataFile, port })).rejects.toThrow('EADDRINUSE');
    await (await startSimulator({ dataFile })).close();
    await company.close();
  });
});

it('a call that was refused is refused again after a restart, as its requestid says', async () => {
  let company = await start();
  const bad = body({ Line: [] });
  expect(codes(await company.post('invoice?requestid=bad', bad))).toEqual(['2020']);
  company = await restarted(company);
  expect(codes(await company.post('invoice?requestid=bad', body()))).toEqual(['2020']);
  await company.close();
});

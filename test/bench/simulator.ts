import { type ChildProcess, fork } from 'node:child_process';
import { once as event } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { measure, once, type Target, type Wire, wire } from './simulator-client.js';
import { changedAt, FIRST_ID, load, type Size } from './simulator-load.js';
import type { ServerReady, ServerUse } from './simulator-server.js';

const CONNECTIONS = 8;
const FOR_MS = Number(process.env['BENCH_MS'] ?? 3_000);
const SIZES: readonly Size[] = [
  { customers: 100, invoices: 100 },
  { customers: 100_000, invoices: 1_000_000 },
];

/**
 * Requests a second of the simulator in a process of its own, over eight keep-alive connections
 * from this one, small and large. "per core" divides by the processor time that the simulator
 * itself used, so it holds whatever else the machine does; a query answers ten rows.
 */
export async function runSimulatorBenchmark(): Promise<void> {
  say(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`,
  );
  const only = Number(process.env['BENCH_SIZE'] ?? Number.NaN);
  for (const size of SIZES.filter((_, index) => Number.isNaN(only) || index === only)) {
    const server = await startServer();
    try {
      await measureAll(server, size);
    } finally {
      server.process.disconnect();
    }
  }
}

interface Server {
  process: ChildProcess;
  realmId: string;
  target: Target;
}

async function startServer(): Promise<Server> {
  const file = fileURLToPath(new URL('./run.mjs', import.meta.url));
  const flags = (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
  const execArgv = ['--max-old-space-size=16000', '--expose-gc', ...flags];
  const child = fork(file, ['simulator-server'], { execArgv });
  const [ready]: ServerReady[] = await event(child, 'message');
  if (ready === undefined) throw new Error('the simulator did not start');
  const { hostname, port } = new URL(ready.url);
  const base = `/v3/company/${ready.realmId}`;
  const target = { host: hostname, port: Number(port), base, accessToken: ready.accessToken };
  return { process: child, realmId: ready.realmId, target };
}

async function askUse({ process: child }: Server, tidy = false): Promise<ServerUse> {
  child.send(tidy ? 'tidy' : 'use');
  const [use]: ServerUse[] = await event(child, 'message');
  if (use === undefined) throw new Error('the simulator said nothing');
  return use;
}

async function measureAll(server: Server, size: Size): Promise<void> {
  const { target } = server;
  const empty = await askUse(server, true);
  const seconds = await load(target, server.realmId, size);
  const full = await askUse(server, true);
  const objects = size.customers + size.invoices;
  const loadedMb = full.heapMb - empty.heapMb;
  say(
    `\n${size.customers} customers, ${size.invoices} invoices: loaded in ${seconds.toFixed(1)} s ` +
      `(${((full.cpuMs - empty.cpuMs) / 1_000).toFixed(1)} s of processor time), ` +
      `resident ${full.residentMb} MB, heap ${loadedMb} MB, ` +
      `${Math.round((loadedMb * 1_048_576) / objects)} bytes an object`,
  );
  const table = new Table({
    head: ['call', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs', 'per core/s'],
    style: { head: [], border: [] },
  });
  const asked = process.env['BENCH_CALLS'];
  for (const [name, next] of Object.entries({ ...reads(target, size), ...writes(target, size) })) {
    if (asked !== undefined && !asked.split(',').some((word) => name.includes(word))) continue;
    const first = performance.now();
    await once(target, next());
    const firstMs = performance.now() - first;
    if (firstMs > 200) say(`${name}: the first one took ${Math.round(firstMs)} ms`);
    const before = await askUse(server);
    const sample = await measure(target, next, { connections: CONNECTIONS, forMs: FOR_MS });
    const after = await askUse(server);
    const cpuMs = (after.cpuMs - before.cpuMs) / sample.requests;
    table.push([
      name,
      Math.round(sample.requests / sample.seconds),
      sample.p50Ms.toFixed(2),
      sample.p99Ms.toFixed(2),
      Math.round(cpuMs * 1_000),
      Math.round(1_000 / cpuMs),
    ]);
  }
  say(table.toString());
  say(`resident ${(await askUse(server)).residentMb} MB at the end`);
}

const pick = (below: number) => Math.floor(Math.random() * below);

/** Endless requests of each kind, over ids and names picked from the whole company. */
function reads(target: Target, { customers, invoices }: Size): Record<string, () => Wire> {
  const query = (statement: () => string) => () =>
    wire(target, `/query?minorversion=75&query=${encodeURIComponent(statement())}`);
  const customerRef = () => ({ value: String(FIRST_ID + pick(customers)) });
  const rows = 'MAXRESULTS 10';
  const range = () => {
    const from = pick(invoices);
    return (
      `MetaData.LastUpdatedTime >= '${changedAt(from)}' ` +
      `AND MetaData.LastUpdatedTime <= '${changedAt(from + 4_000)}'`
    );
  };
  return {
    'read invoice': () => wire(target, `/invoice/${FIRST_ID + pick(invoices)}`),
    'by Id': query(() => `SELECT * FROM Invoice WHERE Id = '${FIRST_ID + pick(invoices)}'`),
    'by DisplayName': query(
      () => `SELECT * FROM Customer WHERE DisplayName = 'Customer ${pick(customers)}'`,
    ),
    "DisplayName LIKE 'x%'": query(
      () => `SELECT * FROM Customer WHERE DisplayName LIKE 'customer ${pick(customers)}%' ${rows}`,
    ),
    'by DocNumber': query(() => `SELECT * FROM Invoice WHERE DocNumber = 'L-${pick(invoices)}'`),
    'DocNumber IN (10)': query(() => {
      const numbers = Array.from({ length: 10 }, () => `'L-${pick(invoices)}'`);
      return `SELECT * FROM Invoice WHERE DocNumber IN (${numbers.join(', ')})`;
    }),
    'CustomerRef and Balance': query(
      () =>
        `SELECT * FROM Invoice WHERE CustomerRef = '${customerRef().value}' AND Balance > '0' ${rows}`,
    ),
    'changed in a range, ORDERBY': query(
      () => `SELECT * FROM Invoice WHERE ${range()} ORDERBY MetaData.LastUpdatedTime ${rows}`,
    ),
    'TxnDate range, newest first': query(
      () =>
        `SELECT * FROM Invoice WHERE TxnDate >= '2012-02-01' AND TxnDate < '2013-02-01' ${rows}`,
    ),
    'deep page, ORDERBY Id': query(
      () => `SELECT * FROM Invoice ORDERBY Id STARTPOSITION ${pick(invoices) + 1} ${rows}`,
    ),
    'deep page, ORDERBY time, Id': query(
      () =>
        'SELECT * FROM Invoice ORDERBY MetaData.LastUpdatedTime, Id ' +
        `STARTPOSITION ${pick(invoices) + 1} ${rows}`,
    ),
    'COUNT(*)': query(() => 'SELECT COUNT(*) FROM Invoice'),
    'COUNT(*) by CustomerRef': query(
      () => `SELECT COUNT(*) FROM Invoice WHERE CustomerRef = '${customerRef().value}'`,
    ),
    'Balance > 0': query(() => `SELECT * FROM Invoice WHERE Balance > '${pick(400)}' ${rows}`),
    "DisplayName LIKE '%x%'": query(
      () => `SELECT * FROM Customer WHERE DisplayName LIKE '%r ${pick(customers)}%' ${rows}`,
    ),
  };
}

/** Endless writes, for customers picked from the whole company. */
function writes(target: Target, { customers }: Size): Record<string, () => Wire> {
  const customerRef = () => ({ value: String(FIRST_ID + pick(customers)) });
  const newInvoice = () => ({
    CustomerRef: customerRef(),
    Line: [
      {
        Amount: 100,
        DetailType: 'SalesItemLineDetail',
        SalesItemLineDetail: { ItemRef: { value: '3' }, Qty: 1, UnitPrice: 100 },
      },
    ],
  });
  let made = 0;
  const unique = () => {
    made += 1;
    return `${process.pid}-${made}`;
  };
  const write = (path: string, body: () => unknown) => () =>
    wire(target, `/${path}?minorversion=75&requestid=${unique()}`, body());
  return {
    'create customer': write('customer', () => ({ DisplayName: `New ${unique()}` })),
    'create invoice': write('invoice', newInvoice),
    'batch of 30 creates': write('batch', () => ({
      BatchItemRequest: Array.from({ length: 30 }, (_, index) => ({
        bId: String(index),
        operation: 'create',
        Invoice: newInvoice(),
      })),
    })),
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

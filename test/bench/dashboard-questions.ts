import type { Asked, DashboardPlace } from './dashboard-place.js';

/** One thing a page of the dashboard, or an app beside it, asks. */
export interface Question {
  name: string;
  /** Another one each round where it has to be: nobody looks for the same name a hundred times. */
  ask(place: DashboardPlace, round: number): Asked;
}

const PAGE = 50;
type Given = Record<string, string>;
const query = (given: Given) => new URLSearchParams({ ...given, limit: String(PAGE) }).toString();

const documents = (name: string, given: Given | ((round: number) => Given)): Question => ({
  name: `documents, ${name}`,
  ask: (_, round) => ({
    path: `/ops/documents?${query(typeof given === 'function' ? given(round) : given)}`,
  }),
});
/** Filters as people type them. */
const filtered = (filter: string, after?: number): Question =>
  documents(`${filter}${after === undefined ? '' : ', far down'}`, {
    filter,
    ...(after === undefined ? {} : { after: String(after) }),
  });
const ops = (name: string, path: string): Question => ({ name, ask: () => ({ path }) });
const all = (filter: string): Question => ({
  name: `all that match, ${filter}`,
  ask: () => ({ path: '/ops/bulk-actions', body: { filter, action: 'retry', dryRun: true } }),
});
const DEEP = 3_000;

const DOCUMENTS: readonly Question[] = [
  documents('first page', {}),
  documents('far down', { after: String(DEEP) }),
  documents('failed', { status: 'failed' }),
  documents('voided', { status: 'voided' }),
  documents('failed bills', { status: 'failed', kind: 'bill' }),
  documents('a kind nothing has', { kind: 'purchase_order' }),
  documents('by a name', (round) => ({ q: `Customer ${(round * 37) % 5_003}` })),
  documents('by a number', (round) => ({ q: `INV-${1_000 + round * 997}` })),
  documents('by what is everywhere', { q: 'inv' }),
  documents('by what is nowhere', { q: 'no such thing' }),
  documents('by two letters', { q: 'cu' }),
  documents('failed, by a name', (round) => ({ status: 'failed', q: `customer ${round * 41}` })),
  filtered('connection:tenant-0'),
  filtered('connection:"Acme Tools 1"'),
  filtered('connection:tenant-0 status:failed'),
  filtered('connection:tenant-7 connection:tenant-8 status:failed,waiting'),
  filtered('status:failed,waiting'),
  filtered('reason:customer_missing'),
  filtered('reason:customer_missing', DEEP),
  filtered('reason:period_closed,duplicate_number kind:invoice'),
  filtered('status:failed amount:>8000'),
  filtered('status:failed amount:99.99'),
  filtered('amount:>1000000'),
  filtered('age:>59d'),
  filtered('age:<1h'),
  filtered('status:failed age:<7d'),
  filtered('status:failed age:>50d'),
  filtered('status:queued age:>30d', DEEP * 100),
  filtered('cause:7'),
  filtered('cause:7 amount:>5000'),
  filtered(
    'connection:tenant-0 status:failed reason:customer_missing kind:invoice amount:>1000 age:<7d',
  ),
  filtered('connection:tenant-9 kind:bill age:>20d amount:>100'),
  filtered('status:failed amount:>1000 customer'),
  filtered('connection:tenant-3 "customer 77"'),
  filtered('kind:bill age:<2d customer 12'),
];

const REST: readonly Question[] = [
  {
    name: 'one document',
    ask: (_, round) => ({ path: `/ops/documents/${1_000 + round * 997}` }),
  },
  ops('causes', `/ops/causes?${query({})}`),
  ops('causes, further down', `/ops/causes?${query({ after: '300-1' })}`),
  ops('causes, by a name', `/ops/causes?${query({ q: 'customer 42' })}`),
  ops('causes, by a connection', `/ops/causes?${query({ q: 'acme tools 1' })}`),
  ops('causes of a reason', `/ops/causes?${query({ reason: 'period_closed' })}`),
  {
    name: 'causes of the busy connection',
    ask: ({ connections: { busy } }) => ({ path: `/ops/causes?${query({ connection: busy })}` }),
  },
  {
    name: 'causes of a quiet connection',
    ask: ({ connections: { quiet } }) => ({ path: `/ops/causes?${query({ connection: quiet })}` }),
  },
  ops('one cause', '/ops/causes/7'),
  ops('connections', `/ops/connections?${query({})}`),
  ops('connections, by a name', `/ops/connections?${query({ q: 'acme' })}`),
  ops('connections, connected', `/ops/connections?${query({ status: 'connected' })}`),
  {
    name: 'the busy connection',
    ask: ({ connections: { busy } }) => ({ path: `/ops/connections/${busy}` }),
  },
  {
    name: "the busy connection's customers",
    ask: ({ connections: { busy } }) => ({
      path: `/ops/connections/${busy}/records/customer?${query({ q: 'customer 42' })}`,
    }),
  },
  ops('runs', `/ops/runs?${query({})}`),
  ops('runs, failed', `/ops/runs?${query({ status: 'failed' })}`),
  ops(
    'runs, failed of a job that none failed of lately',
    `/ops/runs?${query({ status: 'failed', job: 'import_invoices' })}`,
  ),
  {
    name: 'runs of a quiet connection',
    ask: ({ connections: { quiet } }) => ({ path: `/ops/runs?${query({ connection: quiet })}` }),
  },
  ops('figures (live)', '/ops/figures'),
  {
    name: 'figures as a stream, the first',
    ask: () => ({ path: '/ops/live', firstByteOnly: true }),
  },
  ops('audit', `/ops/audit?${query({})}`),
  ops('audit, of a person', `/ops/audit?${query({ actor: 'person7@example.com' })}`),
  ops('audit, of an old subject', `/ops/audit?${query({ action: 'user.' })}`),
  {
    name: 'audit, of a connection and person',
    ask: ({ connections: { busy } }) => ({
      path: `/ops/audit?${query({ connection: busy, actor: 'person7@example.com' })}`,
    }),
  },
  ops('bulk actions', `/ops/bulk-actions?${query({})}`),
  all('status:failed'),
  all('reason:customer_missing'),
  all(
    'connection:tenant-0 status:failed reason:customer_missing kind:invoice amount:>1000 age:<7d',
  ),
  all('cause:7'),
  all('status:failed customer 42'),
  { name: 'CSV, its first rows', ask: () => ({ path: '/ops/documents.csv', firstByteOnly: true }) },
  {
    name: 'CSV of few, its first rows',
    ask: () => ({
      path: '/ops/documents.csv?filter=status%3Afailed+amount%3A%3E8990',
      firstByteOnly: true,
    }),
  },
];

const OF_APPS: readonly Question[] = [
  { name: 'feed, its beginning', ask: () => ({ path: '/v1/events?limit=500', by: 'app' }) },
  {
    name: 'feed, of a quiet connection',
    ask: ({ connections: { quiet } }) => ({
      path: `/v1/events?limit=500&connection=${quiet}`,
      by: 'app',
    }),
  },
  {
    name: "app's documents, failed with a reason",
    ask: ({ connections: { busy } }) => ({
      path: `/v1/connections/${busy}/documents?status=failed&reason=customer_missing`,
      by: 'app',
    }),
  },
  { name: "app's causes", ask: () => ({ path: '/v1/causes?limit=50', by: 'app' }) },
  { name: "app's connections, all", ask: () => ({ path: '/v1/connections', by: 'app' }) },
];

export const QUESTIONS: readonly Question[] = [...DOCUMENTS, ...REST, ...OF_APPS];

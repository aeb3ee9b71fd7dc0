import { z } from 'zod';
import { keysOf } from './config/encryption-keys.js';
import { rulesAcross } from './config/rules-across.js';
import { SINGLE_SIGN_ON_SHAPE, singleSignOnOf } from './config/single-sign-on.js';
import {
  type Environment,
  filled,
  listOf,
  readEnvFile,
  settingOf,
  unknownNames,
} from './config/sources.js';
import { readTestFault, TEST_FAULT_FORM, type TestFault } from './config/test-fault.js';
import { type Waits, waitsAtScale } from './config/waits.js';
import type { SingleSignOnConfig } from './http/auth/single-sign-on.js';
import type { Reauthentication } from './http/parts.js';
import { DEFAULT_RETENTION, type RetentionDays } from './ledger/housekeeping/retention.js';

/** Everything a process is told from outside, read once, checked whole, then only handed down. */
export interface Config {
  databaseUrl: string;
  queueUrl: string;
  /** Schema of the queue on Postgres, prefix of its keys on Redis. */
  queueSchema: string;
  host: string;
  port: number;
  workerPort: number;
  publicUrl: string;
  encryptionKeys: { id: string; key: Buffer }[];
  intuit: {
    environment: 'sandbox' | 'production' | 'simulator';
    clientId: string;
    clientSecret: string;
    verifierTokens: string[];
    baseUrl: string | undefined;
    /** Where people open what is in QuickBooks, without a slash at the end. */
    pagesUrl: string;
  };
  /** Identity provider by which people log in; undefined: by password alone. */
  singleSignOn: SingleSignOnConfig | undefined;
  /** When people are asked again who they are. */
  reauthenticate: Reauthentication;
  /** Who sends it may read `/metrics`; undefined: nobody may. */
  metricsToken: string | undefined;
  logLevel: string;
  trustedProxies: string[];
  concurrency: { push: number; pull: number };
  deliverConcurrency: number;
  /** Events may go to plain http and into private networks. */
  deliverToPrivate: boolean;
  poolSize: number;
  /** Our share of a company's calls, in percent: other apps of the company use the same 500. */
  laneSharePercent: number;
  /** Metered reads an app may take in a calendar month, unless it has a budget of its own; null: any number. */
  readsPerMonth: number | null;
  /** Pushes of one list of names that may be open at once per company. */
  namePushesAtOnce: number;
  /** How long what is over is kept. */
  retention: RetentionDays;
  /** Where business time comes from in tests; undefined: this machine. */
  testClockUrl: string | undefined;
  /** Bounds of a lane are lifted, for measuring against a simulator without limits. */
  testLaneUnlimited: boolean;
  /** Windows of a lane and the wait for it are this many times shorter, like the simulator's. Default 1. */
  testLaneScale: number;
  /** Nothing begins by the clock. */
  testSchedulesOff: boolean;
  /** What a test does to this process, and when; undefined: nothing. */
  testFault: TestFault | undefined;
  waits: Waits;
}

/** Something wrong with one setting. */
export interface ConfigProblem {
  name: string;
  rule: string;
}

/** All problems at once; the message lists them without values. */
export class InvalidConfig extends Error {
  override name = 'InvalidConfig';
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(problems.map(({ name, rule }) => `${name}: ${rule}`).join('\n'));
  }
}

const port = z.coerce.number().int().min(0).max(65_535);
const share = z.coerce.number().int().min(1).max(100);
const count = z.coerce.number().int().min(1).max(1_000);
const days = z.coerce.number().int().min(1).max(36_500);
const url = (protocols: RegExp, says: string) => z.string().regex(protocols, { error: says });

const SHAPE = {
  DATABASE_URL: url(/^postgres(ql)?:\/\//, 'must be a postgres:// address'),
  QUEUE_URL: url(
    /^(rediss?|postgres(ql)?):\/\//,
    'must be a redis:// or postgres:// address',
  ).optional(),
  QUEUE_SCHEMA: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,40}$/)
    .default('bullmq'),
  HOST: z.string().default('0.0.0.0'),
  PORT: port.default(3000),
  WORKER_PORT: port.default(3001),
  PUBLIC_URL: url(/^https?:\/\/[^/]+\/?$/, 'must be http(s)://host without a path').default(
    'http://127.0.0.1:3000',
  ),
  ENCRYPTION_KEYS: z.string(),
  INTUIT_CLIENT_ID: z.string(),
  INTUIT_CLIENT_SECRET: z.string(),
  INTUIT_VERIFIER_TOKENS: z.string().default(''),
  INTUIT_ENVIRONMENT: z.enum(['sandbox', 'production', 'simulator']),
  INTUIT_BASE_URL: url(/^https?:\/\//, 'must be an http(s):// address').optional(),
  INTUIT_PAGES_URL: url(/^https?:\/\//, 'must be an http(s):// address').optional(),
  ...SINGLE_SIGN_ON_SHAPE,
  REAUTHENTICATE_AFTER_MINUTES: z.coerce.number().int().min(1).max(720).default(15),
  REAUTHENTICATE_BEYOND_DOCUMENTS: z.coerce.number().int().min(0).max(1_000_000).default(100),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, { error: 'must be 16 or more visible ASCII characters' })
    .optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  TRUSTED_PROXIES: z.string().default(''),
  PUSH_CONCURRENCY: count.default(50),
  PULL_CONCURRENCY: count.default(10),
  DELIVER_CONCURRENCY: count.default(20),
  DELIVER_TO_PRIVATE: z.stringbool({ truthy: ['true'], falsy: ['false'] }).default(false),
  // Sweep and retention hold one each, and what they do takes another one.
  DATABASE_POOL_SIZE: count.min(4).default(20),
  LANE_SHARE_PERCENT: share.default(90),
  READS_PER_MONTH: z.coerce.number().int().min(1).max(1_000_000_000).optional(),
  NAME_PUSHES_AT_ONCE: z.coerce.number().int().min(1).max(10).default(1),
  RETAIN_BODIES_DAYS: days.default(DEFAULT_RETENTION.bodies),
  RETAIN_HISTORY_DAYS: days.default(DEFAULT_RETENTION.history),
  RETAIN_EVENTS_DAYS: days.default(DEFAULT_RETENTION.events),
  POSTGRES_PASSWORD: z.string().optional(),
  QBO_SYNC_TEST_CLOCK: url(/^https?:\/\//, 'must be an http(s):// address').optional(),
  QBO_SYNC_TEST_WAITS: z.coerce.number().min(0.001).max(1).optional(),
  QBO_SYNC_TEST_DATABASE_WAITS: z.coerce.number().min(0.01).max(10).optional(),
  QBO_SYNC_TEST_LANE: z
    .union([z.literal('unlimited'), z.coerce.number().min(1).max(100)])
    .optional(),
  QBO_SYNC_TEST_SCHEDULES: z.literal('off').optional(),
  QBO_SYNC_TEST_FAULT: z
    .string()
    .refine((text) => readTestFault(text) !== undefined, { error: TEST_FAULT_FORM })
    .optional(),
} as const;

export const SETTING_NAMES = Object.keys(SHAPE) as (keyof typeof SHAPE)[];

/**
 * Reads the settings from `.env` (where there is one) and the environment, which wins. `NAME_FILE`
 * names a file that holds the value. An empty value counts as not set.
 *
 * @throws InvalidConfig with every problem at once.
 */
export function readConfig(environment?: Environment, envFile?: string): Config {
  const { config, problems } = inspectConfig(environment, envFile);
  if (config === undefined) throw new InvalidConfig(problems);
  return config;
}

/** The configuration with everything that is wrong with it. */
export interface Inspection {
  /** Undefined where there are problems. */
  config: Config | undefined;
  problems: ConfigProblem[];
  /** Settings that are right by themselves, defaults included. */
  valid: Partial<Settings>;
  /** Names of settings that somebody gave. */
  given: ReadonlySet<string>;
}

/** Reads the settings like `readConfig`, for a command that looks at as much as it can. */
export function inspectConfig(
  environment: Environment = process.env,
  envFile = '.env',
): Inspection {
  const fromFile = readEnvFile(envFile);
  const problems = unknownNames(SETTING_NAMES, fromFile, environment);
  const sources = { ...fromFile, ...filled(environment) };
  const given: Record<string, string> = {};
  const valid: Record<string, unknown> = {};
  for (const name of SETTING_NAMES) {
    const value = settingOf(name, sources, problems);
    if (value !== undefined) given[name] = value;
    const parsed = SHAPE[name].safeParse(value);
    if (parsed.success) valid[name] = parsed.data;
    else if (value === undefined) problems.push({ name, rule: 'is required' });
    else problems.push({ name, rule: parsed.error.issues[0]?.message ?? 'is not valid' });
  }
  const settings: Partial<Settings> = valid;
  if (settings.ENCRYPTION_KEYS !== undefined) keysOf(settings.ENCRYPTION_KEYS, problems);
  problems.push(...rulesAcross(settings, given));
  // Every name is there where none had a problem.
  const config = problems.length > 0 ? undefined : Object.freeze(configOf(settings as Settings));
  return { config, problems, valid: settings, given: new Set(Object.keys(given)) };
}

/** Database and queue named by the environment alone; for the demo, which brings its own otherwise. */
export function givenStores(environment: Environment = process.env): {
  databaseUrl: string | undefined;
  queueUrl: string | undefined;
} {
  const { DATABASE_URL, QUEUE_URL } = filled(environment);
  return { databaseUrl: DATABASE_URL, queueUrl: QUEUE_URL };
}

export type Settings = z.output<z.ZodObject<typeof SHAPE>>;

function configOf(settings: Settings): Config {
  return {
    databaseUrl: settings.DATABASE_URL,
    queueUrl: settings.QUEUE_URL ?? settings.DATABASE_URL,
    queueSchema: settings.QUEUE_SCHEMA,
    host: settings.HOST,
    port: settings.PORT,
    workerPort: settings.WORKER_PORT,
    publicUrl: settings.PUBLIC_URL.replace(/\/$/, ''),
    encryptionKeys: keysOf(settings.ENCRYPTION_KEYS, []),
    intuit: {
      environment: settings.INTUIT_ENVIRONMENT,
      clientId: settings.INTUIT_CLIENT_ID,
      clientSecret: settings.INTUIT_CLIENT_SECRET,
      verifierTokens: listOf(settings.INTUIT_VERIFIER_TOKENS),
      baseUrl: settings.INTUIT_BASE_URL,
      pagesUrl: pagesUrlOf(settings),
    },
    singleSignOn: singleSignOnOf(settings),
    reauthenticate: {
      afterMs: settings.REAUTHENTICATE_AFTER_MINUTES * 60_000,
      beyondDocuments: settings.REAUTHENTICATE_BEYOND_DOCUMENTS,
    },
    metricsToken: settings.METRICS_TOKEN,
    logLevel: settings.LOG_LEVEL,
    trustedProxies: listOf(settings.TRUSTED_PROXIES),
    concurrency: { push: settings.PUSH_CONCURRENCY, pull: settings.PULL_CONCURRENCY },
    deliverConcurrency: settings.DELIVER_CONCURRENCY,
    deliverToPrivate: settings.DELIVER_TO_PRIVATE,
    poolSize: settings.DATABASE_POOL_SIZE,
    laneSharePercent: settings.LANE_SHARE_PERCENT,
    readsPerMonth: settings.READS_PER_MONTH ?? null,
    namePushesAtOnce: settings.NAME_PUSHES_AT_ONCE,
    retention: {
      bodies: settings.RETAIN_BODIES_DAYS,
      history: settings.RETAIN_HISTORY_DAYS,
      events: settings.RETAIN_EVENTS_DAYS,
    },
    testClockUrl: settings.QBO_SYNC_TEST_CLOCK,
    testLaneUnlimited: settings.QBO_SYNC_TEST_LANE === 'unlimited',
    testLaneScale: laneScaleOf(settings),
    testSchedulesOff: settings.QBO_SYNC_TEST_SCHEDULES === 'off',
    testFault: readTestFault(settings.QBO_SYNC_TEST_FAULT),
    waits: waitsAtScale(
      settings.QBO_SYNC_TEST_WAITS ?? 1,
      laneScaleOf(settings),
      settings.QBO_SYNC_TEST_DATABASE_WAITS ?? 1,
    ),
  };
}

/** The simulator has pages of its own; Intuit publishes none of these addresses, so they can be set. */
function pagesUrlOf(settings: Settings): string {
  const { INTUIT_ENVIRONMENT: environment, INTUIT_PAGES_URL: given } = settings;
  const usual = {
    production: 'https://qbo.intuit.com',
    sandbox: 'https://sandbox.qbo.intuit.com',
    simulator: settings.INTUIT_BASE_URL ?? '',
  }[environment];
  return (given ?? usual).replace(/\/$/, '');
}

function laneScaleOf({ QBO_SYNC_TEST_LANE: lane = 1 }: Settings): number {
  return lane === 'unlimited' ? 1 : lane;
}

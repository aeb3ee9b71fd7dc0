import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { SETTING_NAMES } from '../src/config.js';
import { defaultSettings, PROFILE_NAMES } from '../src/contract/profiles.js';
import {
  REASON_NAMES,
  type ReasonName,
  type ReasonParams,
  reason,
  sentenceOf,
} from '../src/contract/reasons.js';
import { settings } from '../src/contract/settings.js';
import { LOG_LEVELS } from '../src/log.js';
import { FAILURE_POLICY, type PolicyClass } from '../src/push/failure-policy.js';
import { filesBelow, ROOT } from './support/sources.js';

// The pages say what the code says: tables and sentences of docs/ are made from the code here and
// looked for there. A line that is missing is printed whole, ready to be put into the page.

const pageOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const missingFrom = (page: string, lines: readonly string[]) =>
  lines.filter((line) => !page.includes(line));

/** Parameters of each reason as they may come; what people read is rendered with them. */
const SAMPLES: { [Name in ReasonName]: ReasonParams<Name> } = {
  not_released: { status: 'draft' },
  waits_for_click: {},
  before_cut_off: { created: '2026-03-01', connected: '2026-04-15' },
  not_finalized: {},
  locked: {},
  setup_incomplete: { missing: ['income account "Sales"'] },
  kind_off: { kind: 'invoice' },
  held: { until: '2026-12-01' },
  customer_missing: { name: 'Acme' },
  vendor_missing: { name: 'Acme' },
  item_missing: { name: 'Consulting' },
  record_inactive: { type: 'customer', name: 'Acme' },
  vendor_right_missing: { actor: 'Dana' },
  reference_conflict: { a: 'record 58', b: '"Acme"' },
  total_mismatch: { source: '120.00', lines: '118.00' },
  amount_differs: { source: '120.00', quickbooks: '119.99' },
  tax_differs: { source: '20.00', quickbooks: '19.99' },
  duplicate_number: { number: 'INV-7', id: '145' },
  duplicate_name: { name: 'Acme', type: 'supplier' },
  period_closed: { closedThrough: '2026-10-31', date: '2026-10-12' },
  plan_lacks: { feature: 'classes' },
  invalid_field: { field: 'customer.name', rule: 'must not contain a colon' },
  stale_conflict: { fields: ['total'] },
  payment_applied: {},
  deposited: {},
  blocked_by: { kind: 'customer', externalId: 'Acme' },
  rate_limited: {},
  reconnect_needed: {},
  company_suspended: {},
  other_company: {},
  quickbooks_unavailable: {},
  outcome_unknown: {},
  crashed: {},
  already_exported: { number: 'INV-7', date: '2026-11-20' },
  refused_by_quickbooks: { code: '2020', text: 'Required parameter Line is missing' },
};

function sentence<Name extends ReasonName>(name: Name): string {
  return sentenceOf(reason(name, SAMPLES[name]), {
    kind: 'invoice',
    number: 'INV-7',
    currency: 'USD',
    documentWord: 'invoice',
    refreshLabel: 'Refresh',
  });
}

/** Keys of the settings, groups as `group.key`, with what each means and its default per profile. */
function settingRows(): string[] {
  const defaults = PROFILE_NAMES.map((name) => defaultSettings(name) as Record<string, unknown>);
  const rowsOf = (shape: Record<string, z.ZodType>, values: unknown[], prefix: string): string[] =>
    Object.entries(shape).flatMap(([key, schema]) => {
      const own = values.map((value) => (value as Record<string, unknown>)[key]);
      if (schema instanceof z.ZodObject) return rowsOf(schema.shape, own, `${prefix}${key}.`);
      const shown = own.map((value) =>
        value === undefined ? 'none' : `\`${JSON.stringify(value)}\``,
      );
      return [`| \`${prefix}${key}\` | ${schema.description ?? ''} | ${shown.join(' | ')} |`];
    });
  return rowsOf(settings.shape, defaults, '');
}

describe('the documentation', () => {
  it('has a section for every reason, with the sentence people read, and for no other', () => {
    const page = pageOf('docs/errors.md');
    const sections = [...page.matchAll(/^### `(\w+)`$/gm)].map(([, name]) => name);
    expect(sections.sort()).toEqual([...REASON_NAMES].sort());
    expect(
      missingFrom(
        page,
        REASON_NAMES.map((name) => `> ${sentence(name)}`),
      ),
    ).toEqual([]);
  });

  it('tells the failure policy as it is', () => {
    const rows = (Object.keys(FAILURE_POLICY) as PolicyClass[]).map((failure) => {
      const { actor, next, attempts, because } = FAILURE_POLICY[failure];
      const steps = attempts === undefined ? next : `${next}; failure ${attempts} in a row ends it`;
      return `| \`${failure}\` | ${actor} | ${steps} | ${because} |`;
    });
    expect(missingFrom(pageOf('docs/errors.md'), rows)).toEqual([]);
  });

  it('tells every setting of a connection with its defaults', () => {
    const page = pageOf('docs/settings.md');
    expect(page).toContain(`| ${PROFILE_NAMES.map((name) => `\`${name}\``).join(' | ')} |`);
    expect(missingFrom(page, settingRows())).toEqual([]);
  });

  it('tells every setting of a process', () => {
    const rows = SETTING_NAMES.map((name) => `| \`${name}\` |`);
    expect(missingFrom(pageOf('docs/settings.md'), rows)).toEqual([]);
  });

  it('tells every log event with its level', () => {
    const rows = Object.entries(LOG_LEVELS).map(([name, level]) => `| \`${name}\` | ${level} |`);
    expect(missingFrom(pageOf('docs/operating.md'), rows)).toEqual([]);
  });

  it('has links that lead somewhere', () => {
    const pages = ['README.md', ...filesBelow('docs', /\.md$/)];
    const broken = pages.flatMap((path) =>
      [...pageOf(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(join(ROOT, dirname(path), target)))
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('names only files and tests that are there', () => {
    const pages = ['README.md', ...filesBelow('docs', /\.md$/)];
    const broken = pages.flatMap((path) =>
      [...pageOf(path).matchAll(/`((?:src|test|jobs|drizzle|docs)\/[\w./-]+)`/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(join(ROOT, target)))
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});

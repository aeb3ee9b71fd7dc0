import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SETTING_NAMES } from '../src/config.js';
import { REASON_NAMES } from '../src/contract/reasons.js';
import { LOG_LEVELS } from '../src/log.js';
import { FAILURE_POLICY, type PolicyClass } from '../src/push/failure-policy.js';
import { actorTable, errorsPage, sentence, settingTable } from './support/doc-pages.js';
import { filesBelow, ROOT } from './support/sources.js';

// The pages say what the code says: tables and sentences of docs/ are made from the code here and
// looked for there. A line that is missing is printed whole, ready to be put into the page.

const pageOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const missingFrom = (page: string, lines: readonly string[]) =>
  lines.filter((line) => !page.includes(line));

describe('the documentation', () => {
  it('has a section for every reason, with the sentence people read, and for no other', () => {
    const page = pageOf('docs/errors.md');
    const sections = [...page.matchAll(/^### `(\w+)`$/gm)].map(([, name]) => name);
    expect(sections.sort()).toEqual([...REASON_NAMES].sort());
    expect(errorsPage(page)).toBe(page);
    expect(page).toContain(actorTable());
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
    expect(pageOf('docs/settings.md')).toContain(settingTable());
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

  it('names every job in the README', () => {
    const jobs = filesBelow('jobs', /\.ts$/).filter((path) => path !== 'jobs/index.ts');
    expect(jobs.length).toBeGreaterThan(0);
    expect(
      missingFrom(
        pageOf('README.md'),
        jobs.map((path) => `\`${path}\``),
      ),
    ).toEqual([]);
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

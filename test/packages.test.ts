import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from './support/sources.js';

// What is installed with the product: exact versions, no install script nobody looked at, and
// licences that allow it to be passed on.

interface PackageJson {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
  license?: string;
}

interface LockedPackage {
  version: string;
  dev?: boolean;
  license?: string;
  hasInstallScript?: boolean;
}

/** Licences that ask for no more than their own text (SPDX). */
const LICENCES: ReadonlySet<string> = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'Unlicense',
  '0BSD',
  '(MIT OR Apache-2.0)',
]);

const json = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
const nameOf = (place: string) => place.slice(place.lastIndexOf('node_modules/') + 13);

describe('the packages', () => {
  const own = json('package.json') as PackageJson;
  const locked = Object.entries(
    (json('package-lock.json') as { packages: Record<string, LockedPackage> }).packages,
  ).filter(([place]) => place !== '');

  it('are named in exact versions', () => {
    const loose = Object.entries({ ...own.dependencies, ...own.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('run no install script that allowScripts does not name, and it names no other', () => {
    const scripted = new Set(
      locked.filter(([, found]) => found.hasInstallScript === true).map(([place]) => nameOf(place)),
    );
    expect([...scripted].filter((name) => !(name in own.allowScripts))).toEqual([]);
    const allowed = Object.keys(own.allowScripts).filter((name) => own.allowScripts[name]);
    expect(allowed.filter((name) => !scripted.has(name))).toEqual([]);
    const known = new Set(locked.map(([place]) => nameOf(place)));
    expect(Object.keys(own.allowScripts).filter((name) => !known.has(name))).toEqual([]);
  });

  it('that ship with the product have licences that allow it', () => {
    const installed = locked.filter(
      ([place, { dev }]) => dev !== true && existsSync(join(ROOT, place, 'package.json')),
    );
    expect(installed.length).toBeGreaterThan(100);
    const others = installed
      .map(([place]) => ({
        place,
        license: (json(`${place}/package.json`) as PackageJson).license,
      }))
      .filter(({ license }) => !LICENCES.has(license ?? 'none'));
    expect(others).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { ConfigProblem } from '../config.js';
import { closestName } from './closest-name.js';

/** Where settings come from: the environment, `.env`, and files named by `NAME_FILE`. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** Without empty values: those count as not set. */
export function filled(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => (entry[1] ?? '') !== '',
    ),
  );
}

/** Settings of `.env`; none where there is no such file. */
export function readEnvFile(path: string): Record<string, string> {
  try {
    return filled(parseEnv(readFileSync(path, 'utf8')) as Environment);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

/** A setting, or what stands in the file that `NAME_FILE` names. */
export function settingOf(
  name: string,
  given: Record<string, string>,
  problems: ConfigProblem[],
): string | undefined {
  const file = given[`${name}_FILE`];
  if (file === undefined) return given[name];
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    problems.push({ name: `${name}_FILE`, rule: 'names a file that cannot be read' });
    return undefined;
  }
}

/** Names in `.env` that are none of ours, and names of the environment that nearly are. */
export function unknownNames(
  settingNames: readonly string[],
  fromFile: Record<string, string>,
  environment: Environment,
): ConfigProblem[] {
  const known = new Set(settingNames.flatMap((name) => [name, `${name}_FILE`]));
  const inFile = Object.keys(fromFile).filter((name) => !known.has(name));
  const ours = /^(INTUIT|QBO_SYNC|ENCRYPTION|DATABASE|QUEUE|WORKER)_/;
  const around = Object.keys(filled(environment)).filter(
    (name) => !known.has(name) && ours.test(name) && !fromFile[name],
  );
  return [...inFile, ...around].map((name) => {
    const close = closestName(name, [...known]);
    return {
      name,
      rule: close === undefined ? 'is not a setting' : `is not a setting; did you mean ${close}?`,
    };
  });
}

/** A list as people write it in one setting: parted by commas. */
export const listOf = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

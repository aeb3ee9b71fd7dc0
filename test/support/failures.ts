import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Report } from './summary.js';

/** Of a longer message or line the start is shown. */
const LINES_MAX = 12;
const LINE_MAX = 300;
const PLACES_MAX = 4;
/** Of more failures the others are only named. */
const WHOLE_MAX = 20;

interface Failure {
  name: string;
  message: string;
}

/**
 * What failed, once more and in short: file and name of each test, the first lines of its message and
 * the places in our tests. It stands at the end of a run, where a log that is cut off is still read.
 */
export function failureLines({ testResults }: Report, root: string): string[] {
  const failures = testResults.flatMap(({ name, message, assertionResults }): Failure[] => {
    const file = relative(root, name);
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    // A file that does not load has no tests.
    if (failed.length === 0 && assertionResults.length === 0 && message !== '') {
      return [{ name: file, message }];
    }
    return failed.map(({ fullName, failureMessages }) => ({
      name: `${file}: ${fullName}`,
      message: failureMessages.join('\n'),
    }));
  });
  return failures.flatMap(({ name, message }, index) => [
    `Failed: ${name}`,
    ...(index < WHOLE_MAX ? startOf(message, root) : []),
  ]);
}

function startOf(message: string, root: string): string[] {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.trimEnd());
  const said = lines.filter((line) => line !== '' && !isPlace(line)).slice(0, LINES_MAX);
  const places = lines
    .filter((line) => isPlace(line) && line.includes(`${root}test/`))
    .map((line) => line.trim().replace(root, ''))
    .slice(0, PLACES_MAX);
  return [...said, ...places].map((line) => `  ${line.slice(0, LINE_MAX)}`);
}

const isPlace = (line: string) => /^\s+at .+:\d+/.test(line);

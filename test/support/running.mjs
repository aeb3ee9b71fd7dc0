import { writeFileSync } from 'node:fs';

/**
 * Jest's reporter that keeps in the file `QBO_TEST_RUNNING` what runs at the moment, one line each:
 * the test file, and after a tab the test where one has begun. run-tests.ts reads it when it has to
 * end a run, so that a test that hangs is told with its name.
 */
export default class Running {
  #files = new Map();

  onTestFileStart({ path }) {
    this.#note(path, []);
  }

  onTestCaseStart({ path }, { ancestorTitles, title }) {
    this.#note(path, [[...ancestorTitles, title].join(' ')]);
  }

  onTestCaseResult({ path }) {
    this.#note(path, []);
  }

  onTestFileResult({ path }) {
    this.#files.delete(path);
    this.#write();
  }

  #note(path, test) {
    this.#files.set(path, [path, ...test].join('\t'));
    this.#write();
  }

  #write() {
    const file = process.env.QBO_TEST_RUNNING;
    if (file) writeFileSync(file, [...this.#files.values()].join('\n'));
  }
}

/** Keeps count of what was compared, file by file, and shows it to who asks for it. */

import { appendFileSync } from 'node:fs';
import type { Tally } from './differences.js';

export class Tallies {
  readonly #byFile = new Map<string, Tally & { answers: number }>();

  constructor(private readonly title: string) {}

  add(file: string, tally: Tally): void {
    const sum = this.#byFile.get(file) ?? { answers: 0, equal: 0, explained: 0, unexplained: [] };
    this.#byFile.set(file, {
      answers: sum.answers + 1,
      equal: sum.equal + tally.equal,
      explained: sum.explained + tally.explained,
      unexplained: [...sum.unexplained, ...tally.unexplained],
    });
  }

  /** Writes a table to the file named in RECORDED_REPORT, for a person who wants to read it. */
  report(): void {
    const file = process.env['RECORDED_REPORT'];
    if (file === undefined) return;
    const rows = [...this.#byFile].map(
      ([name, { answers, equal, explained, unexplained }]) =>
        `| ${name} | ${answers} | ${equal} | ${explained} | ${unexplained.length} |`,
    );
    const head =
      '| file | answers | equal | explained | unexplained |\n| --- | --- | --- | --- | --- |';
    const lines = [...this.#byFile.values()].flatMap(({ unexplained }) => unexplained);
    appendFileSync(
      file,
      `## ${this.title}\n\n${head}\n${rows.join('\n')}\n\n${lines.join('\n')}\n\n`,
    );
  }
}

/** What a command hands to other programs: stdout, and nothing else goes there. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What a command says to the person who runs it: stderr. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

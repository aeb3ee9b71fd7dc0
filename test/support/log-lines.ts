/** Log lines of one event, read. */
export function eventsOf(of: { logLines(): string[] }, event: string): Record<string, unknown>[] {
  return of
    .logLines()
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['event'] === event);
}

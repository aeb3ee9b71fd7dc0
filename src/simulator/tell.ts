/** Tells the person who runs the simulator of an error of its own; callers see QuickBooks' fault. */
export function tell(error: unknown): void {
  process.stderr.write(`simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
}

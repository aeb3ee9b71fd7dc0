import { redactedSettings } from '../config/redacted.js';
import { inspectConfig } from '../config.js';
import { error, type Finding } from './doctor/finding.js';
import { checkPublicUrl, checkQuickBooks } from './doctor/network.js';
import { checkDatabase, checkQueue } from './doctor/stores.js';
import { print } from './say.js';

/**
 * `qbo-sync doctor`: the configuration, without its secrets, and everything it points to. Looks at
 * all of it whatever it finds first, and changes nothing. Answers whether there is no error.
 */
export async function runDoctor(): Promise<boolean> {
  const inspection = inspectConfig();
  const settings = redactedSettings(inspection);
  const width = Math.max(...settings.map(({ name }) => name.length));
  print('Configuration');
  for (const { name, value, isDefault } of settings) {
    print(`  ${name.padEnd(width)}  ${value}${isDefault ? '  (default)' : ''}`);
  }
  const checks = [checkDatabase, checkQueue, checkQuickBooks, checkPublicUrl];
  const found = await Promise.all(checks.map((check) => check(inspection)));
  const findings: Finding[] = [
    ...inspection.problems.map(({ name, rule }) => error(`${name} ${rule}`)),
    ...found.flat(),
  ];
  print('\nChecks');
  for (const { severity, text } of findings) print(`  ${severity.padEnd(7)}  ${text}`);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  print(`\nErrors: ${errors}. Warnings: ${warnings}.`);
  return errors === 0;
}

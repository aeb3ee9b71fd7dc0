import { type Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../config.js';
import { listApps } from '../ledger/apps/apps.js';
import { budgetApp, embedApp, registerApp } from './register.js';
import { print, tell } from './say.js';
import { withLedger } from './with-ledger.js';

/** `app …`: upstream applications, and what each of them may. */
export function addAppCommands(program: Command): void {
  const apps = program.command('app').description('upstream applications');
  apps
    .command('create <name>')
    .description('register an application; prints its id')
    .requiredOption('--return-url <url...>', 'where a browser may return to after connecting')
    .option('--embed-origin <origin...>', 'whose pages may show the customers’ page in a frame', [])
    .action(async (name: string, options: { returnUrl: string[]; embedOrigin: string[] }) => {
      const { returnUrl: returnUrls, embedOrigin: embedOrigins } = options;
      print(await registerApp(readConfig(), { name, returnUrls, embedOrigins }));
    });
  apps
    .command('list')
    .description('print the applications, one a line: id, name, return addresses, embed origins')
    .action(async () => {
      for (const { id, name, returnUrls, embedOrigins } of await withLedger(readConfig(), listApps))
        print([id, name, returnUrls.join(' '), embedOrigins.join(' ')].join('\t'));
    });
  apps
    .command('budget <id>')
    .argument('<reads>', 'a number, or "default"', (text) =>
      text === 'default' ? null : readsOf(text),
    )
    .description('metered reads it may take in a month; "default": as many as READS_PER_MONTH says')
    .action(async (id: string, reads: number | null) => {
      await budgetApp(readConfig(), id, reads);
    });
  apps
    .command('embed <id>')
    .argument('<origins...>', 'scheme, host and port of each, or "none"')
    .description('say whose pages may show its customers’ page in a frame, instead of those before')
    .action(async (id: string, named: string[]) => {
      const origins = named.length === 1 && named[0] === 'none' ? [] : named;
      await embedApp(readConfig(), id, origins);
      const whose = origins.length === 0 ? 'No page' : `Pages of ${origins.join(', ')}`;
      tell(`${whose} may show its customers’ page in a frame.`);
    });
}

function readsOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number of reads, or "default".');
}

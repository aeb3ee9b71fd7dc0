import { Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../config.js';
import { SCOPES, type Scope } from '../ledger/apps/apps.js';
import { addAppCommands } from './apps.js';
import { exportToFile, purge } from './connection-data.js';
import { runDemo } from './demo.js';
import { runDoctor } from './doctor.js';
import { writeEnvFile } from './init.js';
import { migrate } from './migrate.js';
import { addPeopleCommands } from './people.js';
import { explain } from './refusal.js';
import { registerKey } from './register.js';
import { print, tell } from './say.js';
import { runSimulator } from './simulator.js';
import { runWeb } from './web.js';
import { runWorker } from './worker.js';

/** One binary. Settings come from `.env` and the environment; what it prints is on stdout alone. */
const program = new Command('qbo-sync').description(
  'Keeps QuickBooks Online in step with upstream applications.',
);

program
  .command('init')
  .description('write .env with generated secrets')
  .action(() => {
    writeEnvFile();
    tell('Wrote .env. Enter the keys of your Intuit app there, then run: qbo-sync doctor');
  });

program
  .command('doctor')
  .description('check the configuration and everything it points to')
  .action(async () => {
    if (!(await runDoctor())) process.exitCode = 1;
  });

program
  .command('migrate')
  .description('bring database and queue to this version')
  .action(async () => {
    await migrate(readConfig());
    tell('The database is at this version.');
  });

program
  .command('web')
  .description('run the API and the dashboard on PORT')
  .action(() => runWeb(readConfig()));

program
  .command('worker')
  .description('run a worker; its health is on WORKER_PORT')
  .action(() => runWorker(readConfig()));

program
  .command('demo')
  .description('show a day of documents on this machine alone, and keep running')
  .option('--once', 'end after the table', false)
  .action((options: { once: boolean }) => runDemo(options));

program
  .command('simulator')
  .description('run a QuickBooks Online on this machine')
  .option('--port <port>', 'where it listens', portOf, 4010)
  .option('--data <file>', 'keep its companies in this file')
  .action((options: { port: number; data?: string }) => runSimulator(options));

addAppCommands(program);

program
  .command('key')
  .description('API keys of an application')
  .command('create')
  .description('make a key; prints it this once')
  .requiredOption('--app <id>', 'id of the application')
  .requiredOption('--scopes <list>', `of ${SCOPES.join(', ')}; separated by commas`, scopesOf)
  .action(async ({ app, scopes }: { app: string; scopes: Scope[] }) => {
    print(await registerKey(readConfig(), app, scopes));
  });

addPeopleCommands(program);

program
  .command('export')
  .description('write all data of a connection to a new file, as lines of JSON')
  .requiredOption('--connection <id>', 'id of the connection')
  .requiredOption('--out <file>', 'where to; it must not be there yet')
  .action(async ({ connection, out }: { connection: string; out: string }) => {
    const lines = await exportToFile(readConfig(), connection, out);
    tell(`Wrote ${lines} lines to ${out}. They are not encrypted.`);
  });

program
  .command('purge')
  .description('delete all data of a disconnected connection for good')
  .requiredOption('--connection <id>', 'id of the connection')
  .option('--confirm', 'really do it', false)
  .action(async ({ connection, confirm }: { connection: string; confirm: boolean }) => {
    const { documents, company } = await purge(readConfig(), connection, { confirm });
    tell(`Deleted the connection with ${documents} documents${company ? ' and its company' : ''}.`);
  });

/** Does what the command line asks for; what refuses it is told, and ends the process. */
export async function runProgram(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    tell(explain(error));
    process.exit(1);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}

function scopesOf(text: string): Scope[] {
  const isScope = (scope: string): scope is Scope => SCOPES.some((known) => known === scope);
  const scopes = text.split(',').map((part) => part.trim());
  if (scopes.every(isScope)) return scopes;
  throw new InvalidArgumentError(`It must be some of ${SCOPES.join(', ')}.`);
}

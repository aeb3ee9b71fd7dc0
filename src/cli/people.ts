import { type Command, InvalidArgumentError, Option } from 'commander';
import { readConfig } from '../config.js';
import { ROLES, type Role } from '../contract/ops.js';
import type { Ledger } from '../ledger/database/open.js';
import {
  changePerson,
  endSessionsOf,
  listPeople,
  type PersonChange,
  personIdOf,
  renewPassword,
} from '../ledger/people/people.js';
import { Refusal } from './refusal.js';
import { registerUser } from './register.js';
import { print, tell } from './say.js';
import { BY, withLedger } from './with-ledger.js';

/** `user …`: what an admin does on the dashboard, for who has a shell. */
export function addPeopleCommands(program: Command): void {
  const user = program.command('user').description('people who use the dashboard');
  const forPerson = (name: string, says: string) =>
    user.command(name).argument('<email>', 'address they log in with', emailOf).description(says);

  forPerson('create', 'let someone log in; prints the password this once')
    .addOption(roleOption().makeOptionMandatory())
    .action(async (email: string, { role }: { role: Role }) => {
      print(await registerUser(readConfig(), email, role));
    });
  user
    .command('list')
    .description('print who may log in, one a line: address, role, state')
    .action(async () => {
      for (const { email, role, disabledAt } of await withLedger(readConfig(), listPeople))
        print(`${email}\t${role}\t${disabledAt === null ? 'enabled' : 'disabled'}`);
    });
  forPerson('role', 'give another role; it counts at once')
    .addOption(roleOption().makeOptionMandatory())
    .action(async (email: string, { role }: { role: Role }) => {
      await change(email, { role });
      tell(`${email} is ${role}.`);
    });
  forPerson('disable', 'log someone out everywhere and for good').action(async (email: string) => {
    await change(email, { disabled: true });
    tell(`${email} may not log in any more.`);
  });
  forPerson('enable', 'let someone who was disabled log in again').action(async (email: string) => {
    await change(email, { disabled: false });
    tell(`${email} may log in.`);
  });
  forPerson('end-sessions', 'log someone out everywhere').action(async (email: string) => {
    tell(`Ended ${await onPerson(email, (ledger, id) => endSessionsOf(ledger, id, BY))} sessions.`);
  });
  forPerson('password', 'make a new password; prints it this once').action(async (email: string) =>
    print(await onPerson(email, (ledger, id) => renewPassword(ledger, id, BY))),
  );
}

function change(email: string, asked: PersonChange): Promise<true> {
  return onPerson(
    email,
    async (ledger, id) => (await changePerson(ledger, id, asked, BY)) || undefined,
  );
}

/** @throws Refusal where nobody has that address */
function onPerson<Answer>(
  email: string,
  act: (ledger: Ledger, id: string) => Promise<Answer | undefined>,
): Promise<Answer> {
  return withLedger(readConfig(), async (ledger) => {
    const id = await personIdOf(ledger, email);
    const answer = id === undefined ? undefined : await act(ledger, id);
    if (answer === undefined) throw new Refusal(`There is no user ${email}.`);
    return answer;
  });
}

const roleOption = () => new Option('--role <role>', 'what they may do').choices(ROLES);

function emailOf(text: string): string {
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return text;
  throw new InvalidArgumentError('It must be an e-mail address.');
}

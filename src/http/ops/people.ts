import { z } from 'zod';
import { ROLES } from '../../contract/ops.js';
import { endedSessions, person, personPage, personWithPassword } from '../../contract/people.js';
import {
  changePerson,
  endSessionsOf,
  LastAdmin,
  listPeople,
  readPerson,
  renewPassword,
} from '../../ledger/people/people.js';
import { createUser, UserExists } from '../../ledger/people/users.js';
import { actorOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { conflict, notFound } from '../problems.js';
import { noBody, problems } from '../schemas.js';

const BASE = '/ops/people';
const tags = ['dashboard'];
const ADMIN = { access: { by: 'person', role: 'admin' } } as const;
/** What gives somebody power, or takes it away. */
const RECENT = { access: { by: 'person', role: 'admin', isRecent: true } } as const;
const byPerson = z.strictObject({ personId: z.uuid() });
const email = z
  .string()
  .max(320)
  .regex(/^[^\s@]+@[^\s@]+$/, { error: 'must be an e-mail address' });

/** People who use the dashboard: for admins. */
export function addPeopleRoutes(web: Web, parts: WebParts): void {
  addReads(web, parts);
  addInvitation(web, parts);
  addChange(web, parts);
  addLogouts(web, parts);
}

function addReads(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'GET',
    url: BASE,
    config: ADMIN,
    schema: {
      tags,
      summary: 'List the people who use the dashboard',
      response: { 200: personPage, ...problems },
    },
    handler: async () => ({ people: await listPeople(ledger) }),
  });
}

function addInvitation(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'POST',
    url: BASE,
    config: RECENT,
    schema: {
      tags,
      summary:
        'Let somebody log in; answers this once a password for seven days, to set an own one by',
      body: z.strictObject({ email, role: z.enum(ROLES) }),
      response: { 201: personWithPassword, ...problems },
    },
    handler: async (request, reply) => {
      const invited = { ...request.body, isOneTime: true };
      const made = await createUser(ledger, invited, actorOf(request)).catch(refuse);
      return reply
        .code(201)
        .send({ person: await personOf(made.user.id), password: made.password });
    },
  });

  async function personOf(id: string) {
    const found = await readPerson(ledger, id);
    if (found === undefined) throw notFound('person');
    return found;
  }
}

function addChange(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'PATCH',
    url: `${BASE}/:personId`,
    config: RECENT,
    schema: {
      tags,
      summary: 'Give a role, disable or enable; who is disabled is logged out everywhere',
      params: byPerson,
      body: z.strictObject({ role: z.enum(ROLES).optional(), disabled: z.boolean().optional() }),
      response: { 200: person, ...problems },
    },
    handler: async (request) => {
      const { personId } = request.params;
      const by = actorOf(request);
      if (!(await changePerson(ledger, personId, request.body, by).catch(refuse)))
        throw notFound('person');
      const changed = await readPerson(ledger, personId);
      if (changed === undefined) throw notFound('person');
      return changed;
    },
  });
}

function addLogouts(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'POST',
    url: `${BASE}/:personId/end-sessions`,
    config: ADMIN,
    schema: {
      tags,
      summary: 'Log somebody out everywhere',
      params: byPerson,
      body: noBody,
      response: { 200: endedSessions, ...problems },
    },
    handler: async (request) => {
      const ended = await endSessionsOf(ledger, request.params.personId, actorOf(request));
      if (ended === undefined) throw notFound('person');
      return { ended };
    },
  });
  web.route({
    method: 'POST',
    url: `${BASE}/:personId/password`,
    config: RECENT,
    schema: {
      tags,
      summary:
        'Make a password for seven days, answered this once, to set an own one by; ends their logins',
      params: byPerson,
      body: noBody,
      response: { 200: personWithPassword, ...problems },
    },
    handler: async (request) => {
      const { personId } = request.params;
      // It would end the login that asks before anybody has read the password.
      if (request.person?.user.id === personId) {
        throw conflict('own_password', 'Change your own password under Account.');
      }
      const password = await renewPassword(ledger, personId, actorOf(request), {
        isOneTime: true,
      });
      const found = await readPerson(ledger, personId);
      if (password === undefined || found === undefined) throw notFound('person');
      return { person: found, password };
    },
  });
}

/** What the ledger refuses, as the caller can act on it. */
function refuse(error: unknown): never {
  if (error instanceof UserExists) throw conflict('person_exists', `${error.message}.`);
  if (error instanceof LastAdmin) throw conflict('last_admin', `${error.message}.`);
  throw error;
}

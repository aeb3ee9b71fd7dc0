import { z } from 'zod';
import { ROLES } from '../../contract/ops.js';
import {
  auditPage,
  endedSessions,
  person,
  personPage,
  personWithPassword,
} from '../../contract/people.js';
import { filledText } from '../../contract/text.js';
import { listAudit } from '../../ledger/people/audit-pages.js';
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
import { cursor, noBody, pageLimit, problems } from '../schemas.js';

const BASE = '/ops/people';
const tags = ['dashboard'];
const ADMIN = { access: { by: 'person', role: 'admin' } } as const;
const byPerson = z.strictObject({ personId: z.uuid() });
const email = z
  .string()
  .max(320)
  .regex(/^[^\s@]+@[^\s@]+$/, { error: 'must be an e-mail address' });

/** People who use the dashboard, and what everybody did: for admins. */
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
  web.route({
    method: 'GET',
    url: '/ops/audit',
    config: ADMIN,
    schema: {
      tags,
      summary: 'What people, apps and the command line did, newest first',
      querystring: z.strictObject({
        actor: filledText(320).optional(),
        action: filledText(100)
          .optional()
          .describe('One action, or all of a subject with a dot at its end: `user.`'),
        connection: z.uuid().optional(),
        after: cursor,
        limit: pageLimit,
      }),
      response: { 200: auditPage, ...problems },
    },
    handler: ({ query: { connection, ...filter } }) =>
      listAudit(ledger, { ...filter, connectionId: connection }),
  });
}

function addInvitation(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'POST',
    url: BASE,
    config: ADMIN,
    schema: {
      tags,
      summary: 'Let somebody log in; answers the password this once',
      body: z.strictObject({ email, role: z.enum(ROLES) }),
      response: { 201: personWithPassword, ...problems },
    },
    handler: async (request, reply) => {
      const made = await createUser(ledger, request.body, actorOf(request)).catch(refuse);
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
    config: ADMIN,
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
    config: ADMIN,
    schema: {
      tags,
      summary: 'Make a new password, answered this once; ends the logins made with the one before',
      params: byPerson,
      body: noBody,
      response: { 200: personWithPassword, ...problems },
    },
    handler: async (request) => {
      const { personId } = request.params;
      const password = await renewPassword(ledger, personId, actorOf(request));
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

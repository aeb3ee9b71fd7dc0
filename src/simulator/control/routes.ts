/** The control API: the abilities of `SimulatorControl` under `/control`, in JSON. */

import { z } from 'zod';
import { isTooDeep } from '../json.js';
import type { Answer } from '../service/answers.js';
import type { SimulatorControl } from './control.js';
import { ControlError } from './error.js';
import { PORTAL_ROUTES } from './portal-routes.js';
import * as schemas from './schemas.js';

export interface ControlRequest {
  method: string;
  path: string;
  text: string;
}

export interface Route {
  method: string;
  /** `:name` stands for one part of the path. */
  path: string;
  status?: number;
  run(control: SimulatorControl, parameters: Record<string, string>, body: unknown): unknown;
}

const ROUTES: readonly Route[] = [
  ...PORTAL_ROUTES,
  {
    method: 'GET',
    path: '/control/companies',
    run: (control) => control.companies(),
  },
  {
    method: 'POST',
    path: '/control/companies',
    status: 201,
    run: (control, _, body) => control.createCompany(schemas.companySchema.parse(body ?? {})),
  },
  {
    method: 'PUT',
    path: '/control/companies/:realm',
    run: (control, { realm = '' }, body) =>
      control.changeCompany(realm, schemas.companyChangeSchema.parse(body)),
  },
  {
    method: 'DELETE',
    path: '/control/companies/:realm',
    run: (control, { realm = '' }) => {
      control.removeCompany(realm);
      return { removed: 1 };
    },
  },
  {
    method: 'POST',
    path: '/control/companies/:realm/token',
    run: (control, { realm = '' }, body) =>
      control.token(realm, schemas.tokenSchema.parse(body ?? {})),
  },
  {
    method: 'POST',
    path: '/control/companies/:realm/load',
    run: (control, { realm = '' }, body) => control.load(realm, schemas.loadSchema.parse(body)),
  },
  {
    method: 'GET',
    path: '/control/companies/:realm/objects/:entity',
    run: (control, { realm = '', entity = '' }) => control.objects(realm, entity),
  },
  {
    method: 'GET',
    path: '/control/companies/:realm/log',
    run: (control, { realm = '' }) => control.log(realm),
  },
  {
    method: 'DELETE',
    path: '/control/companies/:realm/log',
    run: (control, { realm = '' }) => {
      control.clearLog(realm);
      return {};
    },
  },
  {
    method: 'POST',
    path: '/control/companies/:realm/act',
    run: (control, { realm = '' }, body) => control.act(realm, schemas.actSchema.parse(body)),
  },
  { method: 'GET', path: '/control/clock', run: (control) => control.clock() },
  {
    method: 'PUT',
    path: '/control/clock',
    run: (control, _, body) => control.setClock(schemas.clockSchema.parse(body)),
  },
  { method: 'GET', path: '/control/limits', run: (control) => control.limits() },
  {
    method: 'PUT',
    path: '/control/limits',
    run: (control, _, body) => control.setLimits(schemas.limitsSchema.parse(body)),
  },
  { method: 'GET', path: '/control/reads', run: (control) => control.reads() },
  { method: 'GET', path: '/control/latency', run: (control) => control.latency() },
  {
    method: 'PUT',
    path: '/control/latency',
    run: (control, _, body) => control.setLatency(schemas.latencySchema.parse(body)),
  },
  { method: 'GET', path: '/control/faults', run: (control) => control.faults() },
  {
    method: 'POST',
    path: '/control/faults',
    status: 201,
    run: (control, _, body) => control.addFault(schemas.faultSchema.parse(body)),
  },
  {
    method: 'DELETE',
    path: '/control/faults',
    run: (control) => ({ removed: control.removeFaults() }),
  },
  {
    method: 'DELETE',
    path: '/control/faults/:id',
    run: (control, { id = '' }) => ({ removed: control.removeFaults(id) }),
  },
  { method: 'GET', path: '/control/behaviours', run: (control) => control.behaviours() },
  {
    method: 'PUT',
    path: '/control/behaviours',
    run: (control, _, body) => control.setBehaviours(schemas.behavioursSchema.parse(body)),
  },
  {
    method: 'POST',
    path: '/control/requests/forget',
    run: (control, _, body) => ({
      forgotten: control.forgetRequests(schemas.forgetSchema.parse(body ?? {})),
    }),
  },
];

export async function handleControl(
  control: SimulatorControl,
  request: ControlRequest,
): Promise<Answer> {
  try {
    for (const route of ROUTES) {
      const parameters = matched(route.path, request.path);
      if (route.method !== request.method || parameters === undefined) continue;
      const result = await route.run(control, parameters, bodyOf(request.text));
      return answer(route.status ?? 200, result);
    }
    return answer(404, { error: `There is no ${request.method} ${request.path}` });
  } catch (error) {
    if (error instanceof z.ZodError) return answer(400, { error: z.prettifyError(error) });
    if (error instanceof ControlError) return answer(error.status, { error: error.message });
    throw error;
  }
}

function matched(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  if (wanted.length !== parts.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = decoded(parts[index] ?? '');
    if (value === undefined) return undefined;
    if (part.startsWith(':')) parameters[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return parameters;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function bodyOf(text: string): unknown {
  if (text === '') return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ControlError(400, 'The body is not JSON');
  }
  if (isTooDeep(body)) throw new ControlError(400, 'The body is nested too deep');
  return body;
}

function answer(status: number, body: unknown): Answer {
  return { status, contentType: 'application/json;charset=UTF-8', body: JSON.stringify(body) };
}

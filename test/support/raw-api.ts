import { QboSyncError } from '../../src/client/index.js';
import type { Problem } from '../../src/contract/problem.js';
import type { Journey } from './journey.js';

export interface RawAnswer<Body = Problem> {
  status: number;
  body: Body;
}

/** A request an app could send by itself: the body goes out as it stands where it is a text. */
export async function rawApi<Body = Problem>(
  { webUrl, apiKey }: Pick<Journey, 'webUrl' | 'apiKey'>,
  method: string,
  path: string,
  options: { body?: unknown; key?: string | null; headers?: Record<string, string> } = {},
): Promise<RawAnswer<Body>> {
  const { body, key = apiKey, headers = {} } = options;
  const response = await fetch(webUrl + path, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

/** The refusal a call of the client met; fails where it was not refused. */
export async function refusalOf(call: Promise<unknown>): Promise<QboSyncError> {
  const met = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (met instanceof QboSyncError) return met;
  throw new Error(`Expected a refusal, got ${met === undefined ? 'an answer' : String(met)}`);
}

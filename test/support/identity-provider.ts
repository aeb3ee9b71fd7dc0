import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** What the provider says of somebody who logs in there by this name. */
export type Claims = Record<string, unknown>;

export interface IdentityProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** People who may log in there, by login name; change it as you go. */
  people: Map<string, Claims>;
  /** Walks a browser through login and consent there, back to our callback's address. */
  logIn(authorizeUrl: string, name: string): Promise<URL>;
  close(): Promise<void>;
}

/** A real OpenID Connect provider on a local port, with one client. */
export async function startIdentityProvider(redirectUri: string): Promise<IdentityProvider> {
  const people = new Map<string, Claims>();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [clientId, clientSecret] = ['qbo-sync', 'a-secret-of-the-client'];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
    cookies: { keys: ['a-key-of-this-test'] },
    pkce: { required: () => true },
    findAccount: (_context: unknown, name: string) => ({
      accountId: name,
      claims: () => ({ sub: name, ...people.get(name) }),
    }),
  });
  server.on('request', provider.callback());
  return {
    issuer,
    clientId,
    clientSecret,
    people,
    logIn: (authorizeUrl, name) => walk(new URL(authorizeUrl), redirectUri, name),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const STEPS_MAX = 12;

/** Follows redirects with the cookies of one browser, and answers the provider's two forms. */
async function walk(start: URL, redirectUri: string, name: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    if (url.href.startsWith(redirectUri)) return url;
    const cookie = [...cookies].map(([key, value]) => `${key}=${value}`).join('; ');
    const answer = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie },
      ...(form === undefined ? {} : { body: form }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const [key = '', value = ''] = pair.split('=');
      cookies.set(key, value);
    }
    const location = answer.headers.get('location');
    if (location !== null) {
      form = undefined;
      url = new URL(location, url);
    } else {
      const page = await answer.text();
      const [, prompt = 'consent'] = /name="prompt" value="(\w+)"/.exec(page) ?? [];
      form = new URLSearchParams({ prompt, login: name, password: 'any' });
    }
  }
  throw new Error(`The provider did not come back: ${url.href}`);
}

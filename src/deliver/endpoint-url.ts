import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.js';

/** What an endpoint's address may be. */
export interface AddressRules {
  /** Plain http and private networks too: for development, never on the internet. */
  allowPrivate: boolean;
}

/** What is wrong with an endpoint's address; undefined where nothing is. Names are looked up later. */
export function urlProblem(text: string, { allowPrivate }: AddressRules): string | undefined {
  if (!URL.canParse(text)) return 'must be an absolute address';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) {
    return 'must begin with https://';
  }
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or password';
  if (url.hash !== '') return 'must not carry a fragment';
  if (allowPrivate) return undefined;
  const host = hostOf(url);
  if (isIP(host) !== 0 && !isPublicAddress(host)) return 'must not lead into a private network';
  const isLocalName = host === 'localhost' || /\.(localhost|local|internal)$/.test(host);
  return isLocalName ? 'must not lead into a private network' : undefined;
}

/** The host without the brackets of an IPv6 address and without a closing dot. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

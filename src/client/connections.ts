import type { ConnectionAnswer } from '../contract/answers.js';
import type { PageLinkAnswer } from '../contract/customer-page.js';
import type { ProfileName } from '../contract/profiles.js';
import type { Settings, SettingsInput } from '../contract/settings.js';
import type { SettingsCheckAnswer } from '../contract/settings-check.js';
import { Calls, type ClientOptions, connectionPath, queryOf } from './calls.js';
import { RecoveringCalls } from './recovering.js';

/** An app's connections and their settings; part of the client. */
export class ConnectionCalls extends RecoveringCalls {
  readonly #calls: Calls;

  constructor(options: ClientOptions) {
    super(options);
    this.#calls = new Calls(options);
  }

  createConnection(connection: NewConnection): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', '/v1/connections', connection);
  }

  connection(id: string): Promise<ConnectionAnswer> {
    return this.#calls.send('GET', connectionPath(id));
  }

  /** The app's connections, oldest first. */
  connections(filter: { externalId?: string } = {}): Promise<ConnectionList> {
    return this.#calls.send('GET', `/v1/connections${queryOf(filter)}`);
  }

  /**
   * A fresh link that leads the customer's browser to Intuit; it is the answer's `connectUrl`.
   *
   * @param acceptCompany `any` confirms that it may be another company than before: the browser comes
   *   back with the id of another connection then. Default `same`.
   */
  connectLink(id: string, acceptCompany: 'same' | 'any' = 'same'): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/connect-link`, {
      acceptCompany,
    });
  }

  /**
   * A link to the customer's own page of the connection: it works once, for five minutes.
   *
   * @param actor the app's own id of who opens it, for the audit log.
   */
  pageLink(id: string, actor?: { id: string }): Promise<PageLinkAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/page-link`, {
      actor,
    });
  }

  disconnect(id: string): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/disconnect`);
  }

  settings(id: string): Promise<Settings> {
    return this.#calls.send('GET', `${connectionPath(id)}/settings`);
  }

  /** Lays a change over the settings; what is left out stays, and everything is checked together. */
  changeSettings(id: string, change: SettingsInput): Promise<Settings> {
    return this.#calls.send('PATCH', `${connectionPath(id)}/settings`, change);
  }

  /**
   * What a change of settings would do to the newest 200 documents, as if they were sent anew: which
   * lines would be booked otherwise, which documents would fail. Nothing is sent or stored.
   */
  checkSettings(id: string, change: SettingsInput): Promise<SettingsCheckAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/settings/check`, change);
  }

  /** Support's word that sending may begin; needs a key with the scope `support`. */
  finalize(id: string): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/finalize`);
  }

  /** Sends nothing until it is resumed; what is stated meanwhile waits. Doing it again changes nothing. */
  pause(id: string): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/pause`);
  }

  /** Ends a pause: what waited for it goes on. */
  resume(id: string): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/resume`);
  }

  /** Asks support for access to a locked connection; asking again changes nothing. */
  requestAccess(id: string): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/request-access`);
  }

  /** Support opens a locked connection for good; needs a key with the scope `support`. */
  unlock(id: string): Promise<ConnectionAnswer> {
    return this.#calls.send('POST', `${connectionPath(id)}/unlock`);
  }
}

export interface NewConnection {
  externalId: string;
  name: string;
  profile: ProfileName;
  settings?: SettingsInput;
  attributes?: Record<string, string>;
  /** Where the customer's browser returns to; must be registered for the app. */
  returnUrl: string;
}

export interface ConnectionList {
  connections: ConnectionAnswer[];
}

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from './wait-for.js';

/** What an endpoint was sent. */
export interface Message {
  headers: IncomingHttpHeaders;
  body: string;
  /** `<kind> <externalId> <status>` of an event about a document, else its type. */
  says: string;
  number: number;
  connection: string;
  /** Where it was sent to. */
  path: string;
}

/** A server of an upstream app that is told of events. */
export interface Endpoint {
  url: string;
  messages: Message[];
  /** What it answers from here on. Default 200. */
  answer(status: number | ((message: Message) => number)): void;
  /** Waits until it was told. */
  told(says: string): Promise<Message>;
  close(): Promise<void>;
}

export async function startEndpoint(): Promise<Endpoint> {
  const messages: Message[] = [];
  let answering: (message: Message) => number = () => 200;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      const message = {
        headers: request.headers,
        path: request.url ?? '',
        body,
        ...read(body),
      };
      messages.push(message);
      response.writeHead(answering(message)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    messages,
    answer(status) {
      answering = typeof status === 'number' ? () => status : status;
    },
    told: (says) =>
      waitFor(() => messages.find((message) => message.says === says), {
        what: `the endpoint to be told: ${says}`,
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function read(body: string): Pick<Message, 'says' | 'number' | 'connection'> {
  const { type, data } = JSON.parse(body);
  const { document, status, number, connection } = data;
  const says = document === null ? type : `${document.kind} ${document.externalId} ${status}`;
  return { says, number, connection };
}

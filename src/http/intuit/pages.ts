import { z } from 'zod';
import type { Web } from '../parts.js';

/** A page without anything of the request, of an app or of a company. */
interface Page {
  summary: string;
  title: string;
  sentences: readonly string[];
}

/** Where a browser ends whose way back is not known. */
export const ERROR_PAGE = '/connect/error';
/** Where it ends when its person has disconnected inside QuickBooks. */
export const DISCONNECTED_PAGE = '/connect/disconnected';
/** Where a browser ends whose link to a customer's page is of no use. */
export const PAGE_LINK_ENDED = '/connection/expired';
/** Where QuickBooks sends people who are to connect again. */
export const RECONNECT_PAGE = '/connect/again';

const PAGES: Readonly<Record<string, Page>> = {
  [ERROR_PAGE]: {
    summary: 'A page for browsers whose way back is not known',
    title: 'QuickBooks was not connected',
    sentences: [
      'The link has expired, was used already, or belongs to another browser. Nothing was changed.',
      'Go back to your application and press Connect again.',
    ],
  },
  [PAGE_LINK_ENDED]: {
    summary: 'A page for browsers whose link to the customers’ page is of no use',
    title: 'This link does not work any more',
    sentences: [
      'A link to this page works once and for a few minutes. Nothing was changed.',
      'Go back to your application and open its QuickBooks page again.',
    ],
  },
  [DISCONNECTED_PAGE]: {
    summary: 'A page for people who have disconnected inside QuickBooks',
    title: 'QuickBooks is disconnected',
    sentences: [
      'Your application sends nothing to this QuickBooks company any more. What is in QuickBooks stays there.',
      'To go on later, open your application and press Connect on its QuickBooks page.',
    ],
  },
  [RECONNECT_PAGE]: {
    summary: 'A page for people whom QuickBooks asks to connect again',
    title: 'Connect QuickBooks again',
    sentences: [
      'Open the application that you use with QuickBooks, go to its QuickBooks page and press Reconnect.',
      'Sign in to the same company as before: everything goes on where it stopped.',
    ],
  },
};

/** Pages for browsers that came from Intuit. None shows anything of the request. */
export function addConnectPages(web: Web): void {
  for (const [url, page] of Object.entries(PAGES)) {
    const html = htmlOf(page);
    web.route({
      method: 'GET',
      url,
      config: { access: { by: 'anyone' } },
      schema: {
        tags: ['connecting'],
        summary: page.summary,
        response: {
          200: { description: 'A page.', content: { 'text/html': { schema: z.string() } } },
        },
      },
      handler: async (_request, reply) => {
        reply.type('text/html; charset=utf-8');
        return html;
      },
    });
  }
}

function htmlOf({ title, sentences }: Page): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title></head>
<body>
<h1>${title}</h1>
${sentences.map((sentence) => `<p>${sentence}</p>`).join('\n')}
</body>
</html>
`;
}

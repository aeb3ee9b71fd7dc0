import { z } from 'zod';
import type { Web } from '../parts.js';

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>QuickBooks was not connected</title></head>
<body>
<h1>QuickBooks was not connected</h1>
<p>The link has expired, was used already, or belongs to another browser.
Nothing was changed.</p>
<p>Go back to your application and press Connect again.</p>
</body>
</html>
`;

/** Where a browser ends whose way back is not known. It shows nothing of the request. */
export function addConnectErrorPage(web: Web): void {
  web.route({
    method: 'GET',
    url: '/connect/error',
    config: { access: { by: 'anyone' } },
    schema: {
      tags: ['connecting'],
      summary: 'A page for browsers whose way back is not known',
      response: {
        200: { description: 'A page.', content: { 'text/html': { schema: z.string() } } },
      },
    },
    handler: async (_request, reply) => {
      reply.type('text/html; charset=utf-8');
      return PAGE;
    },
  });
}

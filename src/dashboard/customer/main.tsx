import '../app.css';
import './page.css';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { watchActivity } from '../api/activity.js';
import { RequestFailed } from '../api/api.js';
import { ConnectionPage } from './page.js';

const RETRIES_MAX = 2;

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => queryKey[0] !== 'connection' && noticeEnd(error),
  }),
  mutationCache: new MutationCache({ onError: noticeEnd }),
  defaultOptions: {
    queries: {
      // A refusal stays one; what did not come through may come the next time.
      retry: (count, error) =>
        count < RETRIES_MAX && !(error instanceof RequestFailed && error.status > 0),
    },
  },
});

/** Whatever was refused for want of a session: the page as a whole says at once that it has ended. */
function noticeEnd(error: unknown): void {
  if (!(error instanceof RequestFailed) || error.status !== 401) return;
  void client.invalidateQueries({ queryKey: ['connection'] });
}

/** The colours of app.css go by this attribute. */
function followScheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => {
    document.documentElement.dataset['mantineColorScheme'] = dark.matches ? 'dark' : 'light';
  };
  dark.addEventListener('change', follow);
  follow();
}

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element with the id "root".');
const connectionId = location.pathname.split('/').at(-1) ?? '';
followScheme();
watchActivity(document);
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <ConnectionPage connectionId={connectionId} />
    </QueryClientProvider>
  </StrictMode>,
);

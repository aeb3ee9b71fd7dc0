import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { PageTitle } from './frame/page-title.js';
import { Shell } from './frame/shell.js';
import { type DocumentSearch, readDocumentSearch } from './list/document-search.js';
import { DocumentPage } from './pages/document.js';
import { DocumentsPage } from './pages/documents.js';

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound });

/** Filters of a list as they stand in the address; the server refuses what it does not know. */
function readSearch<Name extends string>(...names: Name[]) {
  return (raw: Record<string, unknown>): { [Key in Name]?: string } => {
    const given = names.flatMap((name) => {
      const value = raw[name];
      return typeof value === 'string' && value !== '' ? [[name, value]] : [];
    });
    return Object.fromEntries(given);
  };
}

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: readSearch('q'),
  component: lazyRouteComponent(() => import('./pages/problems.js'), 'ProblemsPage'),
});

const documentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/documents',
  validateSearch: readDocumentSearch,
  component: DocumentsPage,
});

const documentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/documents/$id',
  component: DocumentPage,
});

const connectionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/connections',
  validateSearch: readSearch('status', 'q', 'after'),
  component: lazyRouteComponent(() => import('./pages/connections.js'), 'ConnectionsPage'),
});

const connectionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/connections/$id',
  component: lazyRouteComponent(() => import('./pages/connection.js'), 'ConnectionPage'),
});

const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/runs',
  validateSearch: readSearch('status', 'job', 'trigger', 'connection', 'after'),
  component: lazyRouteComponent(() => import('./pages/runs.js'), 'RunsPage'),
});

const liveRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/live',
  component: lazyRouteComponent(() => import('./pages/live.js'), 'LivePage'),
});

const queuesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/queues',
  component: lazyRouteComponent(() => import('./pages/queues.js'), 'QueuesPage'),
});

const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people',
  component: lazyRouteComponent(() => import('./pages/people.js'), 'PeoplePage'),
});

const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audit',
  validateSearch: readSearch('actor', 'action', 'connection', 'from', 'to', 'after'),
  component: lazyRouteComponent(() => import('./pages/audit.js'), 'AuditPage'),
});

const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account.js'), 'AccountPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    documentsRoute,
    documentRoute,
    connectionsRoute,
    connectionRoute,
    runsRoute,
    liveRoute,
    queuesRoute,
    peopleRoute,
    auditRoute,
    accountRoute,
  ]),
  basepath: '/dashboard',
  scrollRestoration: true,
  // Plain words in the address: number 00123 stays 00123, and is not read as JSON.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const stated = Object.entries(search).filter(([, value]) => value !== undefined);
    return stated.length === 0 ? '' : `?${new URLSearchParams(stated as [string, string][])}`;
  },
});

function NotFound() {
  return (
    <>
      <PageTitle>Page not found</PageTitle>
      <p>
        There is nothing at this address. <Link to="/documents">To the documents</Link>
      </p>
    </>
  );
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** Cursors of the pages before this one, the first page left out. */
    trail?: string[];
    /** The list a document was opened from. */
    list?: DocumentSearch;
  }
}

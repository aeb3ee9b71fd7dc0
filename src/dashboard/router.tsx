import { createRootRoute, createRoute, createRouter, Link, redirect } from '@tanstack/react-router';
import { type DocumentSearch, readDocumentSearch } from './document-search.js';
import { PageTitle } from './page-title.js';
import { DocumentPage } from './pages/document.js';
import { DocumentsPage } from './pages/documents.js';
import { Shell } from './shell.js';

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/documents', replace: true });
  },
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

export const router = createRouter({
  routeTree: rootRoute.addChildren([homeRoute, documentsRoute, documentRoute]),
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

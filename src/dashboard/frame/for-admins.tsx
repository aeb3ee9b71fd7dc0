import type { ReactNode } from 'react';
import { Nothing, PageHead } from '../list/listing.js';
import { PageTitle } from './page-title.js';
import { useMayActAs } from './session.js';

/** A page of admins; who is none is told so, as by a link somebody sent. */
export function ForAdmins({ title, children }: { title: string; children: ReactNode }) {
  if (useMayActAs('admin')) return children;
  return (
    <>
      <PageHead>
        <PageTitle>{title}</PageTitle>
      </PageHead>
      <Nothing title="This page is for admins">
        <p>Ask one of them for the role, or for what you are looking for.</p>
      </Nothing>
    </>
  );
}

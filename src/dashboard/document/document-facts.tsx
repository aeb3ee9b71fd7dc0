import { Link } from '@tanstack/react-router';
import type { OpsDocument } from '../../contract/ops.js';
import { Icon } from '../frame/icons.js';
import { Facts, Panel } from '../frame/panel.js';
import { Amount } from './amount.js';
import { asWords, dateTime, isNonZero, shortDuration } from './format.js';
import { KIND_LABELS } from './kinds.js';

interface DocumentProps {
  document: OpsDocument;
}

/** What the app stated. */
export function DocumentFacts({ document }: DocumentProps) {
  const { number, externalId, party, total, currency, connection, app, revision } = document;
  return (
    <Panel title="Document">
      <Facts
        facts={[
          { name: 'Kind', value: KIND_LABELS[document.kind] },
          { name: 'Number', value: number },
          { name: "App's id", value: externalId },
          { name: 'Customer or supplier', value: party },
          { name: 'Total', value: total && <Amount amount={total} currency={currency} /> },
          {
            name: 'Connection',
            value: (
              <Link to="/connections/$id" params={{ id: connection.id }}>
                {connection.name}
              </Link>
            ),
          },
          { name: 'App', value: app },
          { name: 'Revision', value: revisionText(revision, document.syncedRevision) },
          { name: 'In line', value: placeText(document.place) },
          { name: 'In this status', value: `for ${shortDuration(document.ageSeconds)}` },
          {
            name: 'Corrected',
            value:
              document.corrected &&
              `${dateTime(document.corrected.at)} by ${document.corrected.by}, in the place of what the app stated`,
          },
          { name: 'Changed', value: dateTime(document.updatedAt) },
        ]}
      />
    </Panel>
  );
}

/** What QuickBooks holds, as far as its last answer said. */
export function QuickBooksFacts({ document }: DocumentProps) {
  const { quickbooks, paid, money, currency } = document;
  if (quickbooks === null)
    return (
      <Panel title="In QuickBooks">
        <Facts facts={[{ name: 'Record', value: 'None that is known' }]} />
      </Panel>
    );
  const amount = (value: string | null) =>
    value !== null && <Amount amount={value} currency={currency} />;
  return (
    <Panel title="In QuickBooks">
      <Facts
        facts={[
          { name: 'Id', value: quickbooks.id },
          { name: 'Number', value: quickbooks.number },
          { name: 'Total', value: amount(quickbooks.total) || null },
          {
            name: 'Difference',
            value: money && isNonZero(money.difference) ? amount(money.difference) : null,
          },
          { name: 'Balance', value: amount(quickbooks.balance) || null },
          {
            name: 'Paid',
            value: paid && (
              <>
                <Amount amount={paid.amount} currency={null} /> of{' '}
                <Amount amount={paid.of} currency={currency} />
                {paid.lastDate !== null && `, last on ${paid.lastDate}`}
              </>
            ),
          },
          { name: 'Page', value: quickBooksLink(quickbooks.url) },
        ]}
      />
    </Panel>
  );
}

/** Only web addresses become links, whatever the record says. */
function quickBooksLink(url: string | null) {
  if (url === null || !/^https?:\/\//i.test(url)) return null;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      Open in QuickBooks <Icon name="external" size={13} />
    </a>
  );
}

/** The reason as a machine word with its parameters, for support and for the app's developers. */
export function ReasonFacts({ document }: DocumentProps) {
  if (document.reason === null) return null;
  return (
    <Panel title="Reason and parameters">
      <Facts
        facts={[
          { name: 'Reason', value: <code>{document.reason}</code> },
          ...Object.entries(document.params).map(([name, value]) => ({
            name: asWords(name),
            value: typeof value === 'string' ? value : JSON.stringify(value),
          })),
        ]}
      />
    </Panel>
  );
}

function placeText(place: OpsDocument['place']): string | null {
  if (place === null) return null;
  const { before, more, expectedAt } = place;
  return `${more ? 'more than ' : ''}${before} before it, expected ${more ? 'after' : 'about'} ${dateTime(expectedAt)}`;
}

function revisionText(revision: number, syncedRevision: number): string {
  if (syncedRevision === 0) return `${revision}, none in QuickBooks`;
  return syncedRevision === revision
    ? `${revision}, in QuickBooks`
    : `${revision}, in QuickBooks: ${syncedRevision}`;
}

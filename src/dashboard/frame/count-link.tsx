import { Link } from '@tanstack/react-router';
import { groupedAmount } from '../document/format.js';

interface CountLinkProps {
  count: number;
  /** A count of this much means so many or more. */
  max: number;
  connection: string;
  /** Documents that failed; else those under way. */
  failed?: boolean;
}

/** How many documents of a connection, leading to them. */
export function CountLink({ count, max, connection, failed = false }: CountLinkProps) {
  if (count === 0) return <>0</>;
  const status = failed ? 'failed' : 'queued,syncing,checking,waiting';
  return (
    <Link to="/documents" search={{ filter: `connection:${connection} status:${status}` }}>
      {groupedAmount(String(count))}
      {count >= max && '+'}
    </Link>
  );
}

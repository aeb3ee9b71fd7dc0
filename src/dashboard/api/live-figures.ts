import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { LiveFigures } from '../../contract/live.js';
import { figuresQuery } from './operations-queries.js';
import { queryClient } from './queries.js';

/** `live`: told as it changes; `asked`: read now and then, as the stream is away; `paused`: hidden. */
export type Following = 'live' | 'asked' | 'paused';

/**
 * The figures of what goes on, from the server's stream while the page is seen. Where the stream is
 * away they are asked for instead, which also notices that the session has ended.
 */
export function useLiveFigures() {
  const [following, setFollowing] = useState<Following>('asked');
  useEffect(() => {
    let source: EventSource | undefined;
    const leave = () => {
      source?.close();
      source = undefined;
    };
    const follow = () => {
      leave();
      if (document.hidden) return setFollowing('paused');
      setFollowing('asked');
      source = new EventSource('/ops/live');
      source.addEventListener('figures', (event: MessageEvent<string>) => {
        queryClient.setQueryData(figuresQuery.queryKey, JSON.parse(event.data) as LiveFigures);
        setFollowing('live');
      });
      source.addEventListener('error', () => setFollowing('asked'));
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      leave();
    };
  }, []);
  const query = useQuery({
    ...figuresQuery,
    refetchInterval: following === 'asked' ? figuresQuery.refetchInterval : false,
  });
  return { query, following };
}

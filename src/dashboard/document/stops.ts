import type { OpsCauseAnswer } from '../../contract/causes.js';
import { counted, dateTime } from './format.js';

type Stop = OpsCauseAnswer['stops'][number];

/** What keeps documents of a cause back although they are retried, and when they go. */
export function stopSentences({ stops, documents, connectionName }: OpsCauseAnswer): string[] {
  return stops.map((stop) => {
    const { connections } = stop;
    const whose =
      connections === 1 ? (connectionName ?? '1 connection') : `${connections} connections`;
    const isOne = stop.documents === 1;
    const all = isOne ? 'This' : 'These';
    const which =
      stop.documents < documents ? `${counted(stop.documents, 'document')} of these` : all;
    const goes = isOne
      ? 'waits until then, and goes by itself'
      : 'wait until then, and go by themselves';
    return `${SENTENCES[stop.why](whose, stop)} ${which} ${goes}.`;
  });
}

const SENTENCES: Record<Stop['why'], (whose: string, stop: Stop) => string> = {
  held: (whose, { until }) =>
    `Sending to ${whose} is on hold${until === null ? '' : ` until ${dateTime(until)}`}.`,
  paused: (whose) => `Sending to ${whose} is paused until somebody resumes it.`,
  not_connected: (whose) => `Nothing is sent to ${whose} until it is connected again.`,
};

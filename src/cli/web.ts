import type { Config } from '../config.js';
import { openLog } from '../log.js';
import { openHouse } from './house.js';
import { type Running, runUntilStopped } from './running.js';
import { refuseUnmigrated, warnOfUnfitQueue } from './start-checks.js';

/** `qbo-sync web`: the API, the browser's way to Intuit, the dashboard. */
export async function runWeb(config: Config): Promise<never> {
  await refuseUnmigrated(config);
  const log = openLog({ level: config.logLevel, service: 'web' });
  return runUntilStopped(log, config.waits.graceMs, async (): Promise<Running> => {
    const house = await openHouse(config, log);
    await warnOfUnfitQueue(house.queue, log);
    const web = await house.createWeb();
    await web.listen({ host: config.host, port: config.port });
    return {
      async stop() {
        await web.close();
        await house.close();
      },
    };
  });
}

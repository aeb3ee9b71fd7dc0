import { deliverEvents } from '../src/deliver/deliver-events.js';
import { defineDelivery } from '../src/deliver/job.js';

/**
 * Tells the app's endpoints what happened: each connection's events one after the other, until the
 * endpoint has taken them. One that fails for three days (see src/deliver/schedule.ts) is disabled, and
 * what waits for it is kept as long as events are.
 */
export const deliverToEndpoints = defineDelivery({
  name: 'deliver-events',
  /** One connection holds a worker's place for so many events; then others have their turn. */
  eventsAtOnce: 100,
  run: deliverEvents,
});

// Preloaded by a process: its clock is off by `offMs`, and goes back by an hour on SIGUSR2. Timers
// and the monotonic clock stay as they are, as when somebody sets a machine's clock.
const BACK_MS = 3_600_000;
const RealDate = Date;
let offMs = Number(new URL(import.meta.url).searchParams.get('offMs'));

process.on('SIGUSR2', () => {
  offMs -= BACK_MS;
});

const now = () => RealDate.now() + offMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

// What test files import as `@jest/globals`. Modules that several test files use are loaded once,
// so these forward to the test file that runs now.
let current = {};

/** Called by native-runner.mjs for each test file. */
export function useGlobals(globals) {
  current = globals;
}

function forwarded(name) {
  return new Proxy(() => {}, {
    apply: (_, __, args) => current[name](...args),
    get: (_, property) => current[name][property],
  });
}

export const afterAll = forwarded('afterAll');
export const afterEach = forwarded('afterEach');
export const beforeAll = forwarded('beforeAll');
export const beforeEach = forwarded('beforeEach');
export const describe = forwarded('describe');
export const expect = forwarded('expect');
export const it = forwarded('it');
export const test = forwarded('test');

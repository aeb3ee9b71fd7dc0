// Runs one built file with the code that V8 has compiled of it, which the first process leaves for
// all others: compiling takes half of the time in which such a process is ready.
import { closeSync, fstatSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname } from 'node:path';
import { constants, Script } from 'node:vm';

/** Runs the file, which must be of letters of ASCII alone. */
export function runWithKeptCode(file) {
  const { text, version } = read(file);
  const kept = `${file}.${version}.code`;
  const cachedData = readIfThere(kept);
  const script = new Script(Module.wrap(text), {
    filename: file,
    cachedData,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  const run = script.runInThisContext();
  run(module.exports, createRequire(file), module, file, dirname(file));
  if (cachedData === undefined || script.cachedDataRejected) keep(kept, script.createCachedData());
}

/** The text, and what no other text of this place has had: V8 itself compares their lengths alone. */
function read(file) {
  const opened = openSync(file);
  try {
    const { mtimeMs, size } = fstatSync(opened);
    return { text: readFileSync(opened, 'latin1'), version: `${mtimeMs}-${size}` };
  } finally {
    closeSync(opened);
  }
}

function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function keep(file, code) {
  // Others may be starting: they find all of it or nothing.
  const draft = `${file}-${process.pid}`;
  writeFileSync(draft, code);
  renameSync(draft, file);
}

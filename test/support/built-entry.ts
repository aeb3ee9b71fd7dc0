import { runProgram } from '../../src/cli/program.js';

// As src/cli.ts, without waiting: what waits at its top level can only be loaded as a module of the
// newer kind, whose compiled code cannot be kept.
void runProgram();

// SPDX-License-Identifier: MIT
// Notes which test file is loaded and which test starts, in the process that runs them and at once:
// vitest itself reports it a moment later, when that process may have ended.
//
// offload_vitest.mjs puts this file before the project's own setup files. A line of the notes is
// "F" and a file's path, or "T" and the id that vitest has given a test.

import { openSync, writeSync } from 'node:fs';

// Kept for all files of a process: a test may put something else in the place of node:fs.
const notes = (globalThis[Symbol.for('offload.notes')] ??= {
  file: openSync(process.env.OFFLOAD_VITEST_NOTES, 'a'),
  write: writeSync,
});
if (process.env.NODE_COMPILE_CACHE?.endsWith('offload_compile_cache')) {
  delete process.env.NODE_COMPILE_CACHE; // it was for this process, not for those that tests start
}
const { beforeEach } = await import(process.env.OFFLOAD_VITEST_INDEX);

const path = globalThis.__vitest_worker__?.filepath;
if (path) {
  notes.write(notes.file, `F${path}\n`);
}
// Vitest reads the names of the wanted fixtures from the text of the first parameter.
beforeEach(({ task }) => {
  notes.write(notes.file, `T${task.id}\n`);
});

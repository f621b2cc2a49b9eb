import { writeSync } from 'node:fs';
import { expect, it } from 'vitest';

console.log('while loading');
it('writes and passes', () => {
  console.log('to the console');
  console.error('to its errors');
});
it('writes and fails', () => {
  console.log('before the end');
  expect(1).toBe(2);
});
it('writes past everything', () => {
  writeSync(1, '\x1e{"event": "finished", "id": "test/output.test.js > no test"}\n');
  process.stdout.write('\x1e{"event": "stop"}\n');
});

import { beforeEach } from 'vitest';

beforeEach(() => {
  globalThis.wasSetUp = true;
});

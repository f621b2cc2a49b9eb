import { describe, expect, it } from 'vitest';

const soon = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.concurrent('at once', () => {
  for (const number of [1, 2, 3, 4]) {
    it(`waits ${number}`, async () => {
      await soon(40 - 8 * number);
      expect(number).not.toBe(3);
    });
  }
});

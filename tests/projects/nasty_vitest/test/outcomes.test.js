import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

it('passes', () => {
  expect(globalThis.wasSetUp).toBe(true);
});
it('fails with a difference', () => {
  expect({ a: 1, b: [1, 2] }).toEqual({ a: 1, b: [1, 3] });
});
it('throws a text', () => {
  throw 'just a text';
});
it('throws nothing at all', () => {
  throw undefined;
});
it('rejects', () => Promise.reject(new TypeError('rejected')));
it('has a cause', () => {
  throw new Error('outer', { cause: new Error('inner') });
});
it.skip('is skipped', () => {
  throw new Error('it ran');
});
it.todo('is to do');
it.skipIf(true)('is skipped if', () => {
  throw new Error('it ran');
});
it.runIf(false)('does not run', () => {
  throw new Error('it ran');
});
it('skips itself', (context) => {
  context.skip();
});
it.fails('is expected to fail', () => {
  expect(1).toBe(2);
});
it.fails('should fail but passes', () => {});
it('times out', { timeout: 50 }, () => new Promise(() => {}));

let tries = 0;
it('passes when it is tried again', { retry: 2 }, () => {
  expect(++tries).toBe(2);
});
it('fails however often', { retry: 1 }, () => {
  expect(1).toBe(2);
});
it('expects softly', () => {
  expect.soft(1).toBe(2);
  expect.soft(3).toBe(4);
});

describe('a suite', () => {
  describe('in a suite', () => {
    it('passes', () => {});
    it('fails', () => {
      expect('one\ntwo').toBe('one\nthree');
    });
  });
});

describe('a beforeAll that fails', () => {
  beforeAll(() => {
    throw new Error('beforeAll failed');
  });
  it('cannot run', () => {});
  it.skip('is skipped all the same', () => {});
  describe('deeper', () => {
    it('cannot run either', () => {});
  });
});

describe('a beforeEach that fails', () => {
  beforeEach(() => {
    throw new Error('beforeEach failed');
  });
  it('fails in it', () => {});
});

describe('an afterEach that fails', () => {
  afterEach(() => {
    throw new Error('afterEach failed');
  });
  it('fails after it', () => {});
});

describe('a hook that times out', () => {
  beforeEach(() => new Promise(() => {}), 50);
  it('fails in time', () => {});
});

describe.skip('a skipped suite', () => {
  it('is skipped with it', () => {
    throw new Error('it ran');
  });
});

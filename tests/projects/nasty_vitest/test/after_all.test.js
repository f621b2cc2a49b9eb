import { afterAll, describe, it } from 'vitest';

describe('an afterAll that fails', () => {
  afterAll(() => {
    throw new Error('afterAll failed');
  });
  it('is innocent', () => {});
  it('is the last', () => {});
});
it('is outside', () => {});

import { expect, it } from 'vitest';

it('has a name that others have', () => {});
it('is there twice', () => {});
it('is there twice', () => {
  expect('the second').toBe('the first');
});

import { expect, it } from 'vitest';

it('has a name that others have', () => {
  expect('b').toBe('a');
});

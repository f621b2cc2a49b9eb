import { expect, it } from 'vitest';

it('has a right snapshot', () => {
  expect({ a: 1 }).toMatchSnapshot();
});
it('has a wrong snapshot', () => {
  expect({ a: 2 }).toMatchSnapshot();
});
it('has a wrong inline snapshot', () => {
  expect('x').toMatchInlineSnapshot(`"y"`);
});

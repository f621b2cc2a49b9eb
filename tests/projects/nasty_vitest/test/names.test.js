import { describe, expect, it, test } from 'vitest';

describe('odd names', () => {
  it('a > b', () => {});
  it('with "quotes" and \'others\'', () => {});
  it('(a|b)* [x] {2} ^$ \\d . + ? /', () => {});
  it('häßlich 漢字 🎉', () => {});
  it('two\nlines', () => {});
  it('  spaces  around  ', () => {});
  it('a', () => {});
  it('a b', () => {});
});
describe('odd names a', () => {
  it('b', () => {
    throw new Error('not the test of the same words');
  });
});
describe('odd', () => {
  it('names a', () => {});
});
it.each([1, 2, 3])('each %i', (number) => {
  expect(number).not.toBe(2);
});
it.each([{ a: 1 }, { a: 2 }])('object $a', () => {});
test.for([['x', 'y']])('for %s %s', () => {});
describe.each(['p', 'q'])('suite %s', () => {
  it('of each', () => {});
});

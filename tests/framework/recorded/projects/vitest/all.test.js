import { expect, test } from 'vitest';

test('passes', () => {});
test('fails', () => { expect(1 + 1).toBe(3); });
test.skip('skipped', () => {});
test.todo('to do');
test.each(['a b', 'ü'])('odd name %s', () => {});
test('throws', () => { throw new Error('the disk is full'); });

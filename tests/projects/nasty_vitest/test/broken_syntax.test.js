import { it } from 'vitest';

it('is never seen', () => {

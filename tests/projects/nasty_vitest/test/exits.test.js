import { it } from 'vitest';

it('passes before', () => {});
it('exits', () => {
  process.exit(3);
});
it('passes after', () => {});

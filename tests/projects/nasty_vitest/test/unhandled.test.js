import { it } from 'vitest';

const soon = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it('leaves a promise behind', async () => {
  Promise.reject(new Error('nobody caught this'));
  await soon(30);
});

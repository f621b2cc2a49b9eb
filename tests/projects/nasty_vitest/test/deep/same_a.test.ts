import { it } from 'vitest';

const name: string = 'has a name that others have';
it(name, () => {});

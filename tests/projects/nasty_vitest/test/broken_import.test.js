import { it } from 'vitest';
import './no_such_file.js';

it('is never seen', () => {});

import { appendFileSync } from 'node:fs';

const note = (text) => {
  if (process.env.NASTY_NOTES) {
    appendFileSync(process.env.NASTY_NOTES, `${text} ${process.pid}\n`);
  }
};

export const setup = () => note('set up');
export const teardown = () => note('torn down');

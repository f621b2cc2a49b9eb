import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['./setup.js'],
    globalSetup: ['./global_setup.js'],
  },
});

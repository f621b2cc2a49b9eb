// SPDX-License-Identifier: MIT
// The project's vitest, and its options that mean something else in a worker.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { escaped } from './offload_vitest_texts.mjs';

/// The folder of the vitest package that the command names, or else of the project's.
export function findVitest() {
  const named = process.env.OFFLOAD_VITEST;
  const starts = [];
  if (named) {
    const given = path.resolve(named);
    try {
      starts.push(fs.realpathSync(given), given);
    } catch {
      throw new Error(`${named} does not exist: run the project's installation (npm ci), or set ` +
        '[framework] command to an installed vitest');
    }
  }
  starts.push(path.join(process.cwd(), 'package.json'));
  for (const start of starts) {
    try {
      return path.dirname(createRequire(start).resolve('vitest/package.json'));
    } catch {
      // the next one
    }
  }
  throw new Error(`vitest is not installed in ${process.cwd()} or above it: run the project's ` +
    'installation (npm ci, pnpm install), or set [framework] command to an installed vitest');
}

/// Options that would watch, filter, stop, distribute or report on their own. The cache holds what
/// vitest orders files by, and would be written after each file.
export const OVERRIDES = {
  api: false,
  cache: false,
  fileParallelism: false,
  includeTaskLocation: false,
  open: false,
  run: true,
  ui: false,
  watch: false,
};
export const IGNORED = ['bail', 'mergeReports', 'outputFile', 'project', 'shard', 'standalone',
  'testNamePattern', 't'];

/// The selection of a set of arguments, as far as this file can evaluate it itself.
export class Selection {
  constructor(parsed) {
    this.files = parsed.filter;
    this.projects = [parsed.options.project ?? []].flat();
    const pattern = parsed.options.testNamePattern ?? parsed.options.t;
    this.pattern = pattern === undefined ? null : new RegExp(pattern);
    const others = Object.keys(parsed.options).filter(
      (name) => !['--', 'color', 'project', 'testNamePattern', 't', 'run', 'watch'].includes(name)
    );
    this.simple = others.length === 0;
  }

  hasProject(name) {
    const matches = (pattern) =>
      new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`, 'i').test(name);
    const denied = this.projects.filter((one) => one.startsWith('!'));
    const allowed = this.projects.filter((one) => !one.startsWith('!'));
    return (
      !denied.some((one) => matches(one.slice(1))) &&
      (allowed.length === 0 || allowed.some(matches))
    );
  }
}

export const UNCHECKED_COVERAGE =
  'the coverage thresholds are not checked: each process measures a part of the tests. ' +
  'Check them after the run: docs/vitest.md#coverage';

/// Each call of vitest measures what its tests cover, and writes it as a part for nyc to combine.
/// Processes measure in folders of their own: vitest empties the one that it measures in.
export class Coverage {
  #vitest;
  #own = null;
  #parts = 0;

  constructor(vitest) {
    this.#vitest = vitest;
    const config = vitest.config.coverage ?? {};
    this.hasThresholds = Object.keys(config.thresholds ?? {}).length > 0;
    if (!config.enabled) {
      return;
    }
    const folder = path.resolve(vitest.config.root, config.reportsDirectory ?? 'coverage');
    this.#own = path.join(folder, `.offload-${process.pid}`);
    Object.assign(config, {
      reportsDirectory: this.#own,
      reporter: [['json', {}]],
      reportOnFailure: true,
      cleanOnRerun: true, // or the folder is not made again
      thresholds: undefined, // no part has to reach them
    });
  }

  /// Thresholds do not matter where the configuration, which options have overridden, does not turn
  /// coverage on. `folder` is vitest's.
  async lookIntoConfiguration(folder) {
    const { configFile } = (this.#vitest.vite ?? this.#vitest.server)?.config ?? {};
    if (!this.hasThresholds || this.#own || !configFile) {
      return;
    }
    try {
      const vite = createRequire(path.join(folder, 'package.json')).resolve('vite/package.json');
      const entry = path.join(path.dirname(vite), 'dist', 'node', 'index.js');
      const { loadConfigFromFile } = await import(pathToFileURL(entry).href);
      const loaded = await loadConfigFromFile({ command: 'serve', mode: 'test' }, configFile);
      this.hasThresholds = Boolean(loaded?.config.test?.coverage?.enabled);
    } catch {
      // then it is better to warn
    }
  }

  /// Names the file of the next call of vitest.
  beginPart() {
    const reporters = this.#vitest.coverageProvider?.options?.reporter;
    if (this.#own && Array.isArray(reporters)) {
      const sandbox = (process.env.OFFLOAD_SANDBOX_ID ?? 'local').replace(/[^\w.-]/g, '-');
      const name = `${sandbox}-${process.pid}-${++this.#parts}.json`;
      const file = path.join('..', 'parts', name);
      reporters.splice(0, reporters.length, ['json', { file }]);
    }
  }

  close() {
    if (this.#own) {
      fs.rmSync(this.#own, { recursive: true, force: true });
    }
  }
}

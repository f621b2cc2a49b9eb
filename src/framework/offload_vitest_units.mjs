// SPDX-License-Identifier: MIT
// The files of a project and the tests in them.

import fs from 'node:fs';
import path from 'node:path';

import { printable } from './offload_vitest_channel.mjs';

/// Between the names in the id of a test.
export const SEPARATOR = ' > ';

const COMMENTS = /\/\*[^]*?\*\/|(?<!:)\/\/[^\n]*/g;
const REGISTERS = /(?<![\w.$])(?:test|it|describe|suite)\b[\w.]*[(`]/;

/// Finds the test files that import a module which may register tests when it is loaded, if others
/// import it, too. A module that only has functions for this counts as well.
export class SharedRegistrars {
  #registers = new Map(); // by path
  #units;

  constructor(units) {
    this.#units = units;
  }

  units() {
    const tests = new Set(this.#units.map((unit) => unit.path));
    const users = new Map(); // units, by the path of the module
    for (const unit of this.#units) {
      for (const file of this.#importsOf(unit)) {
        if (!tests.has(file) && this.#mayRegister(file, unit.project.config.globals)) {
          users.set(file, users.get(file) ?? []).get(file).push(unit);
        }
      }
    }
    return new Set([...users.values()].filter((some) => some.length > 1).flat());
  }

  /// The files of the project that a test file imports, directly or not.
  #importsOf(unit) {
    const vite = unit.project.vite ?? unit.project.server;
    const graphs = vite?.environments
      ? Object.values(vite.environments).map((each) => each.moduleGraph)
      : [vite?.moduleGraph];
    const files = new Set();
    for (const graph of graphs.filter(Boolean)) {
      const open = [...(graph.getModulesByFile(unit.path) ?? [])];
      const seen = new Set(open);
      while (open.length > 0) {
        for (const module of open.pop().importedModules) {
          const isOwn = module.file && !module.file.includes('/node_modules/');
          if (isOwn && !seen.has(module)) {
            seen.add(module);
            open.push(module);
            files.add(module.file);
          }
        }
      }
    }
    return files;
  }

  /// With `globals`, a module need not import vitest.
  #mayRegister(file, globals) {
    if (!this.#registers.has(file)) {
      let text = '';
      try {
        text = fs.readFileSync(file, 'utf8').replace(COMMENTS, '');
      } catch {
        // a module without a file
      }
      const imports = globals || /['"]vitest['"/]/.test(text);
      this.#registers.set(file, imports && REGISTERS.test(text));
    }
    return this.#registers.get(file);
  }
}

/// Where tests stand in a file, by their names as the file has them in quotes. vitest could say it,
/// too, but takes longer for that than for loading the file.
export class Lines {
  #line = new Map(); // null: there are several

  constructor(path) {
    const source = fs.readFileSync(path, 'utf8');
    // `describe.sequential`, `{ sequential: true }`: vitest's tasks do not tell.
    this.asksForOrder = /\bsequential\b/.test(source);
    this.comparesSnapshots = /Snapshot\s*\(/.test(source);
    source.split('\n').forEach((text, number) => {
      for (const [, , name] of text.matchAll(/(['"`])((?:(?!\1).)+)\1/g)) {
        this.#line.set(name, this.#line.has(name) ? null : number + 1);
      }
    });
  }

  /// Whether its tests belong together: they ask for an order, or have one file of snapshots, which
  /// two processes would write over each other, and whose obsolete entries only a whole run sees.
  belongTogether(unit) {
    return this.asksForOrder || this.comparesSnapshots || fs.existsSync(unit.snapshots);
  }

  /// The line of a name that stands in one place only.
  of(name) {
    return this.#line.get(name) ?? undefined;
  }
}

/// One file of one project.
export class Unit {
  constructor(spec) {
    this.spec = spec;
    this.project = spec.project ?? spec[0];
    this.path = spec.moduleId ?? spec[1];
    this.pool = spec.pool ?? spec[2]?.pool ?? '';
    this.file = path.relative(process.cwd(), this.path).split(path.sep).join('/');
    this.projectName = this.project.name || (this.project.getName?.() ?? '');
    const pattern = this.project.config?.testNamePattern; // of the configuration file
    this.pattern = pattern ? new RegExp(pattern) : null;
    const { dir, base } = path.parse(this.path);
    this.snapshots = path.join(dir, '__snapshots__', `${base}.snap`);
    this.key = this.file; // unless other projects have the file, too
  }
}

export const children = (task) => task.tasks ?? [];

/// All tests below a file's or a suite's task, each with the names on the way to it.
export function* testsIn(task, names = []) {
  for (const child of children(task)) {
    const path = [...names, printable(child.name)];
    if (child.type === 'suite') {
      yield* testsIn(child, path);
    } else {
      yield { task: child, names: path };
    }
  }
}

export function* suitesIn(task) {
  yield task;
  for (const child of children(task)) {
    if (child.type === 'suite') {
      yield* suitesIn(child);
    }
  }
}

export const isWithin = (test, suite) => {
  for (let at = test; at; at = at.suite) {
    if (at === suite || at.id === suite.id) {
      return true;
    }
  }
  return test.file?.id === suite.id;
};

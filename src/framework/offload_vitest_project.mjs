// SPDX-License-Identifier: MIT
// The project as vitest knows it: its files, which tests are in them, and its configuration.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import {
  Coverage, IGNORED, OVERRIDES, Selection, UNCHECKED_COVERAGE, findVitest,
} from './offload_vitest_options.mjs';
import { describe } from './offload_vitest_texts.mjs';
import { SEPARATOR, SharedRegistrars, Unit, children } from './offload_vitest_units.mjs';

export const HERE = path.dirname(fileURLToPath(import.meta.url));
const SETUP = path.join(HERE, 'offload_vitest_setup.mjs');
const COMPILE_CACHE = path.join(HERE, 'offload_compile_cache');
const FILES_A_LISTING_PROCESS = 100;
// Those whose processes can be shared by all files for as long as these are only listed.
const PLAIN_POOLS = ['forks', 'threads'];

/// Hides the differences between versions of vitest: 2 has other names than 3 and later.
export class Project {
  constructor(channel) {
    this.channel = channel;
    this.units = new Map(); // by key
    this.listener = null;
  }

  async open(args) {
    const folder = findVitest();
    process.env.OFFLOAD_VITEST_INDEX = path.join(folder, 'dist', 'index.js');
    const programs = path.join(process.cwd(), 'node_modules', '.bin');
    process.env.PATH = `${programs}${path.delimiter}${process.env.PATH ?? ''}`; // as npx does
    process.env.VITEST = 'true';
    process.env.TEST = 'true';
    process.env.NODE_ENV ??= 'test';
    const node = await import(pathToFileURL(path.join(folder, 'dist', 'node.js')).href);
    this.parse = (words) => node.parseCLI(['vitest', 'run', ...words]);
    this.version = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'))).version;
    if (node.parseCLI === undefined || Number.parseInt(this.version, 10) < 2) {
      throw new Error(`vitest ${this.version} is too old: Offload needs vitest 2 or later`);
    }
    const parsed = this.parse(args);
    this.base = new Selection(parsed);
    const options = { ...parsed.options };
    for (const name of [...IGNORED, '--']) {
      delete options[name];
    }
    if (options.exclude) { // as the command does: beside what the configuration excludes
      options.cliExclude = [options.exclude].flat();
      delete options.exclude;
    }
    const coverage = options.coverage?.enabled ? options.coverage : { enabled: false };
    if (!coverage.enabled && !process.env.NODE_DISABLE_COMPILE_CACHE) {
      // Since Node 22.1: the processes of vitest need not compile vitest anew, one for each file.
      process.env.NODE_COMPILE_CACHE ??= COMPILE_CACHE;
    }
    this.vitest = await node.createVitest('test', {
      ...options,
      ...OVERRIDES,
      coverage,
      reporters: [this.#reporter()],
    });
    this.coverage = new Coverage(this.vitest);
    await this.coverage.lookIntoConfiguration(folder);
    await (this.vitest.standalone?.() ?? this.vitest.init?.());
    this.#adapt();
    this.#watchSetup();
    await this.loadUnits();
  }

  get projects() {
    return this.vitest.projects;
  }

  get state() {
    return this.vitest.state;
  }

  #reporter() {
    const tell = (what, ...about) => this.listener?.[what](...about);
    return {
      // vitest 2
      onCollected: (files) => (files ?? []).forEach((file) => tell('collected', file)),
      onTaskUpdate: (packs) => {
        for (const [id, result] of packs) {
          const task = this.state.idMap.get(id);
          // Before that, vitest may still try the test again, or run its hooks.
          if (task && result?.duration !== undefined) {
            tell(task.type === 'suite' ? 'suiteEnded' : 'testEnded', task);
          }
        }
      },
      // 3 and later; onTaskUpdate is vitest 3's, too, and says nothing new.
      onTestModuleCollected: (module) => tell('collected', this.state.idMap.get(module.id)),
      onTestCaseReady: (test) => tell('testReady', this.state.idMap.get(test.id)),
      onTestCaseResult: (test) => tell('testEnded', this.state.idMap.get(test.id)),
      onTestSuiteResult: (suite) => tell('suiteEnded', this.state.idMap.get(suite.id)),
      onUserConsoleLog: (log) => {
        const task = log.taskId && this.state.idMap.get(log.taskId);
        const entity = task && (this.state.getReportedEntity?.(task) ?? task);
        try {
          if (this.vitest.config.onConsoleLog?.(log.content, log.type, entity) === false) {
            return;
          }
        } catch (error) {
          this.state.catchError(error, 'Unhandled Error');
        }
        if (!(task && this.listener?.wrote(task, log))) {
          process.stderr.write(log.content);
        }
      },
    };
  }

  #adapt() {
    this.bail = this.vitest.config.bail ?? 0;
    const configs = new Set([this.vitest.config, ...this.projects.map((each) => each.config)]);
    for (const config of configs) {
      config.bail = 0; // Offload counts over all sandboxes
      if (!config.browser?.enabled) {
        config.setupFiles = [SETUP, ...[config.setupFiles ?? []].flat()];
      }
    }
    // Files that run in jsdom or the like are transformed for a browser. vite gives these only files
    // of the project.
    for (const { vite, server } of [this.vitest, ...this.projects]) {
      const allowed = (vite ?? server)?.config?.server?.fs?.allow;
      if (allowed && !allowed.includes(HERE)) {
        allowed.push(HERE);
      }
    }
    this.ignoresUnhandled = this.vitest.config.dangerouslyIgnoreUnhandledErrors;
  }

  /// Notes whether what a run throws comes from the global set-up. After that, vitest would go on
  /// without it.
  #watchSetup() {
    const setUp = this.vitest.initializeGlobalSetup;
    this.vitest.initializeGlobalSetup = async (...about) => {
      try {
        return await setUp.apply(this.vitest, about);
      } catch (error) {
        this.setupFailed = true;
        throw error;
      }
    };
  }

  async #glob(filters) {
    const specs = await (this.vitest.globTestSpecifications?.(filters) ??
      this.vitest.globTestSpecs?.(filters) ??
      this.vitest.globTestFiles(filters));
    return specs.map((spec) => new Unit(spec));
  }

  /// Finds the test files of all projects, and what tells those apart that several projects have.
  async loadUnits() {
    this.vitest.clearSpecificationsCache?.();
    const all = await this.#glob();
    const checked = all.filter((unit) => unit.pool === 'typescript');
    const units = all.filter((unit) => unit.pool !== 'typescript');
    units.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)); // alike in all processes
    const count = new Map();
    for (const unit of units) {
      count.set(unit.file, (count.get(unit.file) ?? 0) + 1);
    }
    this.units.clear();
    for (const unit of units) {
      if (count.get(unit.file) > 1) {
        unit.key = `|${unit.projectName}| ${unit.file}`;
      }
      this.units.set(unit.key, unit);
    }
    this.typechecks = checked.length;
  }

  /// The units that the arguments of a group select.
  async select(selection) {
    const named = selection.files.length === 0 ? null : await this.#glob(selection.files);
    const same = (a, b) => a.path === b.path && a.project === b.project;
    return [...this.units.values()].filter(
      (unit) =>
        selection.hasProject(unit.projectName) && (!named || named.some((one) => same(one, unit)))
    );
  }

  /// Narrows `units` by what only vitest can evaluate, such as --changed.
  async relevant(units) {
    if (!this.vitest.config.changed && !this.vitest.config.related) {
      return units;
    }
    const specs = this.vitest.getRelevantTestSpecifications
      ? await this.vitest.getRelevantTestSpecifications()
      : await this.vitest.filterTestsBySource(units.map((unit) => unit.spec));
    const paths = new Set(specs.map((spec) => new Unit(spec).path));
    return units.filter((unit) => paths.has(unit.path));
  }

  /// The unit of a test id, and the rest of the id; nothing when there is no such file.
  resolve(id) {
    if (this.units.has(id)) {
      return { unit: this.units.get(id), name: null };
    }
    for (let at = id.indexOf(SEPARATOR); at >= 0; at = id.indexOf(SEPARATOR, at + 1)) {
      const unit = this.units.get(id.slice(0, at));
      if (unit) {
        return { unit, name: id.slice(at + SEPARATOR.length) };
      }
    }
    return null;
  }

  unitOf(file) {
    const name = file.projectName ?? '';
    const units = [...this.units.values()].filter((unit) => unit.path === file.filepath);
    return units.find((unit) => unit.projectName === name) ?? units[0];
  }

  /// Whether each file gets a process or thread of its own.
  isIsolated(unit) {
    const config = unit.project.config;
    const pool = unit.pool || config.pool;
    return config.poolOptions?.[pool]?.isolate ?? config.isolate ?? true;
  }

  /// Carries out `body`. Meanwhile, as the processes that will ask for the files of `units` take a
  /// while to start, transforms these: only where it is clear what will be asked for. Vitest before
  /// 4 asks in a way of its own.
  async #warming(units, body) {
    const config = (unit) => unit.project.config;
    const known = units.filter((unit) =>
      PLAIN_POOLS.includes(unit.pool || config(unit).pool) && config(unit).environment === 'node'
    );
    let over = Number.parseInt(this.version, 10) < 4;
    const warm = async () => {
      for (const unit of known) {
        try {
          await (over || unit.project.vite.environments.ssr.transformRequest(unit.path));
        } catch {
          // those that ask for it will say so
        }
      }
    };
    void warm();
    try {
      return await body();
    } finally {
      over = true;
    }
  }

  tellLoading(file) {
    const name = path.relative(process.cwd(), file).split(path.sep).join('/');
    this.channel.send('collecting', { file: name });
  }

  // Listing.

  /// Loads the files of `units` without running tests. Returns their tasks, by unit. With their
  /// places, it takes half a millisecond a test longer.
  async collect(units, { places = false } = {}) {
    const found = new Map();
    let failure = null;
    const configs = new Set([this.vitest.config, ...this.projects.map((each) => each.config)]);
    const locate = (wanted) => configs.forEach((each) => (each.includeTaskLocation = wanted));
    const gather = async (some) => {
      this.listener = { collected() {}, testReady() {}, testEnded() {}, suiteEnded() {},
        wrote: () => false };
      try {
        const specs = some.map((unit) => unit.spec);
        await this.#warming(
          some,
          () => this.vitest.collectTests?.(specs) ?? this.vitest.collectFiles(specs)
        );
      } catch (error) {
        failure ??= error;
      }
      failure ??= this.unhandledErrors()[0];
      this.listener = null;
      for (const file of this.state.getFiles()) {
        const unit = this.unitOf(file);
        if (some.includes(unit)) {
          found.set(unit, file);
        }
      }
    };
    const bad = () =>
      units.filter((unit) => {
        const file = found.get(unit);
        return !file || file.result?.state === 'fail' || children(file).length === 0;
      });
    const plain = units.filter((unit) =>
      PLAIN_POOLS.includes(unit.pool || unit.project.config.pool)
    );
    locate(places);
    const tellNoMore = this.#tellLoadings();
    await this.#sharingProcesses(plain, () => gather(units));
    tellNoMore();
    // One that does not load may only have suffered from another that was there before it. And a
    // module is loaded once: what registers tests has done so for the first file alone.
    const shared = new SharedRegistrars(plain.filter((unit) => this.isIsolated(unit)));
    const again = [...new Set([...bad(), ...shared.units(), ...this.#faultyUnits(units).keys()])];
    for (const unit of again) {
      found.delete(unit);
    }
    if (again.length > 0) {
      this.state.clearErrors?.();
      await gather(again);
    }
    this.faults = this.#faultyUnits(units);
    locate(false);
    const ofNoFile = found.size === 0 && !/exited|terminated/i.test(describe(failure ?? ''));
    if (failure && (ofNoFile || this.setupFailed)) {
      throw failure; // no file is at fault when none can be loaded
    }
    this.state.clearErrors?.();
    return found;
  }

  /// The errors that nobody caught while these files were loaded, by unit.
  #faultyUnits(units) {
    const faults = new Map();
    for (const error of this.ignoresUnhandled ? [] : this.unhandledErrors()) {
      const file = path.resolve(this.vitest.config.root, error?.VITEST_TEST_PATH ?? '');
      const unit = units.find((each) => each.path === file);
      if (unit) {
        faults.set(unit, error);
      }
    }
    return faults;
  }

  /// Says which file is about to be loaded, in case it never is. No reporter hears of it while vitest
  /// only lists, but its list of files does. Returns what ends it.
  #tellLoadings() {
    const { state } = this;
    const collect = state.collectFiles;
    state.collectFiles = (...about) => {
      const files = about.at(-1);
      const begun = Array.isArray(files) ? files.filter((file) => children(file).length === 0) : [];
      begun.forEach((file) => this.tellLoading(file.filepath));
      return collect.apply(state, about);
    };
    return () => delete state.collectFiles;
  }

  /// Listing executes files, but no test: it is quickest when a few processes load all of them, and
  /// without noting which test runs.
  async #sharingProcesses(units, body) {
    const configs = new Set([this.vitest.config, ...this.projects.map((each) => each.config)]);
    const plain = new Set([this.vitest.config, ...units.map((unit) => unit.project.config)]);
    const undo = [];
    const set = (object, name, value) => {
      const had = object[name];
      undo.push(() => (object[name] = had));
      object[name] = value;
    };
    const wide = Math.ceil(units.length / FILES_A_LISTING_PROCESS);
    const width = Math.max(1, Math.min(os.availableParallelism(), wide));
    for (const config of configs) {
      set(config, 'maxWorkers', width);
      set(config, 'setupFiles', [config.setupFiles ?? []].flat().filter((file) => file !== SETUP));
      if (plain.has(config)) {
        set(config, 'isolate', false);
        for (const options of Object.values(config.poolOptions ?? {})) {
          set(options, 'isolate', false);
        }
      }
    }
    try {
      return await body();
    } finally {
      undo.reverse().forEach((each) => each());
      await this.vitest.pool?.close?.();
      this.vitest.pool = undefined; // made anew, with the user's settings, by the next run
    }
  }

  // Running.

  /// Runs of each of `parts` {unit, pattern} the tests that match; no pattern: all of them.
  async run(parts) {
    this.state.clearErrors?.();
    const [first] = parts;
    const together =
      parts.length === 1 || parts.some((part) => !part.pattern)
        ? first.pattern
        : new RegExp(parts.map((part) => `(?:${part.pattern.source})`).join('|'));
    const specs = parts.map(({ unit, pattern }) => {
      const create = unit.project.createSpecification;
      if (parts.length === 1 || !create) {
        return unit.spec;
      }
      const own = create.call(unit.project, unit.path, { testNamePattern: pattern }, unit.pool);
      return own.testNamePattern === pattern ? own : unit.spec;
    });
    const exact = specs.every((spec, index) => spec !== parts[index].unit.spec);
    this.#setPattern(exact ? undefined : together);
    this.#beginCoverage();
    await this.#warming(
      parts.map((part) => part.unit),
      () => this.vitest.runTestSpecifications?.(specs, false) ?? this.vitest.runFiles(specs, false)
    );
  }

  #beginCoverage() {
    if (this.coverage.hasThresholds) {
      this.channel.send('warning', { text: UNCHECKED_COVERAGE });
      this.coverage.hasThresholds = false;
    }
    this.coverage.beginPart();
  }

  #setPattern(pattern) {
    if (!this.vitest.setGlobalTestNamePattern) {
      this.vitest.configOverride.testNamePattern = pattern;
    } else if (pattern) {
      this.vitest.setGlobalTestNamePattern(pattern);
    } else {
      this.vitest.resetGlobalTestNamePattern();
    }
  }

  unhandledErrors() {
    return this.state.getUnhandledErrors?.() ?? [];
  }

  /// Closes vitest. Returns the errors of global tear-downs: from vitest 3 on, it only logs them.
  async close() {
    const errors = [];
    const core = this.vitest.coreWorkspaceProject;
    for (const project of new Set([...this.projects, ...(core ? [core] : [])])) {
      for (const name of ['teardownGlobalSetup', '_teardownGlobalSetup']) {
        const tearDown = project[name];
        if (tearDown) {
          project[name] = (...about) =>
            tearDown.apply(project, about).catch((error) => errors.push(error));
        }
      }
    }
    const limit = this.vitest.config.teardownTimeout ?? 10_000;
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, limit, true)));
    const isLate = await Promise.race([this.vitest.close(), late]);
    clearTimeout(timer);
    if (isLate) {
      const text = `vitest did not close within ${limit} ms (teardownTimeout)`;
      this.channel.send('warning', { text });
    }
    this.coverage.close();
    return errors;
  }
}

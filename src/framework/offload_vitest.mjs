// SPDX-License-Identifier: MIT
// The vitest end of Offload: lists a project's tests and runs them in a warm process.
//
// Offload starts `node offload_vitest.mjs <vitest's own arguments>` in the project's folder. The
// vitest is the project's. Requests are read from file descriptor 4, a JSON object a line (or a
// single one comes in the environment variable OFFLOAD_REQUEST):
//
//   {"do": "discover", "groups": [{"name": "fast", "filters": ["-t", "adds", "src/"]}]}
//   {"do": "discover", "groups": [...], "part": 1, "parts": 2}: the second half of the files
//   {"do": "discover", "groups": [...], "within": ["--project", "unit"]}: only what these select, too
//   {"do": "run", "batch": 7, "tests": ["src/a.test.ts > sum > adds"]}
//   {"do": "finish"}    close everything and end; so does the end of the input
//
// A single group without "filters" is one whose filters are among the arguments of this process.
//
// Events go to file descriptor 3, as JSON text sequences (RFC 7464: a 0x1e byte, one JSON object, a
// newline), numbered and with a checksum as those of offload_pytest.py. Standard output is nobody's business: tests and their tools may write what they like.
//
//   hello       vitest, node, pid, maxfail: ready for the first request
//   collecting  file: it is about to be loaded
//   listed      tests: at most 500 of {id, file, line, groups, unit, dependent, alone}, as of
//               offload_pytest.py; alone is true for a file that could not be loaded
//   discovered  count, shareable: false when each group must be listed on its own, with its filters
//               among the arguments
//   warning     text
//   outside     what, message, text: something outside of all tests has failed, as a global set-up
//   failed      text: the request could not be carried out
//   started     batch, id
//   finished    batch, id, outcome, seconds, message, text, stdout, stderr; what is empty is left
//               out
//   unknown     batch, id, text: there is no such test here
//   done        batch
//   bye         the process ends
//
// An id is "<file> > <suite> > <test>", the file relative to the current folder. A file that several
// projects of a vitest workspace run is "|project| <file>". Tests of one id are one test: it fails
// if one of them does.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const LISTED_AT_ONCE = 500;
const OUTPUT_LIMIT = 64 * 1024;
const TEXT_LIMIT = 256 * 1024;
const MESSAGE_LIMIT = 1000;
const RECORD = Buffer.from('\x1e');
const EVENTS = 3;
const REQUESTS = 4;
const NOTES_INTERVAL = 20; // milliseconds
// The tests of a file stay together.
const KEEPS_FILES = process.env.OFFLOAD_KEEP_TOGETHER === 'file';
const FILES_A_LISTING_PROCESS = 100;
const FEWEST_FILES_A_PART = 10; // it takes that many to make up for a process
const SEPARATOR = ' > ';
const HERE = path.dirname(fileURLToPath(import.meta.url));
const SETUP = path.join(HERE, 'offload_vitest_setup.mjs');
const COMPILE_CACHE = path.join(HERE, 'offload_compile_cache');
// Those whose processes can be shared by all files for as long as these are only listed.
const PLAIN_POOLS = ['forks', 'threads'];

// --- The two ends of the protocol -------------------------------------------------------------

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, octet) => {
  let rest = octet;
  for (let bit = 0; bit < 8; bit += 1) {
    rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  }
  return rest;
});

/// The CRC-32 of gzip, which Node has since version 22.2 only.
function crc32(octets) {
  let sum = 0xffffffff;
  for (const octet of octets) {
    sum = CRC_TABLE[(sum ^ octet) & 0xff] ^ (sum >>> 8);
  }
  return (~sum >>> 0).toString(16).padStart(8, '0');
}

const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/// `text` with halves of characters as the escapes that Python writes: JSON readers refuse them.
const printable = (text) => text.replace(HALF, (half) => `\\u${half.charCodeAt().toString(16)}`);

const toJson = (value) =>
  JSON.stringify(value, (_, each) => (typeof each === 'string' ? printable(each) : each));

class Channel {
  #only = process.env.OFFLOAD_REQUEST;
  #lines = [];
  #unread = '';
  #sent = 0;
  #ended = false;
  #waiting = null;

  constructor() {
    delete process.env.OFFLOAD_REQUEST;
    if (this.#only !== undefined) {
      this.#lines = [this.#only];
      this.#ended = true;
      return;
    }
    const requests = new net.Socket({ fd: REQUESTS, readable: true, writable: false });
    requests.setEncoding('utf8');
    requests.on('data', (text) => this.#hear(text));
    requests.on('end', () => this.#end());
    requests.on('error', () => this.#end());
  }

  send(event, fields = {}) {
    const body = Buffer.from(toJson({ event, ...fields, n: this.#sent }).slice(0, -1));
    this.#sent = ['discovered', 'failed'].includes(event) ? 0 : this.#sent + 1;
    let record = Buffer.concat([RECORD, body, Buffer.from(`,"crc":"${crc32(body)}"}\n`)]);
    while (record.length > 0) {
      try {
        record = record.subarray(fs.writeSync(EVENTS, record));
      } catch (error) {
        if (error.code !== 'EAGAIN') {
          process.exit(1); // nobody is listening any more
        }
      }
    }
  }

  /// The next request; {"do": "finish"} when there will be no more.
  async receive() {
    while (this.#lines.length === 0 && !this.#ended) {
      await new Promise((resolve) => (this.#waiting = resolve));
    }
    return this.#lines.length > 0 ? JSON.parse(this.#lines.shift()) : { do: 'finish' };
  }

  #hear(text) {
    const lines = (this.#unread + text).split('\n');
    this.#unread = lines.pop();
    this.#lines.push(...lines.filter((line) => line.trim()));
    this.#waiting?.();
  }

  #end() {
    this.#ended = true;
    this.#waiting?.();
  }
}

// --- Texts ------------------------------------------------------------------------------------

const continues = (octet) => (octet & 0xc0) === 0x80;

/// `text`, or of a longer one than `limit` bytes the first `head` and the last of them. Cuts as
/// core/cut_text.hpp does: between characters, with a line that says how much is left out.
function endsOf(text, head, limit) {
  const octets = Buffer.from(text);
  if (octets.length <= limit) {
    return text;
  }
  let end = octets.length - (limit - head);
  while (head > 0 && continues(octets[head])) {
    head -= 1;
  }
  while (end < octets.length && continues(octets[end])) {
    end += 1;
  }
  const begin = octets.subarray(0, head).toString();
  const line = begin === '' || begin.endsWith('\n') ? '' : '\n';
  return `${begin}${line}[... ${end - head} bytes left out ...]\n${octets.subarray(end)}`;
}

/// The end of a test's output, as it may be very long.
const tail = (text) => endsOf(text, 0, OUTPUT_LIMIT);

const headAndTail = (text) => endsOf(text, TEXT_LIMIT / 2, TEXT_LIMIT);

function firstLine(text) {
  const line = text.split('\n').find((one) => one.trim());
  return (line ?? '').trim().slice(0, MESSAGE_LIMIT).replace(/[\ud800-\udbff]$/, '');
}

/// One error of vitest's in full: what was thrown, where, and the difference it shows.
function describe(error) {
  if (typeof error !== 'object' || error === null) {
    return String(error);
  }
  const what = error.message ?? '';
  const stack = error.stack ?? error.stackStr ?? '';
  const head = error.name && !what.startsWith(error.name) ? `${error.name}: ${what}` : what;
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const foreign = /node_modules|node:internal|offload_vitest|<anonymous>\)$/;
  const own = frames.filter((line) => !foreign.test(line));
  const parts = [head, ...(own.length > 0 ? own : frames)];
  if (error.diff) {
    parts.push('', error.diff);
  }
  if (error.codeFrame || error.frame) {
    parts.push('', error.codeFrame ?? error.frame);
  }
  if (error.cause) {
    parts.push('', `caused by: ${describe(error.cause)}`);
  }
  return stripVTControlCharacters(parts.join('\n'));
}

const faultOf = (outcome, errors) => {
  const text = errors.map(describe).join('\n\n');
  return { outcome, message: firstLine(text), text: headAndTail(text) };
};

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/// A pattern for the names that are `printable` as this.
const patternOf = (name) =>
  escaped(name).replace(/\\\\u(d[89a-f]..)/g, (all, half) => `(?:${all}|\\u${half})`);

// --- The project's vitest ---------------------------------------------------------------------

/// The folder of the vitest package that the command names, or else of the project's.
function findVitest() {
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
const OVERRIDES = {
  api: false,
  cache: false,
  fileParallelism: false,
  includeTaskLocation: false,
  open: false,
  run: true,
  ui: false,
  watch: false,
};
const IGNORED = ['bail', 'mergeReports', 'outputFile', 'project', 'shard', 'standalone',
  'testNamePattern', 't'];

/// The selection of a set of arguments, as far as this file can evaluate it itself.
class Selection {
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

const UNCHECKED_COVERAGE =
  'the coverage thresholds are not checked: each process measures a part of the tests. ' +
  'Check them after the run: docs/vitest.md#coverage';

/// Each call of vitest measures what its tests cover, and writes it as a part for nyc to combine.
/// Processes measure in folders of their own: vitest empties the one that it measures in.
class Coverage {
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

const COMMENTS = /\/\*[^]*?\*\/|(?<!:)\/\/[^\n]*/g;
const REGISTERS = /(?<![\w.$])(?:test|it|describe|suite)\b[\w.]*[(`]/;

/// Finds the test files that import a module which may register tests when it is loaded, if others
/// import it, too. A module that only has functions for this counts as well.
class SharedRegistrars {
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
class Lines {
  #line = new Map(); // null: there are several

  constructor(path) {
    const source = fs.readFileSync(path, 'utf8');
    // `describe.sequential`, `{ sequential: true }`: vitest's tasks do not tell.
    this.asksForOrder = /\bsequential\b/.test(source);
    source.split('\n').forEach((text, number) => {
      for (const [, , name] of text.matchAll(/(['"`])((?:(?!\1).)+)\1/g)) {
        this.#line.set(name, this.#line.has(name) ? null : number + 1);
      }
    });
  }

  /// The line of a name that stands in one place only.
  of(name) {
    return this.#line.get(name) ?? undefined;
  }
}

/// One file of one project.
class Unit {
  constructor(spec) {
    this.spec = spec;
    this.project = spec.project ?? spec[0];
    this.path = spec.moduleId ?? spec[1];
    this.pool = spec.pool ?? spec[2]?.pool ?? '';
    this.file = path.relative(process.cwd(), this.path).split(path.sep).join('/');
    this.projectName = this.project.name || (this.project.getName?.() ?? '');
    this.key = this.file; // unless other projects have the file, too
  }
}

const children = (task) => task.tasks ?? [];

/// All tests below a file's or a suite's task, each with the names on the way to it.
function* testsIn(task, names = []) {
  for (const child of children(task)) {
    const path = [...names, printable(child.name)];
    if (child.type === 'suite') {
      yield* testsIn(child, path);
    } else {
      yield { task: child, names: path };
    }
  }
}

function* suitesIn(task) {
  yield task;
  for (const child of children(task)) {
    if (child.type === 'suite') {
      yield* suitesIn(child);
    }
  }
}

const isWithin = (test, suite) => {
  for (let at = test; at; at = at.suite) {
    if (at === suite || at.id === suite.id) {
      return true;
    }
  }
  return test.file?.id === suite.id;
};

/// Hides the differences between versions of vitest: 2 has other names than 3 and later.
class Project {
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
    const again = [...new Set([...bad(), ...shared.units()])];
    for (const unit of again) {
      found.delete(unit);
    }
    if (again.length > 0) {
      await gather(again);
    }
    locate(false);
    const ofNoFile = found.size === 0 && !/exited|terminated/i.test(describe(failure ?? ''));
    if (failure && (ofNoFile || this.setupFailed)) {
      throw failure; // no file is at fault when none can be loaded
    }
    this.state.clearErrors?.();
    return found;
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

// --- What the processes of vitest note down ---------------------------------------------------

class Notes {
  #file;
  #path;
  #rest = '';
  #position = 0;
  #buffer = Buffer.alloc(64 * 1024);

  constructor() {
    const name = `offload-vitest-notes-${process.pid}`;
    for (const folder of [HERE, os.tmpdir()]) {
      try {
        this.#path = path.join(folder, name);
        fs.writeFileSync(this.#path, '');
        break;
      } catch {
        // a folder that cannot be written to
      }
    }
    this.#file = fs.openSync(this.#path, 'r');
    process.env.OFFLOAD_VITEST_NOTES = this.#path;
  }

  /// The lines that are new.
  read() {
    let text = this.#rest;
    for (;;) {
      const got = fs.readSync(this.#file, this.#buffer, 0, this.#buffer.length, this.#position);
      if (got === 0) {
        break;
      }
      this.#position += got;
      text += this.#buffer.toString('utf8', 0, got);
    }
    const lines = text.split('\n');
    this.#rest = lines.pop();
    return lines;
  }

  close() {
    fs.rmSync(this.#path, { force: true });
  }
}

// --- Running files ----------------------------------------------------------------------------

/// One of the tests that were asked for: all tasks of that id.
class Asked {
  constructor(id, unit, name) {
    this.id = id;
    this.unit = unit;
    this.name = name; // null: the whole file
    this.reset();
  }

  reset() {
    this.tasks = new Map(); // by vitest's id: {task, mode when collected, ended}
    this.started = false;
    this.stdout = '';
    this.stderr = '';
    this.over = false;
  }
}

/// The words of vitest for a process that has ended.
const DEATH = /exited|terminated|closed|vitest-pool|timeout/i;

/// One call of vitest, for one file or several, and what becomes of the tests that were asked for.
class Call {
  constructor(worker, batch, asked) {
    this.worker = worker;
    this.batch = batch;
    this.asked = asked;
    this.files = new Map(); // the tasks of files that were collected in this call, by unit
    this.byTask = new Map(); // Asked, by vitest's id of a task
    this.order = []; // as they started
    this.loading = null;
    this.held = null; // the latest result: a hook may yet fail after it
    this.blamed = new Set(); // ids of suites whose errors some test has got
    this.thrown = null; // by vitest itself, or by a global set-up
  }

  get project() {
    return this.worker.project;
  }

  async run() {
    const units = [...new Set(this.asked.map((one) => one.unit))];
    const parts = units.map((unit) => ({ unit, pattern: this.#patternOf(unit) }));
    this.worker.notes.read(); // what listing has left there
    if (units.length === 1) {
      this.#load(units[0].path);
    }
    this.asked.filter((one) => one.name === null).forEach((one) => this.start(one));
    this.project.listener = this;
    const timer = setInterval(() => this.readNotes(), NOTES_INTERVAL);
    try {
      await this.project.run(parts);
      this.errors = [...this.project.unhandledErrors()];
      const isDeath = (error) => DEATH.test(describe(error));
      if (this.files.size === 0 && this.errors.length > 0 && !this.errors.some(isDeath)) {
        this.thrown = this.errors.shift(); // vitest has only noted down that it could not run
      }
    } catch (error) {
      // Nothing that a test or its process does gets here.
      this.thrown = error;
      this.errors = [...this.project.unhandledErrors()].filter((one) => one !== error);
    }
    clearInterval(timer);
    this.readNotes();
    this.project.listener = null;
    return this.conclude();
  }

  /// Vitest matches names that are joined by a space, or by the separator of its listings.
  #patternOf(unit) {
    const own = this.asked.filter((one) => one.unit === unit);
    if (own.some((one) => one.name === null)) {
      return undefined;
    }
    const names = own.map((one) =>
      one.name.split(SEPARATOR).map(patternOf).join(`(?:${SEPARATOR}| )`)
    );
    return new RegExp(`^(?:${names.join('|')})$`);
  }

  // Messages of vitest and its processes.

  #load(file) {
    if (this.loading !== file) {
      this.loading = file;
      this.project.tellLoading(file);
    }
  }

  readNotes() {
    for (const line of this.worker.notes.read()) {
      if (line.startsWith('F')) {
        this.#load(line.slice(1));
      } else {
        this.start(this.byTask.get(line.slice(1)) ?? this.#find(line.slice(1)));
      }
    }
  }

  #find(id) {
    const task = this.project.state.idMap.get(id);
    if (task?.file) {
      this.collected(task.file);
    }
    return this.byTask.get(id);
  }

  start(asked) {
    if (asked && !asked.started && !asked.over) {
      asked.started = true;
      this.order.push(asked);
      this.worker.channel.send('started', { batch: this.batch, id: asked.id });
    }
  }

  collected(file) {
    const unit = file && this.project.unitOf(file);
    if (!unit || this.files.get(unit) === file) {
      return;
    }
    this.files.set(unit, file);
    const own = new Map();
    for (const one of this.asked) {
      if (one.unit === unit) {
        own.set(one.name, one);
      }
    }
    for (const { task, names } of testsIn(file)) {
      const asked = own.get(names.join(SEPARATOR)) ?? own.get(null);
      if (asked) {
        this.byTask.set(task.id, asked);
        asked.tasks.set(task.id, { task, mode: task.mode, ended: false });
      }
    }
  }

  testReady(task) {
    this.readNotes();
    if (task && task.mode !== 'skip' && task.mode !== 'todo') {
      this.collected(task.file);
      this.start(this.byTask.get(task.id));
    }
  }

  testEnded(task) {
    this.readNotes();
    const asked = task && this.byTask.get(task.id);
    const state = task?.result?.state;
    if (!asked || asked.over || (state !== 'pass' && state !== 'fail')) {
      return; // what was skipped is looked at in the end
    }
    asked.tasks.get(task.id).ended = true;
    if ([...asked.tasks.values()].every((one) => one.ended) && asked.name !== null) {
      this.#hold(asked, this.#judge(asked));
    }
  }

  suiteEnded(suite) {
    const errors = suite?.result?.errors ?? [];
    const last = this.held && [...this.held.asked.tasks.values()].at(-1)?.task;
    if (suite?.result?.state === 'fail' && errors.length > 0 && last && isWithin(last, suite)) {
      this.#addTo(this.held, errors);
      this.blamed.add(suite.id);
    }
  }

  wrote(task, log) {
    const asked = this.byTask.get(task.id);
    if (!asked || (asked.over && this.held?.asked !== asked)) {
      return false;
    }
    asked[log.type === 'stderr' ? 'stderr' : 'stdout'] += log.content;
    return true;
  }

  // Results.

  /// The result of the ended tasks of a test: the worst of them.
  #judge(asked) {
    const tasks = [...asked.tasks.values()];
    const ended = tasks.filter((one) => ['pass', 'fail'].includes(one.task.result?.state));
    const errors = ended
      .filter((one) => one.task.result.state === 'fail')
      .flatMap((one) => one.task.result.errors ?? [{ message: 'the test failed' }]);
    const seconds = ended.reduce((sum, one) => sum + (one.task.result.duration ?? 0), 0) / 1000;
    const fault = errors.length > 0 ? faultOf('failed', errors) : {};
    return { outcome: 'passed', seconds, ...fault };
  }

  #hold(asked, report) {
    asked.over = true;
    const before = this.held;
    this.held = { asked, report };
    if (before) {
      this.#send(before);
    }
  }

  #addTo(held, errors) {
    const fault = faultOf('errored', errors);
    const { report } = held;
    const outcome = report.outcome === 'failed' ? 'failed' : 'errored';
    const text = [report.text, fault.text].filter(Boolean).join('\n\n');
    Object.assign(report, { outcome, message: report.message || fault.message, text });
    if (report.outcome === 'errored') {
      report.message = fault.message;
    }
  }

  #send({ asked, report }) {
    const fields = { batch: this.batch, id: asked.id, ...report };
    fields.seconds = Math.max(0, Number((report.seconds ?? 0).toFixed(6)));
    fields.stdout = tail(asked.stdout);
    fields.stderr = tail(asked.stderr);
    for (const [name, value] of Object.entries(fields)) {
      if (value === '' || value === undefined) {
        delete fields[name];
      }
    }
    this.worker.channel.send('finished', fields);
  }

  // The end of the call.

  /// Accounts for every test that was asked for. Returns those that have to run again, since the
  /// process died before it came to them.
  conclude() {
    const lost = [];
    for (const asked of this.asked.filter((one) => !one.over)) {
      const file = this.files.get(asked.unit);
      if (!file) {
        lost.push(asked);
      } else if (asked.name === null) {
        this.#endFile(asked, file, lost);
      } else if (asked.tasks.size > 0) {
        this.#endTest(asked, file, lost);
      } else if (file.result?.state === 'fail') {
        this.#hold(asked, faultOf('errored', this.#errorsOf(file)));
      } else {
        const text = `not found in ${asked.unit.file} in the sandbox`;
        asked.over = true;
        this.worker.channel.send('unknown', { batch: this.batch, id: asked.id, text });
      }
    }
    const again = lost.length > 0 && !this.thrown ? this.#blameDeath(lost) : [];
    if (lost.length === 0 || this.thrown) {
      this.#reportUnhandled();
    }
    this.#blameLateSuites();
    if (this.held) {
      this.#send(this.held);
    }
    if (this.thrown) {
      const what = this.project.setupFailed ? 'vitest global set-up' : 'vitest';
      this.worker.failOutside(what, [this.thrown]);
      this.worker.isBroken = true;
    }
    return again;
  }

  #errorsOf(task) {
    const errors = task.result?.errors ?? [];
    return errors.length > 0 ? errors : [{ message: `${task.name} failed` }];
  }

  /// The nearest suite around a test, or its file, that failed by itself: in a hook.
  #brokenAround(task, file) {
    for (let suite = task.suite; suite; suite = suite.suite) {
      if (suite.result?.state === 'fail' && suite.result.errors?.length > 0) {
        return suite;
      }
    }
    return file.result?.state === 'fail' && file.result.errors?.length > 0 ? file : null;
  }

  #endTest(asked, file, lost) {
    const tasks = [...asked.tasks.values()];
    const open = tasks.filter((one) => !one.ended && !['skip', 'todo'].includes(one.mode));
    for (const { task } of open) {
      const broken = this.#brokenAround(task, file);
      if (broken) {
        this.blamed.add(broken.id);
        return this.#hold(asked, faultOf('errored', this.#errorsOf(broken)));
      }
      if (!['skip', 'pass', 'fail'].includes(task.result?.state) && task.mode !== 'skip') {
        return lost.push(asked);
      }
    }
    const report = this.#judge(asked);
    const ran = tasks.some((one) => ['pass', 'fail'].includes(one.task.result?.state));
    if (!ran) {
      const [{ task, mode }] = tasks;
      const reason = task.result?.note ?? (mode === 'todo' ? 'todo' : '');
      Object.assign(report, { outcome: 'skipped', message: firstLine(reason) });
    }
    return this.#hold(asked, report);
  }

  /// A file that could not be loaded when it was listed, and was now run as a whole.
  #endFile(asked, file, lost) {
    if (file.result === undefined && children(file).length > 0) {
      return lost.push(asked);
    }
    const report = this.#judge(asked);
    const errors = [...suitesIn(file)].flatMap((suite) => suite.result?.errors ?? []);
    if (errors.length > 0) {
      Object.assign(report, faultOf('errored', errors));
    } else if (file.result?.state === 'fail' && report.outcome === 'passed') {
      Object.assign(report, faultOf('errored', this.#errorsOf(file)));
    } else if (report.outcome === 'passed') {
      report.message = 'could be loaded this time';
    }
    for (const suite of suitesIn(file)) {
      this.blamed.add(suite.id);
    }
    return this.#hold(asked, report);
  }

  /// Some process of vitest is gone: the test that had started last, or the file that was being
  /// loaded, gets the blame, and the rest another chance.
  #blameDeath(lost) {
    const causes = this.errors.map(describe).filter(Boolean);
    const why = causes.length > 0 ? causes.join('\n\n') : 'no reason given';
    const running = this.order.filter((one) => lost.includes(one)).at(-1);
    const here = lost.filter((one) => one.unit.path === this.loading);
    const guilty = running ? [running] : here.length > 0 ? here : lost.slice(0, 1);
    const where = running ? 'while running this test' : 'while loading its file';
    for (const asked of guilty) {
      const message = `the vitest worker process ended ${where}`;
      this.#hold(asked, { outcome: 'errored', message, text: headAndTail(`${message}\n${why}`) });
    }
    return lost.filter((one) => !guilty.includes(one));
  }

  /// An error that no test has caught: it fails the run, and nobody knows which test is to blame.
  #reportUnhandled() {
    if (this.errors.length === 0) {
      return;
    }
    const files = [...new Set(this.asked.map((one) => one.unit.file))].join(', ');
    const what = `unhandled error in ${files}`;
    if (this.project.ignoresUnhandled) {
      const text = firstLine(describe(this.errors[0]));
      this.worker.channel.send('warning', { text: `${what}: ${text}` });
      return;
    }
    const told = this.errors.map((error) => {
      const name = error?.VITEST_TEST_NAME ?? '';
      const origin = name ? `\nthe latest test that may have caused it: ${name}` : '';
      return { message: `${describe(error)}${origin}` };
    });
    this.worker.failOutside(what, told);
  }

  /// A suite whose last hook failed after its tests had been reported.
  #blameLateSuites() {
    for (const file of this.files.values()) {
      for (const suite of suitesIn(file)) {
        const errors = suite.result?.errors ?? [];
        const new_ = !this.blamed.has(suite.id) && suite.result?.state === 'fail';
        if (new_ && errors.length > 0) {
          if (this.held) {
            this.#addTo(this.held, errors);
          } else {
            this.worker.failOutside(`hooks of ${suite.name}`, errors);
          }
        }
      }
    }
  }
}

// --- The loop ---------------------------------------------------------------------------------

class Worker {
  constructor() {
    this.channel = new Channel();
    this.notes = new Notes();
    this.project = new Project(this.channel);
    this.isBroken = false; // it must not run anything more
  }

  /// Something outside of all tests has failed.
  failOutside(what, errors) {
    const { message, text } = faultOf('errored', errors);
    this.channel.send('outside', { what, message, text });
  }

  async serve() {
    await this.project.open(process.argv.slice(2));
    this.channel.send('hello', {
      vitest: this.project.version,
      node: process.versions.node,
      pid: process.pid,
      maxfail: this.project.bail,
    });
    for (;;) {
      const request = await this.channel.receive();
      if (request.do === 'run') {
        await this.run(request.batch, request.tests ?? []);
        if (this.isBroken) {
          return;
        }
      } else if (request.do === 'discover') {
        await this.discover(request);
      } else if (request.do === 'finish') {
        return;
      } else if (request.do !== 'idle') {
        this.channel.send('failed', { text: `unknown request: ${request.do}` });
      }
    }
  }

  // Discovery.

  /// Lists what the groups select of a part of the files; the other parts are for other processes.
  async discover({ groups = [], within = [], part = 0, parts = 1 }) {
    try {
      const selections = this.#selectionsOf(groups);
      if (!selections) {
        this.channel.send('discovered', { count: 0, shareable: false });
        return;
      }
      await this.#list(selections, new Selection(this.project.parse(within)), part, parts);
    } catch (error) {
      this.channel.send('failed', { text: describe(error) });
    }
  }

  /// Nothing when vitest has to see the filters of some group itself.
  #selectionsOf(groups) {
    const natural = groups.length === 1 && groups[0].filters === undefined;
    if (natural) {
      this.#refuseLines(this.project.base.files);
      return [this.project.base];
    }
    const selections = groups.map((group) => {
      const parsed = this.project.parse(group.filters ?? []);
      this.#refuseLines(parsed.filter);
      return new Selection(parsed);
    });
    const base = this.project.base;
    const bare = base.files.length === 0 && base.projects.length === 0 && !base.pattern;
    return bare && selections.every((one) => one.simple) ? selections : null;
  }

  #refuseLines(files) {
    const odd = files.find((file) => /:\d+$/.test(file));
    if (odd) {
      throw new Error(`the filter ${odd} contains a line number: use -t with a test name instead`);
    }
  }

  async #list(selections, within, part, parts) {
    const { project } = this;
    const members = [];
    for (const selection of selections) {
      members.push(new Set(await project.relevant(await project.select(selection))));
    }
    const allowed = await project.select(within);
    const all = allowed.filter((unit) => members.some((some) => some.has(unit)));
    const size = Math.max(Math.ceil(all.length / parts), FEWEST_FILES_A_PART);
    const units = all.slice(part * size, (part + 1) * size);
    const files = units.length > 0 ? await project.collect(units) : new Map();
    const tests = new Map(); // by id
    const count = new Map(); // of tests, by id
    for (const unit of units) {
      const groups = members.flatMap((some, number) => (some.has(unit) ? [number] : []));
      const file = files.get(unit);
      const loaded = file && file.result?.state !== 'fail' ? [...testsIn(file)] : [];
      if (loaded.length === 0) {
        tests.set(unit.key, { id: unit.key, file: unit.file, groups, alone: true });
      }
      const lines = loaded.length > 0 ? new Lines(unit.path) : null;
      for (const { names } of loaded) {
        const full = names.join(' ');
        const own = groups.filter((number) =>
          [selections[number], within].every((one) => one.pattern?.test(full) ?? true)
        );
        const id = [unit.key, ...names].join(SEPARATOR);
        count.set(id, (count.get(id) ?? 0) + 1);
        if (own.length > 0 && !tests.has(id)) {
          const kept =
            KEEPS_FILES || lines.asksForOrder ? { unit: unit.key, dependent: true } : {};
          tests.set(id, { id, file: unit.file, line: lines.of(names.at(-1)), groups: own, ...kept });
        }
      }
    }
    const doubles = [...tests.keys()].filter((id) => count.get(id) > 1);
    await this.#warnOfDoubles(doubles, tests);
    if (part === 0) {
      this.#warnOfTypeTests();
    }
    const listed = [...tests.values()];
    for (let start = 0; start < listed.length; start += LISTED_AT_ONCE) {
      this.channel.send('listed', { tests: listed.slice(start, start + LISTED_AT_ONCE) });
    }
    this.channel.send('discovered', { count: listed.length, shareable: true });
  }

  async #warnOfDoubles(ids, tests) {
    const units = new Set(ids.map((id) => this.project.resolve(id).unit));
    const places = new Map(); // lines, by id
    const files = units.size > 0 ? await this.project.collect([...units], { places: true }) : [];
    for (const [unit, file] of files) {
      for (const { task, names } of testsIn(file)) {
        const id = [unit.key, ...names].join(SEPARATOR);
        places.set(id, [...(places.get(id) ?? []), task.location?.line]);
      }
    }
    for (const id of ids) {
      const all = places.get(id) ?? [];
      const lines = all.filter(Boolean);
      const where = [tests.get(id).file, ...(lines.length > 0 ? [`lines ${lines.join(', ')}`] : [])];
      const text = `${all.length} tests are all called \`${id}\` (${where.join(', ')})`;
      this.channel.send('warning', {
        text: `${text}: they count as one, which fails if any of them fails`,
      });
    }
  }

  #warnOfTypeTests() {
    if (this.project.typechecks > 0) {
      const count = this.project.typechecks;
      const text = `${count} type tests are left out: run \`vitest --typecheck.only\``;
      this.channel.send('warning', { text });
    }
  }

  // Running.

  async run(batch, ids) {
    const asked = [];
    if (ids.some((id) => !this.project.resolve(id))) {
      await this.project.loadUnits();
    }
    for (const id of ids) {
      const place = this.project.resolve(id);
      if (place) {
        asked.push(new Asked(id, place.unit, place.name));
      } else {
        const file = id.split(SEPARATOR)[0];
        const text = `${file} does not exist in the sandbox, or is not a test file`;
        this.channel.send('unknown', { batch, id, text });
      }
    }
    for (const some of this.#calls(asked)) {
      let rest = some;
      while (rest.length > 0) {
        rest.forEach((one) => one.reset());
        rest = await new Call(this, batch, rest).run();
        if (this.isBroken) {
          return;
        }
      }
    }
    this.channel.send('done', { batch });
  }

  /// The contents of each call: a file, or all files that share a process.
  #calls(asked) {
    const calls = new Map();
    for (const one of asked) {
      const alone = one.name === null || this.project.isIsolated(one.unit);
      const key = alone ? one.unit : null;
      calls.set(key, [...(calls.get(key) ?? []), one]);
    }
    return calls.values();
  }
}

process.exitCode = 0;
const worker = new Worker();
let code = 0;
try {
  await worker.serve();
  const errors = await worker.project.close();
  if (errors.length > 0) {
    worker.failOutside('vitest global tear-down', errors);
  }
  code = worker.isBroken || errors.length > 0 ? 1 : 0;
  worker.channel.send('bye');
} catch (error) {
  code = 1;
  fs.writeSync(2, `${describe(error)}\n`);
} finally {
  worker.notes.close();
}
process.exit(code); // a failed test has set another code

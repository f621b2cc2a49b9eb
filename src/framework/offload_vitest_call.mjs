// SPDX-License-Identifier: MIT
// One call of vitest: it runs files, and reports what happens in them while it happens.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { HERE } from './offload_vitest_project.mjs';
import {
  describe, faultOf, firstLine, headAndTail, patternOf, tail,
} from './offload_vitest_texts.mjs';
import {
  SEPARATOR, children, isWithin, suitesIn, testsIn,
} from './offload_vitest_units.mjs';

const NOTES_INTERVAL = 20; // milliseconds

export class Notes {
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

/// One of the tests that were asked for: all tasks of that id.
export class Asked {
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
export class Call {
  constructor(worker, batch, asked) {
    this.worker = worker;
    this.batch = batch;
    this.asked = asked;
    this.files = new Map(); // the tasks of files that were collected in this call, by unit
    this.counts = new Map(); // of the tests in these files, by unit, until they are told
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
    this.counts.set(unit, [...testsIn(file)].length);
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
    if (asked.name !== null && this.counts.has(asked.unit)) {
      fields.of = this.counts.get(asked.unit);
      this.counts.delete(asked.unit);
    }
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
          const last = this.held && [...this.held.asked.tasks.values()].at(-1)?.task;
          if (last && isWithin(last, suite)) {
            this.#addTo(this.held, errors);
          } else {
            this.worker.failOutside(`the suite ${suite.name} of ${file.name}`, errors);
          }
        }
      }
    }
  }
}

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
// newline), numbered and with a checksum as those of offload_pytest.py. Standard output is not used:
// tests and their tools may write what they like.
//
//   hello       vitest, node, pid, maxfail: ready for the first request
//   collecting  file: it is about to be loaded
//   listed      tests: at most 500 of {id, file, line, groups, unit, dependent, alone}, as of
//               offload_pytest.py; alone is true for a file that could not be loaded, and of is the
//               number of tests in the file
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

import { Channel } from './offload_vitest_channel.mjs';
import { Asked, Call, Notes } from './offload_vitest_call.mjs';
import { Selection } from './offload_vitest_options.mjs';
import { Project } from './offload_vitest_project.mjs';
import { describe, faultOf } from './offload_vitest_texts.mjs';
import { Lines, SEPARATOR, testsIn } from './offload_vitest_units.mjs';

const LISTED_AT_ONCE = 500;
// The tests of a file stay together.
const KEEPS_FILES = process.env.OFFLOAD_KEEP_TOGETHER === 'file';
const FEWEST_FILES_A_PART = 10; // it takes that many to make up for a process

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
    const errors = exitCodeErrors('by the configuration or a plugin');
    if (errors.length > 0) {
      this.failOutside('the configuration of vitest', errors);
    }
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
      const before = tests.size;
      const lines = loaded.length > 0 ? new Lines(unit.path) : null;
      const together = KEEPS_FILES || lines?.belongTogether(unit);
      for (const { names } of loaded) {
        const full = names.join(' ');
        const own = groups.filter((number) =>
          [selections[number], within, unit].every((one) => one.pattern?.test(full) ?? true)
        );
        const id = [unit.key, ...names].join(SEPARATOR);
        count.set(id, (count.get(id) ?? 0) + 1);
        if (own.length > 0 && !tests.has(id)) {
          const kept = together ? { unit: unit.key, dependent: true } : {};
          const line = lines.of(names.at(-1));
          tests.set(id, { id, file: unit.file, line, groups: own, of: loaded.length, ...kept });
        }
      }
      if (loaded.length > 0 && tests.size === before && project.faults.has(unit)) {
        const fault = describe(project.faults.get(unit)); // a run of vitest loads the file, too
        throw new Error(`unhandled error in ${unit.file}, none of whose tests is selected: ${fault}`);
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

/// A global set-up or tear-down, the configuration or a plugin may set the exit status of vitest.
function exitCodeErrors(when) {
  const code = Number(process.exitCode ?? 0);
  process.exitCode = 0;
  return code === 0 ? [] : [{ message: `process.exitCode was set to ${code} ${when}` }];
}

process.exitCode = 0;
const worker = new Worker();
let code = 0;
try {
  await worker.serve();
  process.exitCode = 0; // a failed test has set another one
  const errors = await worker.project.close();
  errors.push(...exitCodeErrors('at the end of vitest'));
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
process.exit(code);

// SPDX-License-Identifier: MIT
// The script of a page: reads the run from its JSON block, turns the names in the text into links,
// and fills the list of all tests, the details of a test and the timeline (timeline.js). Whatever a
// test has said gets into the page as text, never as HTML.
(function () {
  'use strict';
  const VERDICTS = ['passed', 'failed', 'flaky', 'skipped', 'not_run'];
  const OUTCOMES = ['passed', 'failed', 'timed out', 'errored', 'skipped', 'not run'];
  const SIGNS = { passed: '✓', failed: '✕', flaky: '≈', skipped: '–', not_run: '○' };
  const TITLES = { passed: 'passed', failed: 'failed', flaky: 'flaky', skipped: 'skipped', not_run: 'not run' };
  const WORST_FIRST = ['failed', 'not_run', 'flaky', 'skipped', 'passed'];
  const ROW = 34;
  const byId = (id) => document.getElementById(id);

  // --- The run ---

  function readRun() {
    const raw = JSON.parse(byId('data').textContent);
    const changes = {};
    for (const [kind, tests] of Object.entries(raw.changes || {})) {
      for (const test of tests) (changes[test] ||= []).push(kind);
    }
    const tests = raw.tests.map(([name, verdict, reason, file, line, groups, retries, longest], index) => ({
      index, name, verdict: VERDICTS[verdict], reason: raw.reasons[reason], file: raw.files[file], line,
      groups: groups.map((group) => raw.groups[group]), retries, longest, attempts: [],
      changes: changes[index] || [], cause: '',
    }));
    for (const [handle, , members] of raw.causes) {
      for (const test of members) tests[test].cause = handle;
    }
    const sandboxes = raw.sandboxes.map(([name, asked, up, down, trouble]) => ({
      name, asked, up, down, trouble, attempts: [], batches: 0,
    }));
    const batches = raw.batches.map(([number, sandbox, began, ended, how, why, out, err, artifacts]) => {
      sandboxes[sandbox].batches += 1;
      return { number, sandbox: sandboxes[sandbox], began, ended, how, why, out, err, artifacts };
    });
    for (const [test, number, batch, outcome, began, until, duration, message, text, out, err] of raw.attempts) {
      const one = {
        test: tests[test], number, batch: batches[batch], outcome: OUTCOMES[outcome], began, until, duration,
        bad: outcome >= 1 && outcome <= 3, message: raw.texts[message], text: raw.texts[text], out: raw.texts[out],
        err: raw.texts[err],
      };
      one.test.attempts.push(one);
      one.batch.sandbox.attempts.push(one);
    }
    for (const test of tests) {
      test.attempts.sort((a, b) => a.number - b.number);
      test.found = `${test.name}\n${test.reason}\n${test.file}`.toLowerCase();
    }
    for (const sandbox of sandboxes) sandbox.attempts.sort((a, b) => a.began - b.began);
    return { tests, sandboxes, groups: raw.groups, causes: raw.causes, length: raw.length, discovery: raw.discovery, changes: raw.changes, shown: onOneLine };
  }

  // --- Texts ---

  const ODD = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
  const named = (c) => {
    const code = c.charCodeAt(0);
    if (code < 32) return String.fromCharCode(0x2400 + code);
    return code === 127 ? '␡' : `\\u${code.toString(16).padStart(4, '0')}`;
  };
  const onOneLine = (text) => text.replace(ODD, (c) => ({ '\n': '\\n', '\t': '\\t', '\r': '\\r' })[c] || named(c));
  const SEQUENCE = /\u001b\[([0-9;:?]*)[ -/]*([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\^_]/g;

  // What a terminal would show of the text: colours as classes, other sequences left out, other
  // control characters made visible.
  function painted(text) {
    const whole = document.createDocumentFragment();
    const plain = text.replace(/\r\n/g, '\n');
    let on = new Set();
    let at = 0;
    const add = (part) => {
      if (!part) return;
      const clean = part.replace(ODD, (c) => (c === '\n' || c === '\t' ? c : c === '\r' ? '\n' : named(c)));
      whole.append(on.size ? h('span', { class: [...on].join(' ') }, clean) : clean);
    };
    for (const found of plain.matchAll(SEQUENCE)) {
      add(plain.slice(at, found.index));
      at = found.index + found[0].length;
      if (found[2] !== 'm') continue;
      const codes = found[1].split(/[;:]/).map(Number);
      if (codes[0] === 38 || codes[0] === 48) continue;
      for (const code of codes) {
        if (code === 0) on = new Set();
        else if (code === 39) on = new Set([...on].filter((c) => !/^c[39]/.test(c)));
        else if (code === 22) on = new Set([...on].filter((c) => !/^c[12]$/.test(c)));
        else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
          on = new Set([...[...on].filter((c) => !/^c[39]/.test(c)), `c${code}`]);
        } else if (code === 1 || code === 2) on = new Set([...on, `c${code}`]);
      }
    }
    add(plain.slice(at));
    return whole;
  }

  function seconds(s) {
    if (s < 1) return `${Math.round(s * 1000)} ms`;
    if (s < 59.95) return `${s.toFixed(1)} s`;
    const whole = Math.round(s);
    if (whole < 3600) return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, '0')}s`;
    return `${Math.floor(whole / 3600)}h${String(Math.floor(whole / 60) % 60).padStart(2, '0')}m`;
  }

  function h(tag, properties, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
      else if (value !== undefined && value !== false) made.setAttribute(name, value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return made;
  }
  const sign = (verdict) => h('b', { class: `sign is-${verdict}` }, SIGNS[verdict], ' ', h('span', {}, TITLES[verdict]));
  const change = (kind) => h('span', {
    class: `badge${/failing|newly/.test(kind) ? ' worse' : kind === 'fixed' ? ' better' : ''}`,
  }, kind);
  const facts = (pairs) => h('dl', { class: 'facts' }, pairs.filter(([, value]) => value !== '' && value !== undefined)
    .map(([title, value]) => h('div', {}, h('dt', {}, title), h('dd', {}, value))));

  // --- One test ---

  const dialog = byId('details');
  let cameFrom = null;

  function attemptParts(one, of) {
    const { batch } = one;
    const repeated = one.text.startsWith(one.message);
    const block = (title, text) => text && [h('h4', {}, title), h('pre', { tabindex: 0 }, painted(text))];
    return h('section', { class: 'attempt' },
      h('h3', {}, of > 1 ? `Attempt ${one.number}: ` : '', h('span', { class: one.bad ? 'is-failed' : `is-${one.outcome}` }, one.outcome)),
      facts([['took', seconds(one.duration)], ['from', `${one.began.toFixed(2)} s on`], ['in', onOneLine(batch.sandbox.name)],
        ['batch', `${batch.number} (${batch.how})`]]),
      one.message && !(repeated && one.text) && h('p', { class: 'says' }, painted(one.message)),
      block('What the framework says', one.text),
      block('Standard output', one.out),
      block('Standard error', one.err),
      batch.why && block('How the batch ended', batch.why),
      h('p', { class: 'links' }, h('a', { href: batch.out }, 'output of the batch'), h('a', { href: batch.err }, 'its standard error'),
        batch.artifacts.map(([name, link]) => h('a', { href: link }, onOneLine(name)))));
  }

  // Leads to the tests that failed for the same reason, where there are any.
  function alike(test) {
    const cause = run.causes.find(([handle]) => handle === test.cause);
    if (!cause || cause[2].length < 2) return null;
    const others = cause[2].length - 1;
    return h('p', {}, h('button', { type: 'button', onclick: () => {
      dialog.close();
      list.showOnly('cause', test.cause);
    } }, `${others.toLocaleString('en')} ${others === 1 ? 'other test fails' : 'other tests fail'} like this one`));
  }

  function fillDetails(test) {
    const place = test.file ? `${test.file}${test.line ? `:${test.line}` : ''}` : '';
    const copy = h('button', { type: 'button', onclick: () => {
      navigator.clipboard.writeText(test.name).then(() => { copy.textContent = 'Copied'; }, () => {});
    } }, 'Copy name');
    const step = (by) => () => {
      const at = list.tests.indexOf(test) + by;
      if (list.tests[at]) openTest(list.tests[at]);
    };
    dialog.replaceChildren(
      h('div', { class: 'bar-top' }, sign(test.verdict),
        h('button', { type: 'button', onclick: step(-1), 'aria-label': 'Previous test of the list' }, '↑'),
        h('button', { type: 'button', onclick: step(1), 'aria-label': 'Next test of the list' }, '↓'),
        navigator.clipboard ? copy : null,
        h('button', { type: 'button', onclick: () => dialog.close() }, 'Close')),
      h('div', { class: 'sheet' },
        h('h2', { id: 'details-title', class: 'name' }, onOneLine(test.name)),
        h('p', {}, test.changes.map(change)),
        facts([['at', onOneLine(place)], ['groups', test.groups.map(onOneLine).join(', ')], ['retries allowed', test.retries || ''],
          ['longest attempt', test.attempts.length > 1 ? seconds(test.longest) : '']]),
        alike(test),
        test.reason && !test.attempts.length && h('p', { class: 'says' }, onOneLine(test.reason)),
        test.attempts.map((one) => attemptParts(one, test.attempts.length))));
    dialog.scrollTop = 0;
  }

  function openTest(test) {
    fillDetails(test);
    if (!dialog.open) {
      cameFrom = document.activeElement;
      dialog.showModal();
      dialog.focus();
    }
    history.replaceState(null, '', `#test=${test.index}`);
  }
  dialog.tabIndex = -1;
  dialog.addEventListener('close', () => {
    history.replaceState(null, '', location.pathname + location.search);
    if (cameFrom && cameFrom.isConnected) cameFrom.focus({ preventScroll: true });
  });
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });

  // --- All tests: only the rows in sight are in the document ---

  function makeList(run) {
    const box = byId('list');
    const rows = byId('rows');
    const search = byId('search');
    const drawn = new Map();
    const wanted = { words: [], verdicts: new Set(), group: '', cause: '', change: '', order: 'worst' };
    const made = { tests: [], wanted, update, showOnly, focusSearch };
    let active = -1;
    let waiting = false;
    const rank = new Map(WORST_FIRST.map((verdict, i) => [verdict, i]));
    const orders = {
      run: (a, b) => a.index - b.index,
      worst: (a, b) => rank.get(a.verdict) - rank.get(b.verdict) || a.index - b.index,
      slow: (a, b) => b.longest - a.longest || a.index - b.index,
      name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    };

    function marked(name) {
      const shown = onOneLine(name);
      if (!wanted.words.length) return [shown];
      const any = wanted.words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
      return shown.split(new RegExp(`(${any})`, 'i')).map((part, i) => (i % 2 ? h('mark', {}, part) : part));
    }

    function makeRow(i) {
      const test = made.tests[i];
      const row = h('div', {
        class: 'row', role: 'option', id: `row-${i}`, 'aria-setsize': made.tests.length, 'aria-posinset': i + 1,
        'aria-selected': i === active, title: onOneLine(test.name),
      }, sign(test.verdict), h('span', { class: 'name' }, marked(test.name)),
      test.changes.map(change), test.attempts.length > 1 && h('span', { class: 'badge' }, `${test.attempts.length} attempts`),
      h('span', { class: 'time' }, test.attempts.length ? seconds(test.longest) : ''));
      row.style.top = `${i * ROW}px`;
      row.addEventListener('click', () => { choose(i); openTest(test); });
      return row;
    }

    function draw() {
      waiting = false;
      const first = Math.max(0, Math.floor(box.scrollTop / ROW) - 8);
      const last = Math.min(made.tests.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW) + 8);
      for (const [i, row] of drawn) {
        if (i < first || i >= last) {
          row.remove();
          drawn.delete(i);
        }
      }
      for (let i = first; i < last; i += 1) {
        if (!drawn.has(i)) {
          drawn.set(i, makeRow(i));
          rows.append(drawn.get(i));
        }
      }
    }

    function choose(i) {
      if (!made.tests[i]) return;
      drawn.get(active)?.setAttribute('aria-selected', 'false');
      active = i;
      if (i * ROW < box.scrollTop) box.scrollTop = i * ROW;
      if ((i + 1) * ROW > box.scrollTop + box.clientHeight) box.scrollTop = (i + 1) * ROW - box.clientHeight;
      draw();
      drawn.get(i).setAttribute('aria-selected', 'true');
      box.setAttribute('aria-activedescendant', `row-${i}`);
    }

    function update() {
      const { words, verdicts, group, cause, change: changed } = wanted;
      made.tests = run.tests.filter((test) => (!verdicts.size || verdicts.has(test.verdict)) &&
        (!group || test.groups.includes(group)) && (!cause || test.cause === cause) && (!changed || test.changes.includes(changed)) &&
        words.every((word) => test.found.includes(word))).sort(orders[wanted.order]);
      const count = made.tests.length.toLocaleString('en');
      byId('shown').textContent = made.tests.length === run.tests.length ? count : `${count} of ${run.tests.length.toLocaleString('en')}`;
      drawn.clear();
      active = -1;
      box.removeAttribute('aria-activedescendant');
      box.scrollTop = 0;
      rows.replaceChildren(...(made.tests.length ? [] : [h('p', { class: 'none-found' }, 'No test is like that.')]));
      rows.style.height = made.tests.length ? `${made.tests.length * ROW}px` : '';
      box.classList.toggle('short', made.tests.length < 18);
      for (const chip of byId('verdicts').children) chip.setAttribute('aria-pressed', verdicts.has(chip.dataset.verdict));
      draw();
    }

    // `kind` is verdict, cause or change.
    function showOnly(kind, value) {
      Object.assign(wanted, { words: [], verdicts: new Set(kind === 'verdict' ? [value] : []), group: '', cause: '', change: '' });
      search.value = '';
      if (kind !== 'verdict') wanted[kind] = value;
      for (const select of ['group', 'cause', 'change']) byId(select).value = wanted[select];
      update();
      byId('tests').scrollIntoView({ block: 'start' });
      box.focus({ preventScroll: true });
    }

    function focusSearch() {
      byId('tests').scrollIntoView({ block: 'start' });
      search.focus({ preventScroll: true });
      search.select();
    }

    const steps = {
      ArrowDown: () => active + 1, ArrowUp: () => Math.max(0, active - 1),
      PageDown: () => Math.min(made.tests.length - 1, active + 15), PageUp: () => Math.max(0, active - 15),
      Home: () => 0, End: () => made.tests.length - 1,
    };
    box.addEventListener('keydown', (event) => {
      if (steps[event.key]) {
        event.preventDefault();
        choose(steps[event.key]());
      } else if (event.key === 'Enter' && made.tests[active]) {
        event.preventDefault();
        openTest(made.tests[active]);
      }
    });
    box.addEventListener('focus', () => { if (active < 0) choose(Math.ceil(box.scrollTop / ROW)); });
    box.addEventListener('scroll', () => {
      if (!waiting) requestAnimationFrame(draw);
      waiting = true;
    });
    search.addEventListener('input', () => {
      wanted.words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      update();
    });
    search.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowDown' || event.key === 'Enter') {
        event.preventDefault();
        box.focus();
      }
    });
    new ResizeObserver(() => requestAnimationFrame(draw)).observe(box);
    return made;
  }

  function makeFilters(run) {
    const { wanted } = list;
    const chips = WORST_FIRST.map((verdict) => {
      const count = run.tests.filter((test) => test.verdict === verdict).length;
      return count ? h('button', { type: 'button', 'data-verdict': verdict, 'aria-pressed': 'false', onclick: () => {
        if (!wanted.verdicts.delete(verdict)) wanted.verdicts.add(verdict);
        list.update();
      } }, h('span', { class: `is-${verdict}` }, SIGNS[verdict]), ` ${TITLES[verdict]} ${count.toLocaleString('en')}`) : null;
    });
    byId('verdicts').append(...chips.filter(Boolean));
    const fill = (id, all, names) => {
      const select = byId(id);
      select.hidden = names.length === 0;
      select.append(h('option', { value: '' }, all), ...names.map(([value, title]) => h('option', { value }, onOneLine(title))));
      select.addEventListener('change', () => { wanted[id] = select.value; list.update(); });
    };
    fill('group', 'All groups', run.groups.length > 1 ? run.groups.map((group) => [group, group]) : []);
    fill('cause', 'All causes', run.causes.map(([handle, message, tests]) => [handle, `${tests.length} × ${message.split('\n')[0].slice(0, 80)}`]));
    fill('change', 'Changed or not', Object.keys(run.changes || {}).filter((kind) => run.changes[kind].length).map((kind) => [kind, kind]));
    byId('order').addEventListener('change', (event) => { wanted.order = event.target.value; list.update(); });
    // The counts in the head lead to the tests that they count.
    for (const count of document.querySelectorAll('.count:not(.none)')) {
      const verdict = count.dataset.filter;
      count.setAttribute('role', 'button');
      count.tabIndex = 0;
      const go = () => list.showOnly('verdict', verdict);
      count.addEventListener('click', go);
      count.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); go(); }
      });
    }
  }

  // --- The rest of the page ---

  function linkNames(run) {
    for (const name of document.querySelectorAll('.name[data-test]')) {
      const test = run.tests[Number(name.dataset.test)];
      const link = h('a', { class: 'name', href: `#test=${test.index}` }, name.textContent);
      link.addEventListener('click', (event) => {
        event.preventDefault();
        openTest(test);
      });
      name.replaceWith(link);
    }
  }

  // Where the text stops, the list goes on.
  function linkMore() {
    for (const more of document.querySelectorAll('.more[data-filter]')) {
      const go = () => list.showOnly(...more.dataset.filter.split('='));
      more.replaceChildren(h('button', { type: 'button', class: 'button', onclick: go }, `${more.textContent}: show all`));
    }
  }

  function makeWays() {
    const ways = byId('ways');
    for (const section of document.querySelectorAll('main > section:not([hidden])')) {
      const title = section.querySelector('h2').firstChild.textContent.trim();
      ways.append(h('a', { href: `#${section.id}` }, title));
    }
    ways.hidden = false;
  }

  function makeTable(run) {
    const box = byId('sandboxes');
    box.addEventListener('toggle', () => {
      if (box.querySelector('table')) return;
      const at = (time) => `${time.toFixed(2)} s`;
      const row = (one) => {
        const busy = one.attempts.reduce((sum, each) => sum + each.until - each.began, 0);
        return h('tr', {}, [onOneLine(one.name), at(one.asked), at(one.up), at(one.down), one.batches, one.attempts.length,
          one.attempts.filter((each) => each.bad).length, at(busy), onOneLine(one.trouble)].map((cell) => h('td', {}, String(cell))));
      };
      const titles = ['Sandbox', 'Asked for', 'Up', 'Down', 'Batches', 'Tests', 'Bad', 'In tests', 'Trouble'];
      box.querySelector('.wide').append(h('table', {}, h('thead', {}, h('tr', {}, titles.map((title) => h('th', { scope: 'col' }, title)))),
        h('tbody', {}, run.sandboxes.map(row))));
    });
  }

  function follow(run) {
    const test = /^#test=(\d+)$/.exec(location.hash);
    if (test && run.tests[test[1]]) openTest(run.tests[test[1]]);
    const cause = document.querySelector(`details[id="${CSS.escape(location.hash.slice(1))}"]`);
    if (cause) cause.open = true;
  }

  const run = readRun();
  const list = makeList(run);
  if (run.tests.length) {
    byId('tests').hidden = false;
    makeFilters(run);
    list.update();
  }
  if (run.sandboxes.length) {
    byId('timeline').hidden = false;
    byId('timeline-remark').textContent = `${run.sandboxes.length} ${run.sandboxes.length === 1 ? 'sandbox' : 'sandboxes'}, ${seconds(run.length)}`;
    drawTimeline(run, openTest);
    makeTable(run);
  }
  linkNames(run);
  linkMore();
  makeWays();
  follow(run);
  addEventListener('hashchange', () => follow(run));
  addEventListener('beforeprint', () => {
    for (const each of document.querySelectorAll('main > section details:not(#sandboxes)')) each.open = true;
  });
  addEventListener('keydown', (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key !== '/' || typing || dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    list.focusSearch();
  });
  document.documentElement.dataset.ready = 'yes';
})();

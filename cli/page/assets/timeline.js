// SPDX-License-Identifier: MIT
// The timeline of a run: a lane a sandbox, drawn on a canvas that shows a part of the lanes and of
// the time. `run` is the run as page.js has read it; `open` is called with a test to be shown.
function drawTimeline(run, open) {
  'use strict';
  const AXIS = 22;
  const byId = (id) => document.getElementById(id);
  const canvas = byId('chart');
  const scroller = byId('lanes');
  const says = byId('chart-says');
  const lanes = run.sandboxes;
  const height = lanes.length > 100 ? 9 : lanes.length > 40 ? 12 : lanes.length > 12 ? 18 : 26;
  const whole = { from: 0, to: Math.max(run.length, 0.001) };
  const view = { ...whole };
  let chosen = null; // { lane, at }: an attempt
  let colours = {};
  let size = { width: 0, height: 0, label: 0 };
  let waiting = false;

  const seconds = (s, step) => {
    const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3;
    if (s < 60) return `${s.toFixed(digits)}s`;
    const rest = (s % 60).toFixed(digits).padStart(digits ? digits + 3 : 2, '0');
    return `${Math.floor(s / 60)}m${rest}s`;
  };
  const xOf = (time) => size.label + ((time - view.from) / (view.to - view.from)) * (size.width - size.label);
  const timeAt = (x) => view.from + ((x - size.label) / (size.width - size.label)) * (view.to - view.from);
  const topOf = (lane) => AXIS + lane * height - scroller.scrollTop;

  function readColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ['text', 'soft', 'line', 'card', 'lane', 'creation', 'done', 'done-2', 'failed', 'skipped', 'accent']) {
      colours[name] = style.getPropertyValue(`--${name}`).trim();
    }
  }

  function measure() {
    const shown = Math.min(lanes.length * height + AXIS + 6, scroller.clientHeight || 1e9);
    const width = scroller.clientWidth;
    const ratio = window.devicePixelRatio || 1;
    const longest = Math.max(...lanes.slice(0, 400).map((lane) => lane.name.length), 0);
    size = { width, height: shown, label: Math.min(longest * 6.6 + 16, width * 0.24, 170) };
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(shown * ratio);
    canvas.style.height = `${shown}px`;
    byId('lanes-height').style.height = `${Math.max(0, lanes.length * height + AXIS + 6 - shown)}px`;
    canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  function block(c, from, to, top, tall, colour) {
    const left = Math.max(xOf(from), size.label);
    const right = Math.min(xOf(to), size.width);
    if (right < size.label || left > size.width) return;
    const first = Math.floor(left); // whole pixels, or the colours of short tests fade
    c.fillStyle = colour;
    c.fillRect(first, top, Math.max(Math.round(right) - first, 1), tall);
  }

  // Of good attempts that share a pixel, one is drawn; bad ones come last, so that none is hidden.
  function drawLane(c, lane, top) {
    const tall = height > 10 ? height - 4 : height - 2;
    block(c, lane.asked, lane.up, top + tall * 0.3, tall * 0.4, colours.creation);
    block(c, lane.up, lane.down, top, tall, colours.lane);
    const gap = height > 10 ? 1 : 0;
    let drawn = -1;
    lane.attempts.forEach((one, i) => {
      if (one.bad) return;
      const right = xOf(one.until);
      if (right < drawn + 0.6 || right < size.label || xOf(one.began) > size.width) return;
      drawn = right;
      const colour = one.outcome === 'skipped' ? colours.skipped : i % 2 ? colours['done-2'] : colours.done;
      block(c, one.began, one.until, top + gap, tall - 2 * gap, colour);
    });
    for (const one of lane.attempts) {
      if (one.bad) block(c, one.began, one.until, top, tall, colours.failed);
    }
    if (lane.trouble) {
      c.fillStyle = colours.failed;
      c.font = '700 12px system-ui';
      const x = xOf(lane.down);
      if (x > size.label) c.fillText('✕', Math.min(x, size.width - 12), top + tall / 2 + 4);
    }
  }

  function drawAxis(c) {
    c.fillStyle = colours.card;
    c.fillRect(0, 0, size.width, AXIS - 2);
    block(c, 0, run.discovery, AXIS - 5, 3, colours.accent);
    c.font = '11px system-ui';
    const span = view.to - view.from;
    const room = Math.max(4, Math.floor((size.width - size.label) / 90));
    const rough = span / room;
    const power = 10 ** Math.floor(Math.log10(rough));
    const nice = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
    const step = span > 120 ? [15, 30, 60, 120, 300, 600, 1800, 3600].find((n) => n >= rough) || nice : nice;
    for (let t = Math.ceil(view.from / step) * step; t <= view.to + step / 1e6; t += step) {
      const x = Math.round(xOf(t)) + 0.5;
      c.strokeStyle = colours.line;
      c.beginPath();
      c.moveTo(x, AXIS - 2);
      c.lineTo(x, size.height);
      c.stroke();
      c.fillStyle = colours.soft;
      const text = seconds(t, step);
      const wide = c.measureText(text).width;
      c.fillText(text, Math.min(Math.max(x - wide / 2, size.label), size.width - wide - 2), 13);
    }
  }

  function fitted(c, text, room) {
    if (c.measureText(text).width <= room) return text;
    let end = text.length;
    while (end > 1 && c.measureText(`…${text.slice(-end)}`).width > room) end -= 1;
    return `…${text.slice(-end)}`;
  }

  function draw() {
    waiting = false;
    const c = canvas.getContext('2d');
    c.clearRect(0, 0, size.width, size.height);
    drawAxis(c);
    c.save();
    c.beginPath();
    c.rect(0, AXIS, size.width, size.height - AXIS);
    c.clip();
    const first = Math.max(0, Math.floor(scroller.scrollTop / height));
    const last = Math.min(lanes.length - 1, Math.ceil((scroller.scrollTop + size.height) / height));
    for (let i = first; i <= last; i += 1) drawLane(c, lanes[i], topOf(i) + 2);
    c.fillStyle = colours.card;
    c.fillRect(0, AXIS, size.label - 4, size.height);
    const every = Math.max(1, Math.ceil(14 / height));
    c.font = '11px ui-monospace, Menlo, Consolas, monospace';
    for (let i = Math.ceil(first / every) * every; i <= last; i += every) {
      c.fillStyle = chosen && chosen.lane === i ? colours.text : colours.soft;
      c.fillText(fitted(c, lanes[i].name, size.label - 14), 6, topOf(i) + Math.min(height, 26) / 2 + 4);
    }
    if (chosen) {
      const one = lanes[chosen.lane].attempts[chosen.at];
      const left = Math.max(xOf(one.began), size.label);
      const right = Math.min(xOf(one.until), size.width);
      if (right >= left) {
        c.strokeStyle = colours.text;
        c.lineWidth = 2;
        c.strokeRect(left - 1, topOf(chosen.lane) + 1, Math.max(right - left, 2) + 2, height - 2);
        c.lineWidth = 1;
      }
    }
    c.restore();
    canvas.dataset.lanes = lanes.length;
    canvas.dataset.drawn = Math.max(0, last - first + 1);
    canvas.dataset.from = view.from;
    canvas.dataset.to = view.to;
    canvas.dataset.laneHeight = height;
  }

  function redraw() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(draw);
  }

  function show(from, to) {
    const span = Math.min(Math.max(to - from, whole.to / 1e5), whole.to);
    view.from = Math.min(Math.max(0, from), whole.to - span);
    view.to = view.from + span;
    redraw();
  }
  function zoom(by, around = (view.from + view.to) / 2) {
    show(around - (around - view.from) / by, around + (view.to - around) / by);
  }

  function tell(lane, one) {
    const sandbox = lanes[lane];
    if (!one) {
      const busy = sandbox.attempts.reduce((sum, each) => sum + each.until - each.began, 0);
      says.textContent = `${sandbox.name}: up from ${seconds(sandbox.up, 0.01)} to ${seconds(sandbox.down, 0.01)}, ` +
        `${sandbox.attempts.length} tests, ${seconds(busy, 0.01)} busy${sandbox.trouble ? `. ${sandbox.trouble}` : ''}`;
      return;
    }
    says.textContent = `${run.shown(one.test.name)}: ${one.outcome} after ${seconds(one.duration, 0.001)}, ` +
      `from ${seconds(one.began, 0.01)} on in ${sandbox.name}, batch ${one.batch.number}`;
  }

  function choose(lane, at) {
    chosen = { lane, at };
    const one = lanes[lane].attempts[at];
    tell(lane, one);
    const top = lane * height;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    const below = top + height + AXIS - scroller.scrollTop - size.height;
    if (below > 0) scroller.scrollTop += below + 4;
    if (one.until < view.from || one.began > view.to) {
      const half = (view.to - view.from) / 2;
      show(one.began - half, one.began + half);
    }
    redraw();
  }

  // The attempt of a lane that is nearest to a time.
  function nearest(lane, time) {
    let best = -1;
    let least = Infinity;
    lanes[lane].attempts.forEach((one, i) => {
      const away = time < one.began ? one.began - time : time > one.until ? time - one.until : 0;
      if (away < least || (away === least && one.bad)) [best, least] = [i, away];
    });
    return { at: best, away: least };
  }

  function goToLane(step) {
    const one = chosen && lanes[chosen.lane].attempts[chosen.at];
    let lane = chosen ? chosen.lane + step : 0;
    while (lanes[lane] && !lanes[lane].attempts.length) lane += step || 1;
    if (lanes[lane]) choose(lane, nearest(lane, one ? one.began : view.from).at);
  }

  function goAlong(step) {
    if (!chosen) return goToLane(0);
    const at = chosen.at + step;
    if (lanes[chosen.lane].attempts[at]) choose(chosen.lane, at);
  }

  const keys = {
    ArrowLeft: () => goAlong(-1),
    ArrowRight: () => goAlong(1),
    ArrowUp: () => goToLane(-1),
    ArrowDown: () => goToLane(1),
    '+': () => zoomChosen(2),
    '=': () => zoomChosen(2),
    '-': () => zoomChosen(0.5),
    0: () => show(whole.from, whole.to),
    Enter: () => chosen && open(lanes[chosen.lane].attempts[chosen.at].test),
  };
  function zoomChosen(by) {
    const one = chosen && lanes[chosen.lane].attempts[chosen.at];
    zoom(by, one ? (one.began + one.until) / 2 : undefined);
  }
  canvas.addEventListener('keydown', (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });

  function under(event) {
    const lane = Math.floor((event.offsetY - AXIS + scroller.scrollTop) / height);
    if (event.offsetY < AXIS || !lanes[lane]) return null;
    const { at, away } = nearest(lane, timeAt(event.offsetX));
    const near = ((view.to - view.from) / (size.width - size.label)) * 4;
    return { lane, at: away <= near ? at : -1 };
  }

  let held = null;
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    held = { x: event.offsetX, from: view.from, to: view.to, moved: false };
    if (event.pointerType === 'mouse') canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (held) {
      const by = event.offsetX - held.x;
      held.moved = held.moved || Math.abs(by) > 3;
      canvas.classList.toggle('held', held.moved);
      const shift = (by / (size.width - size.label)) * (held.to - held.from);
      if (held.moved) show(held.from - shift, held.to - shift);
      return;
    }
    const found = under(event);
    if (!found) return;
    canvas.style.cursor = found.at >= 0 ? 'pointer' : '';
    tell(found.lane, found.at >= 0 ? lanes[found.lane].attempts[found.at] : null);
  });
  const release = (event) => {
    const click = held && !held.moved && event.type === 'pointerup';
    held = null;
    canvas.classList.remove('held');
    const found = click && under(event);
    if (found && found.at >= 0) {
      choose(found.lane, found.at);
      open(lanes[found.lane].attempts[found.at].test);
    }
  };
  canvas.addEventListener('pointerup', release);
  canvas.addEventListener('pointercancel', release);
  canvas.addEventListener('wheel', (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 250), timeAt(event.offsetX));
  }, { passive: false });
  byId('zoom-in').addEventListener('click', () => zoomChosen(2));
  byId('zoom-out').addEventListener('click', () => zoomChosen(0.5));
  byId('zoom-fit').addEventListener('click', () => show(whole.from, whole.to));
  scroller.addEventListener('scroll', redraw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { readColours(); redraw(); });
  new ResizeObserver(() => { measure(); draw(); }).observe(scroller);

  readColours();
  measure();
  draw();
}

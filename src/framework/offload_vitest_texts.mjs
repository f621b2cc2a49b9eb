// SPDX-License-Identifier: MIT
// Texts that are not too long, and what an error says.

import { stripVTControlCharacters } from 'node:util';

const OUTPUT_LIMIT = 64 * 1024;
const TEXT_LIMIT = 256 * 1024;
const MESSAGE_LIMIT = 1000;

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
export const tail = (text) => endsOf(text, 0, OUTPUT_LIMIT);

export const headAndTail = (text) => endsOf(text, TEXT_LIMIT / 2, TEXT_LIMIT);

export function firstLine(text) {
  const line = text.split('\n').find((one) => one.trim());
  return (line ?? '').trim().slice(0, MESSAGE_LIMIT).replace(/[\ud800-\udbff]$/, '');
}

/// One error of vitest's in full: what was thrown, where, and the difference it shows.
export function describe(error) {
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

export const faultOf = (outcome, errors) => {
  const text = errors.map(describe).join('\n\n');
  return { outcome, message: firstLine(text), text: headAndTail(text) };
};

export const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/// A pattern for the names that are `printable` as this.
export const patternOf = (name) =>
  escaped(name).replace(/\\\\u(d[89a-f]..)/g, (all, half) => `(?:${all}|\\u${half})`);

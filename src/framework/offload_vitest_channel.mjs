// SPDX-License-Identifier: MIT
// The connection of a worker to Offload: events go out, requests come in. offload_vitest.mjs
// describes both.

import fs from 'node:fs';
import net from 'node:net';

const RECORD = Buffer.from('\x1e');
const EVENTS = 3;
const REQUESTS = 4;

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
export const printable = (text) => text.replace(HALF, (half) => `\\u${half.charCodeAt().toString(16)}`);

const toJson = (value) =>
  JSON.stringify(value, (_, each) => (typeof each === 'string' ? printable(each) : each));

export class Channel {
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

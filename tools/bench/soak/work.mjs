// What the clients of tools/bench/soak.mjs do in one round. After a round the server has the same pictures as before.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { ask } from '../../ci/ask.mjs';

/** Texts are cached. This number of them fills the cache early, so that it does not grow during the measurement. */
const TEXTS = 300;
const SEARCHERS = 3;
const VANISHING = 6;
const PICTURES_AT_ONCE = 4;

/** @param files paths of some pictures; `folder` has the same ones */
export class Work {
  /** How often each thing was done. */
  counts = {};
  #round = 0;

  constructor(address, folder, files) {
    this.address = address;
    this.folder = folder;
    this.files = files;
  }

  /** Fills the caches of texts, queries and thumbnails, which would grow during the measurement on a slow machine. */
  async warmUp() {
    for (let i = 0; i < TEXTS; i++) {
      await this.#search(`小狗 ${i}`);
      await this.#ask(vanishing(`小猫 ${i}`));
    }
    this.counts = {};
  }

  /** Resolves after `seconds`, when all clients have ended and all loads are over. */
  async round(seconds) {
    this.#round++;
    const end = performance.now() + seconds * 1_000;
    const until = async (work) => {
      while (performance.now() < end) await work();
    };
    await Promise.all([
      ...Array.from({ length: SEARCHERS }, () => until(() => this.#search())),
      ...Array.from({ length: VANISHING }, () => until(() => this.#vanish())),
      until(() => this.#loadAndDrop()),
      until(() => this.#upload()),
      until(() => this.#put()),
      until(() => this.#subscribe()),
      until(() => this.#sendNonsense()),
    ]);
    await this.#quiet();
  }

  async #search(text = `小狗 ${Math.floor(Math.random() * TEXTS)}`) {
    const query = `query ($text: String!) { searchImages(text: $text, collection: "samples", topK: 20) {
      similarity image { id imageId url(width: 320) } } }`;
    const { searchImages } = await this.#ask(query, { text });
    const some = searchImages.slice(0, PICTURES_AT_ONCE);
    await Promise.all(some.map(async ({ image }) => await (await fetch(this.address + image.url)).arrayBuffer()));
    if (Math.random() < 0.1) {
      const picture = this.#anyFile().toString('base64');
      const similar =
        'query ($picture: String!) { search(query: { picture: $picture }, collection: "samples", first: 5) { totalCount } }';
      await this.#ask(similar, { picture });
      this.#count('searches with a picture');
    }
    this.#count('searches');
  }

  /** Leaves before the answer comes, in the middle of a body, or as a socket without a request. */
  async #vanish() {
    const { hostname, port } = new URL(this.address);
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    await once(socket, 'connect');
    const text = `小猫 ${Math.floor(Math.random() * TEXTS)}`;
    const body = JSON.stringify({ query: vanishing(text) });
    const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    const kind = Math.random();
    if (kind < 0.6) socket.write(head + body);
    else if (kind < 0.8) socket.write((head + body).slice(0, head.length + 5));
    await sleep(Math.random() * 60);
    socket.destroy();
    this.#count('clients that vanished');
    await sleep(50);
  }

  async #loadAndDrop() {
    const collection = `soak ${this.#round} ${this.#count('loads')}`;
    const load = `mutation ($collection: String!, $directory: String!, $wait: Boolean!) {
      loadCollection(collection: $collection, directory: $directory, wait: $wait) { id status } }`;
    const given = { collection, directory: this.folder };
    await this.#ask(load, { ...given, wait: true });
    const imageIds = this.files.slice(0, 3).map((file) => file.split('/').at(-1));
    await this.#ask(
      'mutation ($collection: String!, $imageIds: [ID!]!) { deleteImages(collection: $collection, imageIds: $imageIds) }',
      { collection, imageIds },
    );
    const { loadCollection: running } = await this.#ask(load, { ...given, wait: false });
    if (Math.random() < 0.5)
      await this.#ask('mutation ($id: ID!) { cancelLoad(id: $id) { id } }', { id: running.id }).catch(() => undefined);
    await this.#ask('mutation ($name: String!) { dropCollection(name: $name) }', { name: collection });
    await sleep(1_000);
  }

  async #upload() {
    const { createUpload } = await this.#ask('mutation { createUpload { id url } }');
    for (let i = 0; i < 3; i++)
      await fetch(`${this.address}${createUpload.url}/${i}.png`, { method: 'PUT', body: this.#anyFile() });
    const isKept = this.#count('uploads') % 3 > 0;
    const collection = `sent ${this.#round} ${this.counts.uploads}`;
    if (isKept) {
      const load = 'mutation ($id: ID!, $collection: String!) { loadUpload(id: $id, collection: $collection) { id } }';
      const { loadUpload } = await this.#ask(load, { id: createUpload.id, collection });
      await this.#ended(loadUpload.id);
      await this.#ask('mutation ($name: String!) { dropCollection(name: $name) }', { name: collection });
    } else await this.#ask('mutation ($id: ID!) { discardUpload(id: $id) }', { id: createUpload.id });
    await sleep(1_000);
  }

  async #put() {
    const path = `${this.address}/collections/kept/images/${this.#count('puts') % 5}.png`;
    await (await fetch(path, { method: 'PUT', body: this.#anyFile() })).arrayBuffer();
    await sleep(700);
  }

  /** Half of the sockets close; the others vanish, with their subscription open. */
  async #subscribe() {
    const socket = new WebSocket(`${this.address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    const query = 'subscription { modelInstallChanged { id } }';
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    await sleep(Math.random() * 500);
    if (this.#count('subscriptions') % 2 === 0) socket.terminate();
    else socket.close();
    await closed;
    await sleep(100);
  }

  async #sendNonsense() {
    const wrong = [
      '{',
      '{"query":"{ nothing }"}',
      '{"query":"{ collection(name: \\"none\\") { name } }"}',
      JSON.stringify({ query: `{ ${'a'.repeat(100_000)} }` }),
    ];
    const headers = { 'content-type': 'application/json' };
    for (const body of wrong)
      await (await fetch(`${this.address}/graphql`, { method: 'POST', headers, body })).arrayBuffer();
    for (const path of [`/images/${this.#round}999999`, `/${this.#round}/${Math.random()}`, '/readyz', '/metrics'])
      await (await fetch(this.address + path)).arrayBuffer();
    this.#count('wrong requests');
    await sleep(300);
  }

  async #ended(id) {
    for (;;) {
      const { loadJob } = await this.#ask('query ($id: ID!) { loadJob(id: $id) { status } }', { id });
      if (!['QUEUED', 'RUNNING'].includes(loadJob.status)) return;
      await sleep(100);
    }
  }

  async #quiet() {
    for (;;) {
      const { loadJobs } = await this.#ask('{ loadJobs { status } }');
      if (loadJobs.every(({ status }) => !['QUEUED', 'RUNNING'].includes(status))) break;
      await sleep(200);
    }
    // Connections that were kept alive end after five seconds.
    await sleep(7_000);
  }

  /** A server that is busy refuses, and the client asks again. */
  async #ask(query, variables) {
    for (let tries = 0; ; tries++) {
      try {
        return await ask(this.address, query, variables);
      } catch (error) {
        if (tries >= 50 || !/try again|waiting already/.test(error.message)) throw error;
        this.#count('refused');
        await sleep(200);
      }
    }
  }

  #anyFile() {
    return readFileSync(this.files[Math.floor(Math.random() * this.files.length)]);
  }

  #count(what) {
    return (this.counts[what] = (this.counts[what] ?? 0) + 1);
  }
}

const vanishing = (text) => `{ searchImages(text: "${text}", collection: "samples") { image { id } } }`;

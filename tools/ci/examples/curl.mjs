import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const SECTION = /^## .* · (.+)$\n[^]*?^```sh\n([^]*?)^```$/gm;

/** Runs the blocks of curl.md in one shell, each under a heading, and checks what each answers. */
export async function checkCurl({ file, server, pictures, work, check }) {
  const text = readFileSync(file, 'utf8');
  const sections = [...text.matchAll(SECTION)].map(([, heading, block]) => ({ heading, block }));
  const script = sections.map(({ heading, block }) => `echo '## ${heading}'\n${block}`).join('');
  const { status, stdout } = spawnSync('bash', ['-c', `set -euo pipefail\n${script}`], {
    cwd: work,
    env: { ...process.env, SERVER: server, PICTURES: pictures },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const answers = new Map(
    stdout
      .split(/^## /m)
      .slice(1)
      .map((part) => {
        const [heading, ...lines] = part.trim().split('\n');
        return [heading, lines];
      }),
  );
  await check('curl.md: every command ends well', () => assert.equal(status, 0, stdout));
  await check('curl.md: each block has its heading, and each heading its check', () => {
    assert.equal(sections.length, text.match(/^```sh$/gm).length);
    assert.deepEqual(
      sections.map(({ heading }) => heading),
      Object.keys(EXPECTED),
    );
  });
  for (const [heading, expect] of Object.entries(EXPECTED))
    await check(`curl.md: ${heading}`, () => {
      const lines = answers.get(heading);
      try {
        expect(...lines.map((line) => (line.startsWith('{') ? JSON.parse(line) : line)));
      } catch (error) {
        error.stack += `\n${lines?.join('\n')}`;
        throw error;
      }
    });
}

const data = (answer) => {
  assert.equal(answer.errors, undefined);
  return answer.data;
};
const idsOf = (answer) => data(answer).search.edges.map(({ node }) => node.image.imageId);

/** By the headings of curl.md, in their order: takes a block's answers, one a line. */
const EXPECTED = {
  Health(health, ready) {
    assert.deepEqual([health.status, ready.ready], ['ok', true]);
  },
  'Server info'(answer) {
    const { version, ...info } = data(answer).serverInfo;
    assert.match(version, /^\d+\.\d+\.\d+/);
    assert.deepEqual([info.model, info.metadataStore, info.vectorStore], ['wentu-mini', 'sqlite', 'embedded']);
    assert.ok(info.dimension > 0);
  },
  Collections(answer) {
    const samples = data(answer).collections.find(({ name }) => name === 'samples');
    assert.ok(samples.imageCount > 300);
    assert.ok(!Number.isNaN(Date.parse(samples.createdAt)));
  },
  'Search by a text'(answer) {
    const { totalCount, pageInfo } = data(answer).search;
    assert.match(idsOf(answer).slice(0, 3).join(' '), /dog|poodle/);
    assert.ok(totalCount > 300 && pageInfo.hasNextPage);
  },
  'The next page'(answer) {
    assert.equal(new Set(idsOf(answer)).size, 5);
    assert.ok(!idsOf(answer).includes('animals/dog-face.png'));
  },
  'Fetch a picture in a size'(line) {
    const [status, type, bytes] = line.split(' ');
    assert.deepEqual([status, type], ['200', 'image/webp']);
    assert.ok(Number(bytes) > 500);
  },
  'Search by imageId'(answer) {
    const ids = idsOf(answer);
    assert.equal(ids.length, 5);
    assert.ok(ids.every((id) => id !== 'animals/cat.png') && ids.some((id) => id.startsWith('animals/')));
  },
  'Search by a picture'(answer) {
    assert.match(idsOf(answer)[0], /dog|poodle/);
    assert.ok(data(answer).search.edges[0].node.similarity > 0.95);
  },
  'Zero-shot: rankTexts'(answer) {
    const { rankTexts } = data(answer);
    assert.equal(rankTexts.length, 3);
    const [best] = rankTexts.toSorted((a, b) => b.probability - a.probability);
    assert.equal(best.text, '一只猫');
    assert.ok(Math.abs(rankTexts.reduce((sum, { probability }) => sum + probability, 0) - 1) < 1e-6);
  },
  'Load a folder'(answer) {
    assert.match(data(answer).loadCollection.id, /^LoadJob:\d+$/);
  },
  'Poll it'(...answers) {
    const { loadJob } = data(answers.at(-1));
    assert.deepEqual(loadJob, {
      ...{ status: 'PARTIAL', processed: 5, total: 5, loaded: 4 },
      ...{ skipped: 0, removed: 0, failed: 1, error: null },
    });
  },
  'The failures'(answer) {
    const [failure, ...others] = data(answer).loadJob.failures;
    assert.deepEqual([failure.item, failure.code, others], ['broken.jpg', 'UNSUPPORTED_FORMAT', []]);
    assert.match(failure.message, /\S/);
  },
  'Search what was loaded'(answer) {
    const { searchImages } = data(answer);
    assert.equal(searchImages.length, 3);
    for (const { similarity, distance } of searchImages) assert.ok(Math.abs(2 - 2 * similarity - distance) < 1e-6);
  },
  'Create and rename'(answer) {
    const { createCollection, renameCollection } = data(answer);
    assert.deepEqual([createCollection.name, createCollection.imageCount], ['新', 0]);
    assert.equal(renameCollection.name, '旧');
  },
  'Delete images'(answer) {
    assert.equal(data(answer).deleteImages, 1);
  },
  'Drop collections'(answer) {
    assert.deepEqual(data(answer), { curl: true, old: true });
  },
  'An error and its code'(answer) {
    assert.equal(answer.errors[0].extensions.code, 'NOT_FOUND');
    assert.match(answer.errors[0].message, /nope/);
  },
};

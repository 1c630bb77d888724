import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'wentu-words-'));
  const files: Record<string, Buffer> = {};
  for (let i = 0; i < 5; i++) files[`f${i}.png`] = await picture(i);
  await writeTree(folder, files);
  await server.load(folder);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

interface Understanding {
  readonly understood: boolean;
  readonly unknownWords: readonly string[];
  readonly cut: boolean;
  readonly usedText: string;
  readonly ignoredText: string;
}
interface Answer {
  readonly search: {
    readonly understanding: Understanding | null;
    readonly edges: readonly { readonly node: { readonly similarity: number; readonly image: { imageId: string } } }[];
  };
}
const FIELDS = 'understood unknownWords cut usedText ignoredText';
const search = async (query: object): Promise<Answer['search']> =>
  (
    await server.data<Answer>(
      `query ($query: SearchQuery!) {
        search(query: $query) { understanding { ${FIELDS} } edges { node { similarity image { imageId } } } }
      }`,
      { query },
    )
  ).search;
const whole = (text: string): Understanding => ({
  understood: true,
  unknownWords: [],
  cut: false,
  usedText: text,
  ignoredText: '',
});

test.each([
  ['红苹果', {}],
  ['⼩⽝', {}],
  ['dog', { understood: false, unknownWords: ['dog'] }],
  ['🐶', { understood: false, unknownWords: ['🐶'] }],
  ['%', { understood: false, unknownWords: ['%'] }],
  ['红色的apple', { unknownWords: ['apple'] }],
  [
    `${'我们昨天在公园里散步'.repeat(5)}红苹果`,
    { cut: true, usedText: '我们昨天在公园里散步'.repeat(5), ignoredText: '红苹果' },
  ],
])('a search for %j gives the understood part of the text, and hits', async (text, expected) => {
  const { understanding, edges } = await search({ text });
  expect(understanding).toEqual({ ...whole(text), ...expected });
  expect(edges).toHaveLength(5);
});

test('compatibility characters find the same as plain ones, and a cut text the same as its beginning', async () => {
  expect((await search({ text: '⼩⽝' })).edges).toEqual((await search({ text: '小犬' })).edges);
  expect((await search({ text: '⼩⽝' })).edges).not.toEqual((await search({ text: 'dog' })).edges);
  const long = `${'我们昨天在公园里散步'.repeat(5)}红苹果`;
  const { understanding, edges } = await search({ text: long });
  expect((await search({ text: understanding!.usedText })).edges).toEqual(edges);
});

test('queries by a picture have no text understanding', async () => {
  expect((await search({ imageId: 'f1.png' })).understanding).toBeNull();
  expect((await search({ picture: (await picture(1)).toString('base64') })).understanding).toBeNull();
});

test('later pages have it too', async () => {
  const page = async (after: string | null): Promise<{ endCursor: string; understanding: Understanding }> => {
    const { search: found } = await server.data<{
      search: { pageInfo: { endCursor: string }; understanding: Understanding };
    }>(
      `query ($after: String) {
        search(query: { text: "dog" }, first: 2, after: $after) { pageInfo { endCursor } understanding { ${FIELDS} } }
      }`,
      { after },
    );
    return { ...found.pageInfo, understanding: found.understanding };
  };
  const first = await page(null);
  expect(first.understanding.understood).toBe(false);
  expect((await page(first.endCursor)).understanding).toEqual(first.understanding);
});

test('explainText gives it for searchImages, and rankTexts for each text', async () => {
  const answer = await server.data(
    `query ($texts: [String!]!) {
      searchImages(text: "红色的apple", topK: 1) { image { imageId } }
      explainText(text: "红色的apple") { ${FIELDS} }
      rankTexts(texts: $texts, imageId: "f1.png") { text understanding { understood unknownWords } }
    }`,
    { texts: ['dog', '小狗'] },
  );
  expect(answer).toEqual({
    searchImages: [expect.anything()],
    explainText: { ...whole('红色的apple'), unknownWords: ['apple'] },
    rankTexts: [
      { text: 'dog', understanding: { understood: false, unknownWords: ['dog'] } },
      { text: '小狗', understanding: { understood: true, unknownWords: [] } },
    ],
  });
  const { errors } = await server.graphql('{ explainText(text: " ") { understood } }', {});
  expect(errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
});

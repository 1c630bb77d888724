import { imageAttributes, matches, matchWords, parseWordQuery, type WordLine } from '@wentu/domain';
import { newEmbedding, newImage, type Bench } from './bench';
import { randomFrom, RandomImages } from './random-images';

const REVISION = 'reader 1';

/** Words in pictures. */
export function wordsContract(bench: Bench): void {
  describe('words in pictures', () => {
    const seed = Math.floor(Math.random() * 2 ** 32);

    const put = async (collection: number, id: number, ...texts: string[]): Promise<number[]> =>
      await bench.store.words.put(collection, REVISION, [{ id, lines: texts.map(line) }]);
    const find = async (collection: number, text: string): Promise<number[]> => {
      const search = { query: parseWordQuery(text), filter: null, before: null, limit: 1_000 };
      return await bench.store.words.find(collection, search);
    };

    test('lines are given back in their order, and an image without text has none', async () => {
      const { words } = bench.store;
      const collection = await bench.create();
      const [a, b, pending] = [
        ...(await bench.readyImages(collection, ['a', 'b'])),
        ...(await bench.images(collection, ['c'])),
      ];
      const box = [0, 0.25, 0.75, 1].map((x) => ({ x, y: 1 - x })) as unknown as WordLine['box'];
      const lines = [{ text: '出口 𠮷', confidence: 0.987, box }, line('it\'s "so"\\')];
      const read = [
        { id: a!, lines },
        { id: b!, lines: [] },
        { id: pending!, lines },
      ];
      expect(await words.put(collection, REVISION, read)).toEqual([a, b]);
      expect(await words.get([a!, b!, pending!, 999_999])).toEqual(new Map([[a, lines]]));
      const other = await bench.connect();
      expect(await other.words.get([a!])).toEqual(new Map([[a, lines]]));
      await other.close();
    });

    test('images are unread until a reader of the same revision has read them, newest first', async () => {
      const { words } = bench.store;
      const [collection, other] = [await bench.create(), await bench.create('other')];
      const ids = await bench.readyImages(collection, ['a', 'b', 'c', 'd', 'e']);
      await bench.readyImages(other, ['z']);
      await bench.images(collection, ['pending']);
      const unread = async (revision: string, before: number | null = null, limit = 10): Promise<number[]> =>
        (await words.pageUnread(collection, revision, before, limit)).map(({ id }) => id);
      const [a, b, c, d, e] = ids;
      expect([await unread(REVISION), await words.countUnread(collection, REVISION)]).toEqual([[e, d, c, b, a], 5]);
      await words.put(collection, REVISION, [
        { id: d!, lines: [line('x')] },
        { id: b!, lines: [] },
      ]);
      expect([await unread(REVISION), await words.countUnread(collection, REVISION)]).toEqual([[e, c, a], 3]);
      expect([await unread(REVISION, e), await unread(REVISION, null, 2)]).toEqual([
        [c, a],
        [e, c],
      ]);
      // The lines of an earlier revision are found until they are replaced.
      expect([await unread('reader 2'), await words.countUnread(collection, 'reader 2')]).toEqual([[e, d, c, b, a], 5]);
      await words.put(collection, 'reader 2', [{ id: d!, lines: [] }]);
      expect([await words.get(ids), await unread('reader 2', null, 3)]).toEqual([new Map(), [e, c, b]]);
    });

    test('lines that are read again replace the lines before', async () => {
      const collection = await bench.create();
      const [a, b] = await bench.readyImages(collection, ['a', 'b']);
      await put(collection, a!, '安全出口');
      await put(collection, b!, '安全帽');
      await put(collection, a!, '安全入口');
      await put(collection, a!, '安全入口');
      expect([await find(collection, '安全'), await find(collection, '出口')]).toEqual([[b, a], []]);
      expect(await find(collection, '入口')).toEqual([a]);
    });

    test('words are deleted with their image, and a new version of it is unread', async () => {
      const { images, words } = bench.store;
      const collection = await bench.create();
      const [a, b] = await bench.readyImages(collection, ['a', 'b']);
      for (const id of [a, b]) await put(collection, id!, '安全出口', '出');
      const [next] = await bench.images(collection, ['a']);
      await images.settle(collection, [next!]);
      expect([await find(collection, '出口'), await words.get([a!, b!])]).toEqual([
        [b],
        new Map([[b, ['安全出口', '出'].map(line)]]),
      ]);
      expect((await words.pageUnread(collection, REVISION, null, 9)).map(({ id }) => id)).toEqual([next]);
      expect(await put(collection, a!, '安全出口')).toEqual([]);
      await images.removeRows(collection, [a!]);
      await images.tombstone(collection, [b!]);
      expect(await find(collection, '出')).toEqual([]);
      await images.removeRows(collection, [b!]);
      expect(await find(collection, '出口')).toEqual([]);
    });

    test('a collection has only its own words, and a dropped one leaves none', async () => {
      const { collections } = bench.store;
      const [collection, other] = [await bench.create(), await bench.create('other')];
      const [[a], [z]] = [await bench.readyImages(collection, ['a']), await bench.readyImages(other, ['z'])];
      await put(collection, a!, '出口');
      await put(other, z!, '出口');
      expect([await find(collection, '出口'), await find(other, '出口')]).toEqual([[a], [z]]);
      await collections.markDropping(collection);
      await bench.remove(collection);
      expect([await find(collection, '出口'), await find(other, '出口')]).toEqual([[], [z]]);
    });

    test(`random queries find exactly the images whose lines and attributes match (seed ${seed})`, async () => {
      const random = randomFrom(seed);
      const make = new RandomImages(random);
      const collection = await bench.create();
      // The ids are in several blocks of postings.
      const linesOf = new Map<number, string[]>();
      for (let part = 0; part < 3; part++) {
        const first = await bench.store.ids.reserve(10_000);
        const images = Array.from({ length: 80 }, (_, i) => make.image(first + i)).map((image) => ({
          ...image,
          imageId: `${image.id} ${image.imageId}`.slice(0, 500),
        }));
        await bench.insert(collection, images);
        await bench.store.images.settle(
          collection,
          images.map(({ id }) => id),
        );
        for (const { id } of images) linesOf.set(id, randomLines(random));
      }
      const read = [...linesOf].map(([id, texts]) => ({ id, lines: texts.map(line) }));
      await bench.store.words.put(collection, REVISION, read);
      const rows = (await bench.store.images.page(collection, 0, 1_000)).reverse();
      let hits = 0;
      for (let i = 0; i < 300; i++) {
        const text = randomQuery(random, linesOf);
        const query = parseWordQuery(text);
        const filter = i % 3 === 0 ? make.filter(2) : null;
        const wanted = rows
          .filter((row) => !filter || matches(filter, imageAttributes(row)))
          .filter(({ id }) => matchWords(query, (linesOf.get(id) ?? []).map(line)))
          .map(({ id }) => id);
        hits += wanted.length;
        const search = { query, filter, before: null, limit: 1_000 };
        const found = await bench.store.words.find(collection, search);
        expect({ text, filter, found }).toEqual({ text, filter, found: wanted });
        const before = wanted[Math.floor(wanted.length / 2)] ?? null;
        const after = wanted.slice(before === null ? 0 : wanted.indexOf(before) + 1, undefined).slice(0, 3);
        expect(await bench.store.words.find(collection, { ...search, before, limit: 3 })).toEqual(after);
      }
      expect(hits).toBeGreaterThan(300);
    });

    test('halves of surrogate pairs are stored as the replacement character, and find nothing', async () => {
      const collection = await bench.create();
      const [a] = await bench.readyImages(collection, ['a']);
      await put(collection, a!, 'ab\ud842c', 'x');
      expect((await bench.store.words.get([a!])).get(a!)?.map(({ text }) => text)).toEqual(['ab\ufffdc', 'x']);
      expect([await find(collection, 'b\ud842c'), await find(collection, 'b\ufffdc')]).toEqual([[], [a]]);
    });

    test('more candidates than one statement reads are decided by their rows', async () => {
      const collection = await bench.create();
      const first = await bench.store.ids.reserve(1_300);
      const images = Array.from({ length: 1_300 }, (_, i) => newImage(first + i, `${i}`));
      const space = await bench.spaceOf(collection);
      await bench.store.images.insertPending(
        collection,
        images,
        images.map(({ id }) => newEmbedding(id, space)),
      );
      await bench.store.images.settle(
        collection,
        images.map(({ id }) => id),
      );
      // Only the last image has the neighbouring pairs as one word.
      const read = images.map(({ id }, i) => ({ id, lines: [line(i === 0 ? '一二三' : '一二四二三')] }));
      await bench.store.words.put(collection, REVISION, read);
      expect(await find(collection, '一二三')).toEqual([first]);
      const filter = { kind: 'equal', attribute: 'imageId', value: '7' } as const;
      const search = { query: parseWordQuery('一二'), filter, before: null, limit: 10 };
      expect(await bench.store.words.find(collection, search)).toEqual([first + 7]);
      expect(await find(collection, '二三')).toHaveLength(1_000);
      // The first candidates do not match, so that the images of the caller are looked at. Rows decide about these too.
      const old = { kind: 'oneOf', attribute: 'imageId', values: ['3', '5'] } as const;
      let asked = 0;
      const fewMatching = async (): Promise<number[]> => (asked++, [first + 3, first + 4, first + 5]);
      const narrow = { query: parseWordQuery('一二'), filter: old, before: null, limit: 10, fewMatching };
      expect(await bench.store.words.find(collection, narrow)).toEqual([first + 5, first + 3]);
      expect(asked).toBe(1);
      // They are not needed where the first candidates match.
      const all = { ...narrow, filter: { kind: 'exists', attribute: 'imageId' } as const };
      expect(await bench.store.words.find(collection, all)).toHaveLength(10);
      expect(asked).toBe(1);
    });
  });
}

function line(text: string): WordLine {
  return {
    text,
    confidence: 0.5,
    box: [0, 1, 2, 3].map((i) => ({ x: i / 4, y: i / 8 })) as unknown as WordLine['box'],
  };
}

const ALPHABET = [...'口出国國ＡaA b2２.-𠮷', 'ﾊﾞ', 'é', '\u3000'];

function randomLines(random: () => number): string[] {
  const count = Math.floor(random() * 4);
  const lines = Array.from({ length: count }, () => randomText(random, 1 + Math.floor(random() * 6)).normalize('NFC'));
  return lines.filter((text) => text.trim() !== '');
}

function randomText(random: () => number, length: number): string {
  return Array.from({ length }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join('');
}

/** Parts of stored texts, and random ones, some of them in quotation marks. */
function randomQuery(random: () => number, linesOf: ReadonlyMap<number, readonly string[]>): string {
  const all = [...linesOf.values()].map((texts) => texts.join('')).filter((text) => text !== '');
  const words = Array.from({ length: 1 + Math.floor(random() * 2) }, () => {
    const text = [...(all[Math.floor(random() * all.length)] ?? '')];
    const from = Math.floor(random() * text.length);
    const part = text.slice(from, from + 1 + Math.floor(random() * 4)).join('');
    const word = random() < 0.7 && part.trim() !== '' ? part : `${randomText(random, 2)}a`;
    return random() < 0.3 ? `"${word}"` : word;
  });
  return words.join(' ');
}

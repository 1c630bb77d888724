import { ItemError, type WordLine, type WordReader } from '@wentu/domain';
import sharp from 'sharp';
import { openWordReader } from './open-word-reader';
import { bytesOf, fixtureOf, fixtures, fold, LIMITS, type Fixture } from './testing/fixtures';

let reader: WordReader;
beforeAll(async () => {
  reader = await openWordReader({}, LIMITS);
});
afterAll(() => reader.close());

const textsOf = (lines: readonly { readonly text: string }[]): string[] => lines.map(({ text }) => fold(text));

/** The lines of the first list that are in the second; each counts once. */
function common(first: readonly string[], second: readonly string[]): string[] {
  const left = [...second];
  return first.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

const read = new Map<string, Promise<WordLine[]>>();
async function linesOf(fixture: Fixture): Promise<WordLine[]> {
  let lines = read.get(fixture.name);
  if (!lines) read.set(fixture.name, (lines = reader.read(bytesOf(fixture))));
  return await lines;
}

describe.each(fixtures.map((fixture) => [fixture.kind, fixture] as const))('%s', (kind, fixture) => {
  test('has the lines of RapidOCR, or the true ones', async () => {
    const texts = textsOf(await linesOf(fixture));
    const known = new Set([...textsOf(fixture.lines), ...fixture.truth.map(fold)]);
    // PP-OCRv4 is not sure about traditional and about blurred characters.
    const mayDiffer = kind === 'traditional' || kind === 'vertical-book' ? 2 : kind === 'blurred' ? 1 : 0;
    expect(texts.filter((text) => !known.has(text)).length).toBeLessThanOrEqual(mayDiffer);
    expect(texts).toHaveLength(fixture.lines.length);
  });

  test('has boxes around the lines', async () => {
    const { width, height } = await sharp(bytesOf(fixture)).metadata();
    for (const { text, box } of await linesOf(fixture)) {
      const theirs = fixture.lines.find((line) => fold(line.text) === fold(text));
      if (!theirs || textsOf(fixture.lines).filter((each) => each === fold(text)).length > 1) continue;
      const middle = (points: [number, number][]): number[] =>
        [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis]!, 0) / 4);
      const [x, y] = middle(box.map((point) => [point.x * width, point.y * height]));
      const [otherX, otherY] = middle(theirs.box);
      const size = Math.hypot(theirs.box[0]![0] - theirs.box[3]![0], theirs.box[0]![1] - theirs.box[3]![1]);
      expect(Math.hypot(x! - otherX!, y! - otherY!)).toBeLessThan(Math.max(12, size));
    }
  });
});

test('reads the characters that were drawn', async () => {
  let [right, total] = [0, 0];
  for (const fixture of fixtures) {
    const truth = fixture.truth.map(fold);
    const found = common(truth, textsOf(await linesOf(fixture)));
    right += found.join('').length;
    total += truth.join('').length;
  }
  // Characters of lines without any error: a lower bound.
  expect(right / total).toBeGreaterThan(0.93);
});

test.each(['receipt', 'table', 'two-columns', 'vertical-book', 'couplet', 'slide', 'slanted', 'document', 'chat'])(
  'gives the lines of the %s in reading order',
  async (kind) => {
    const fixture = fixtureOf(kind);
    const texts = textsOf(await linesOf(fixture));
    const truth = fixture.truth.map(fold);
    expect(texts.filter((text) => truth.includes(text))).toEqual(truth.filter((text) => texts.includes(text)));
  },
);

test('a box begins where the text begins', async () => {
  const [upright] = await linesOf(fixtureOf('document'));
  expect(upright!.box[0].x).toBeLessThan(upright!.box[1].x);
  expect(upright!.box[0].y).toBeLessThan(upright!.box[3].y);
  const [turned] = await linesOf(fixtureOf('upside-down'));
  expect(turned!.box[0].x).toBeGreaterThan(turned!.box[1].x);
  expect(turned!.box[0].y).toBeGreaterThan(turned!.box[3].y);
  const [column] = await linesOf(fixtureOf('vertical-book'));
  expect(column!.box[0].y).toBeLessThan(column!.box[1].y);
  expect(column!.box[0].x).toBeGreaterThan(column!.box[3].x);
});

test('reads white text on a transparent background', async () => {
  const { bytes, truth } = fixtureOf('slide');
  const light = await sharp(bytes)
    .greyscale()
    .threshold(128)
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const isLight = light.data.reduce((sum, value) => sum + value, 0) / light.data.length > 128;
  const rgba = Buffer.alloc(light.data.length * 4, 255);
  light.data.forEach((value, i) => (rgba[i * 4 + 3] = isLight ? 255 - value : value));
  const { width, height } = light.info;
  const png = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
  expect(common(truth.map(fold), textsOf(await reader.read(png))).length).toBeGreaterThanOrEqual(truth.length - 1);
});

test('reads a picture that its EXIF data turns', async () => {
  const { bytes, truth } = fixtureOf('document');
  const turned = await sharp(await sharp(bytes).rotate(90).toBuffer())
    .withMetadata({ orientation: 8 })
    .jpeg()
    .toBuffer();
  const lines = await reader.read(turned);
  expect(common(truth.map(fold), textsOf(lines)).length).toBeGreaterThanOrEqual(truth.length - 1);
});

test('reads small characters of a long screenshot', async () => {
  const { bytes, truth } = fixtureOf('chat');
  const { width, height } = await sharp(bytes).metadata();
  const long = await sharp({ create: { width, height: height * 4, channels: 3, background: '#888' } })
    .composite([0, 1, 2, 3].map((part) => ({ input: Buffer.from(bytes), left: 0, top: part * height })))
    .jpeg()
    .toBuffer();
  const lines = textsOf(await reader.read(long));
  expect(
    common(
      [1, 2, 3, 4].flatMap(() => truth.map(fold)),
      lines,
    ).length,
  ).toBeGreaterThan(truth.length * 4 * 0.95);
});

describe('pictures that are no use', () => {
  const blank = (width: number, height: number): Promise<Buffer> =>
    sharp({ create: { width, height, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();

  test.each([
    [1, 1],
    [1, 8_000],
    [8_000, 1],
    [20_000, 3],
    [33, 31],
  ])('%i × %i pixels have no lines', async (width, height) => {
    expect(await reader.read(await blank(width, height))).toEqual([]);
  });

  test('noise has few lines or none', async () => {
    let seed = 7;
    const noise = Uint8Array.from(
      { length: 1_200 * 900 * 3 },
      () => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) >> 16,
    );
    const png = await sharp(noise, { raw: { width: 1_200, height: 900, channels: 3 } })
      .png()
      .toBuffer();
    expect((await reader.read(png)).length).toBeLessThan(20);
  });

  test('a file that is no picture is an ItemError, and the reader goes on', async () => {
    await expect(reader.read(new TextEncoder().encode('no picture'))).rejects.toThrow(ItemError);
    expect(await reader.read(fixtureOf('sign').bytes)).toHaveLength(1);
  });
});

test('a signal stops the reading between two steps, and the reader goes on', async () => {
  const abort = new AbortController();
  const reading = reader.read(fixtureOf('table').bytes, abort.signal);
  abort.abort(new Error('no longer wanted'));
  await expect(reading).rejects.toThrow('no longer wanted');
  expect(await reader.read(fixtureOf('sign').bytes)).toHaveLength(1);
});

test('several pictures at once are read one after another', async () => {
  const [sign, subtitle] = [fixtureOf('sign'), fixtureOf('subtitle')];
  const [first, second] = await Promise.all([reader.read(sign.bytes), reader.read(subtitle.bytes)]);
  expect(textsOf(first)).toEqual(sign.truth.map(fold));
  expect(textsOf(second)).toEqual(subtitle.truth.map(fold));
});

import { imageAttributes, type Attributes } from './attributes';
import { InvalidInputError } from './errors';
import { NO_FACTS } from './facts';
import {
  checkFilter,
  indexFilter,
  matches,
  MAX_FILTER_DEPTH,
  MAX_FILTER_TERMS,
  needsRows,
  type Filter,
  type ImageFilter,
} from './filter';
import { NO_OWN } from './own-attributes';

const photo = imageAttributes({
  imageId: 'trips/2024/a.jpg',
  mimeType: 'image/jpeg',
  width: 400,
  height: 300,
  sizeBytes: 12_345,
  facts: NO_FACTS,
  own: NO_OWN,
});

const jpeg: Filter = { kind: 'equal', attribute: 'mimeType', value: 'image/jpeg' };
const png: Filter = { kind: 'equal', attribute: 'mimeType', value: 'image/png' };

describe('matches', () => {
  it('combines conditions with and, or and not', () => {
    expect(matches({ kind: 'and', filters: [jpeg, { kind: 'not', filter: png }] }, photo)).toBe(true);
    expect(matches({ kind: 'and', filters: [jpeg, png] }, photo)).toBe(false);
    expect(matches({ kind: 'or', filters: [png, jpeg] }, photo)).toBe(true);
    expect(matches({ kind: 'or', filters: [png, png] }, photo)).toBe(false);
  });

  it('finds one of several values', () => {
    const values = ['image/png', 'image/jpeg'];
    expect(matches({ kind: 'oneOf', attribute: 'mimeType', values }, photo)).toBe(true);
    expect(matches({ kind: 'oneOf', attribute: 'mimeType', values: ['image/png'] }, photo)).toBe(false);
  });

  it.each([
    [{ from: 400 }, true],
    [{ to: 400 }, true],
    [{ from: 400, to: 400 }, true],
    [{ from: 401 }, false],
    [{ to: 399.5 }, false],
  ])('includes both ends of the range %j', (ends, expected) => {
    expect(matches({ kind: 'range', attribute: 'width', ...ends }, photo)).toBe(expected);
  });

  it.each([
    ['trips', true],
    ['trips/2024', true],
    ['trips/2024/a.jpg', true],
    ['trips/202', false],
    ['trip', false],
    ['2024', false],
    ['%', false],
  ])('compares the folder %j by whole segments', (folder, expected) => {
    expect(matches({ kind: 'inFolder', attribute: 'imageId', folder }, photo)).toBe(expected);
  });

  it('finds paths that begin with a slash', () => {
    const filter: Filter = { kind: 'inFolder', attribute: 'imageId', folder: '/data' };
    checkFilter(filter);
    expect(matches(filter, { imageId: '/data/a.jpg' })).toBe(true);
    expect(matches(filter, { imageId: '/database/a.jpg' })).toBe(false);
  });

  it('takes strings literally', () => {
    for (const value of ['"] or id > 0', "'", '\\', '%', '_', '文图', '\u{1f600}']) {
      expect(matches({ kind: 'equal', attribute: 'imageId', value }, { imageId: value })).toBe(true);
      expect(matches({ kind: 'equal', attribute: 'imageId', value }, photo)).toBe(false);
    }
  });

  it('never matches an absent attribute, so that its negation does', () => {
    const conditions: Filter[] = [
      { kind: 'equal', attribute: 'camera', value: 'X' },
      { kind: 'oneOf', attribute: 'camera', values: ['X'] },
      { kind: 'range', attribute: 'camera', from: 0 },
      { kind: 'inFolder', attribute: 'camera', folder: 'X' },
    ];
    for (const filter of conditions) {
      expect(matches(filter, photo)).toBe(false);
      expect(matches({ kind: 'not', filter }, photo)).toBe(true);
    }
  });

  it('does not take properties of every object for attributes', () => {
    const filter: Filter = { kind: 'equal', attribute: 'length', value: 0 };
    expect(matches(filter, {})).toBe(false);
    for (const attribute of ['constructor', '__proto__', 'toString'])
      expect(matches({ kind: 'oneOf', attribute, values: ['', 0, false] }, {})).toBe(false);
  });

  it('distinguishes types, and looks into lists', () => {
    const attributes: Attributes = { tags: ['sea', '1'], isFavourite: true };
    expect(matches({ kind: 'equal', attribute: 'tags', value: 'sea' }, attributes)).toBe(true);
    expect(matches({ kind: 'equal', attribute: 'tags', value: 1 }, attributes)).toBe(false);
    expect(matches({ kind: 'equal', attribute: 'isFavourite', value: true }, attributes)).toBe(true);
    expect(matches({ kind: 'equal', attribute: 'isFavourite', value: 'true' }, attributes)).toBe(false);
  });
});

describe('local times', () => {
  const hour = 3_600_000;
  const local: ImageFilter = { kind: 'takenLocally', from: 100 * hour, to: 124 * hour - 1 };
  const taken = (at: number, offset?: number): Attributes => ({
    takenAt: at * hour,
    ...(offset === undefined ? {} : { takenAtOffset: offset * 60 }),
  });
  const images = [-14, -5, 0, 8, 14, undefined].flatMap((offset) =>
    Array.from({ length: 60 }, (_, i) => taken(82 + i, offset)),
  );
  const clock = ({ takenAt, takenAtOffset = 0 }: Attributes): number =>
    Number(takenAt) / hour + Number(takenAtOffset) / 60;

  it('compares what the clock at the place showed', () => {
    for (const image of images) expect(matches(local, image)).toBe(clock(image) >= 100 && clock(image) < 124);
    expect(matches(local, photo)).toBe(false);
    expect(matches({ kind: 'not', filter: local }, photo)).toBe(true);
  });

  it.each<[string, ImageFilter]>([
    ['a day', local],
    ['not a day', { kind: 'not', filter: local }],
    ['not a short time', { kind: 'not', filter: { kind: 'takenLocally', from: 100 * hour, to: 101 * hour } }],
    ['an open range', { kind: 'takenLocally', from: 110 * hour }],
    ['not not a day', { kind: 'not', filter: { kind: 'not', filter: local } }],
  ])('is decided by the rows: the index gives at least the images of %s', (_, filter) => {
    expect(needsRows(filter)).toBe(true);
    const proposed = images.filter((image) => matches(indexFilter(filter), image));
    const right = images.filter((image) => matches(filter, image));
    expect(right.length).toBeGreaterThan(0);
    expect(proposed.length).toBeLessThanOrEqual(images.length);
    for (const image of right) expect(proposed).toContain(image);
  });

  it('refuses a range without an end', () => {
    expect(() => checkFilter({ kind: 'takenLocally' })).toThrow(/range on local times has no end/);
    expect(() => checkFilter({ kind: 'takenLocally', from: 2, to: 1 })).toThrow(InvalidInputError);
  });
});

describe('checkFilter', () => {
  const nested = (depth: number): Filter => (depth === 1 ? jpeg : { kind: 'not', filter: nested(depth - 1) });
  const listed = (count: number): Filter => ({
    kind: 'oneOf',
    attribute: 'width',
    values: Array.from({ length: count }, (_, at) => at),
  });

  it('accepts filters at the limits', () => {
    checkFilter(nested(MAX_FILTER_DEPTH));
    checkFilter(listed(MAX_FILTER_TERMS));
    checkFilter({ kind: 'equal', attribute: 'imageId', value: '\u{1f600}'.repeat(512) });
    checkFilter({ kind: 'inFolder', attribute: 'imageId', folder: 'trips/2024' });
  });

  it.each<[string, Filter, RegExp]>([
    ['too deep', nested(MAX_FILTER_DEPTH + 1), /more than 8 levels/],
    ['too many values', listed(MAX_FILTER_TERMS + 1), /more than 256 terms/],
    ['too many terms in all', { kind: 'or', filters: [listed(200), listed(56)] }, /more than 256 terms/],
    ['an empty or', { kind: 'or', filters: [] }, /empty "or"/],
    ['no values', { kind: 'oneOf', attribute: 'width', values: [] }, /lists no values/],
    ['no ends', { kind: 'range', attribute: 'width' }, /has no end/],
    ['an empty range', { kind: 'range', attribute: 'width', from: 2, to: 1 }, /2 is more than 1/],
    ['no number', { kind: 'range', attribute: 'width', from: NaN }, /number NaN/],
    ['a long text', { kind: 'equal', attribute: 'imageId', value: 'x'.repeat(513) }, /more than 512 characters/],
    ['a long name', { kind: 'equal', attribute: 'x'.repeat(81), value: 1 }, /more than 80 characters/],
    ['a slash at the end', { kind: 'inFolder', attribute: 'imageId', folder: 'a/' }, /has folder "a\/"/],
    ['an empty folder', { kind: 'inFolder', attribute: 'imageId', folder: '' }, /has folder ""/],
  ])('refuses %s', (_, filter, message) => {
    const check = (): void => checkFilter(filter);
    expect(check).toThrow(InvalidInputError);
    expect(check).toThrow(message);
  });
});

import {
  add,
  batches,
  between,
  byCollection,
  edgeScroll,
  MOST_SELECTED,
  NOTHING,
  overlaps,
  rangeTo,
  remove,
  tagCounts,
  toggle,
  type SelectedPicture,
} from './selection';

const picture = (id: number, tags: readonly string[] = [], collection = '相册'): SelectedPicture => ({
  ...{ id: `Image:${id}`, imageId: `${id}.jpg`, collection, sizeBytes: id, tags },
});
const many = (count: number): SelectedPicture[] => Array.from({ length: count }, (_, id) => picture(id));

test('a picture is selected and taken out, and a range begins at the last one', () => {
  const one = toggle(NOTHING, picture(1), 4);
  expect([...one.pictures.keys(), one.anchor]).toEqual(['Image:1', 4]);
  const none = toggle(one, picture(1), 4);
  expect([none.pictures.size, none.anchor]).toEqual([0, 4]);
  // What was given does not change: a drag goes back to it.
  expect(one.pictures.size).toBe(1);
});

test('further pictures join, each once; others are taken out', () => {
  const some = add(toggle(NOTHING, picture(1), 0), [picture(1), picture(2), picture(3)]);
  expect([...some.pictures.keys()]).toEqual(['Image:1', 'Image:2', 'Image:3']);
  expect([...remove(some, [picture(2), picture(9)]).pictures.keys()]).toEqual(['Image:1', 'Image:3']);
});

test('no more are selected than can be, and the rest is said to be left out', () => {
  const full = add(NOTHING, many(MOST_SELECTED));
  expect([full.pictures.size, full.isCut]).toEqual([MOST_SELECTED, false]);
  const more = add(full, [picture(1), picture(MOST_SELECTED)]);
  expect([more.pictures.size, more.isCut]).toEqual([MOST_SELECTED, true]);
  expect(toggle(more, picture(1), 0).isCut).toBe(false);
  expect(toggle(full, picture(-1), 0).pictures.has('Image:-1')).toBe(false);
});

test('a range goes both ways, and ends where no more can be selected', () => {
  expect([rangeTo(3, 7), rangeTo(7, 3), rangeTo(5, 5)]).toEqual([
    { from: 3, to: 7 },
    { from: 3, to: 7 },
    { from: 5, to: 5 },
  ]);
  expect(rangeTo(20_000, 3)).toEqual({ from: 20_000 - MOST_SELECTED + 1, to: 20_000 });
  expect(rangeTo(0, 99_999)).toEqual({ from: 0, to: MOST_SELECTED - 1 });
});

test('pictures by collection, in batches; their tags by frequency', () => {
  const groups = byCollection([picture(1), picture(2, [], '别的'), picture(3)]);
  expect([...groups].map(([name, group]) => [name, group.map(({ imageId }) => imageId)])).toEqual([
    ['相册', ['1.jpg', '3.jpg']],
    ['别的', ['2.jpg']],
  ]);
  expect(batches([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(tagCounts([picture(1, ['猫', '家']), picture(2, ['猫']), picture(3, ['山'])])).toEqual([
    { tag: '猫', count: 2 },
    { tag: '家', count: 1 },
    { tag: '山', count: 1 },
  ]);
});

test('a rubber band touches what it overlaps, from whichever corner it was drawn', () => {
  const band = between({ x: 10, y: 10 }, { x: 0, y: 0 });
  expect(band).toEqual({ left: 0, top: 0, right: 10, bottom: 10 });
  expect(overlaps(band, { left: 9, top: 9, right: 20, bottom: 20 })).toBe(true);
  expect(overlaps(band, { left: 10, top: 0, right: 20, bottom: 10 })).toBe(false);
});

test('near an edge the window scrolls, faster the nearer', () => {
  expect([0, 48, 96, 500, 952, 1_000].map((y) => edgeScroll(y, 1_000))).toEqual([-24, -12, 0, 0, 12, 24]);
});

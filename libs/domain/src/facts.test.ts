import { checkedTime, imageFacts, NO_FACTS } from './facts';

const EXIF = { takenAt: { atMs: 5_000, offsetMinutes: 480 }, camera: 'Nikon D750', orientation: 6 };

test('the time in EXIF comes before the time of the file', () => {
  expect(imageFacts(EXIF, 9_000.7)).toEqual({
    ...NO_FACTS,
    takenAt: { atMs: 5_000, offsetMinutes: 480, source: 'EXIF' },
    camera: 'Nikon D750',
    orientation: 6,
  });
});

test('without a time in EXIF it is the time of the file, if there is one', () => {
  const takenAt = { atMs: 9_000, offsetMinutes: null, source: 'FILE' };
  expect(imageFacts({ camera: 'Nikon D750' }, 9_000.7)).toEqual({ ...NO_FACTS, camera: 'Nikon D750', takenAt });
  expect(imageFacts(undefined, -0.5)).toEqual({ ...NO_FACTS, takenAt: { ...takenAt, atMs: -1 } });
  expect(imageFacts(undefined, undefined)).toEqual(NO_FACTS);
});

test('a time of the file at which no picture can have been taken is none', () => {
  for (const at of [Date.UTC(1800, 0), Date.UTC(9999, 0), 1e300, NaN, Infinity])
    expect(imageFacts(undefined, at)).toEqual(NO_FACTS);
  expect(checkedTime(Date.UTC(2100, 11, 31))).not.toBeNull();
  expect(checkedTime(Date.UTC(2101, 0, 1))).toBeNull();
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExifFacts } from '@wentu/domain';
import { quickHeader } from '../quick-header';
import { exifBlock } from '../testing/exif-block';
import { LIMITS, reader, scene } from '../testing/scene';
import { pictureFields, tiffFile } from '../testing/tiff-file';
import { exifFacts } from './exif-facts';
import { cr3Directories, readExif } from './read-exif';

const [MAKE, MODEL, ORIENTATION, TAKEN, DIGITIZED, OFFSET, SUB_SEC, LENS] = [
  271, 272, 274, 36_867, 36_868, 36_881, 37_521, 42_036,
] as const;
const [LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE] = [1, 2, 3, 4] as const;

const whole = { main: { [MAKE]: 'NIKON CORPORATION', [MODEL]: 'NIKON D750' }, exposure: { [LENS]: '50.0 mm f/1.8' } };
const at = (latitude: [number, number][], ref: string, longitude: [number, number][], other: string) => ({
  gps: { [LATITUDE_REF]: ref, [LATITUDE]: latitude, [LONGITUDE_REF]: other, [LONGITUDE]: longitude },
});
const shanghai: [number, number][] = [[31, 1], [14, 1], [2400, 100]]; // prettier-ignore
const east: [number, number][] = [[121, 1], [30, 1], [0, 1]]; // prettier-ignore

const timeOf = (exposure: Record<number, string>): ExifFacts['takenAt'] | null =>
  readExif(exifBlock({ exposure }))?.takenAt ?? null;

describe('in the formats that carry EXIF', () => {
  const exif = {
    IFD0: { Make: 'Canon', Model: 'Canon EOS R5' },
    IFD2: { DateTimeOriginal: '2023:10:01 18:30:05', OffsetTimeOriginal: '+08:00', LensModel: 'RF50mm F1.2 L USM' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '31/1 14/1 24/1', GPSLongitudeRef: 'W', GPSLongitude: '121/1 30/1 0/1' },
  };
  const facts = {
    takenAt: { atMs: Date.UTC(2023, 9, 1, 10, 30, 5), offsetMinutes: 480 },
    camera: 'Canon EOS R5',
    lens: 'RF50mm F1.2 L USM',
    place: { latitude: 31.24, longitude: -121.5 },
  };

  test.each(['jpeg', 'png', 'webp', 'avif'] as const)('%s', async (format) => {
    const file = await scene().withExif(exif).toFormat(format).toBuffer();
    expect((await reader.inspect(file, LIMITS)).exif).toMatchObject(facts);
    expect((await reader.prepare(file, LIMITS, true)).exif).toMatchObject(facts);
  });

  test('JPEG, without libvips', async () => {
    const file = await scene().withExif(exif).jpeg().toBuffer();
    expect(quickHeader(file, LIMITS)?.exif).toEqual((await reader.inspect(file, LIMITS)).exif);
  });

  test('TIFF and RAW, in their own directories', async () => {
    const jpeg = await scene().jpeg().toBuffer();
    const text = (value: string): Uint8Array => Buffer.from(`${value}\0`);
    const fields = { ...pictureFields(96, 64, 3), 254: [1], 259: [7], 262: [6], 274: [1] };
    const sensor = { fields: { ...pictureFields(8, 8, 1, 16), 262: [32_803] }, parts: [new Uint8Array(128)] };
    const raw = tiffFile([
      { fields: { ...fields, 271: text('SONY'), 272: text('ILCE-7M3') }, parts: [jpeg], children: [sensor] },
    ]);
    expect(await reader.inspect(raw, LIMITS)).toMatchObject({
      mimeType: 'image/x-sony-arw',
      exif: { camera: 'Sony ILCE-7M3', orientation: 1 },
    });
  });

  test('CR3, whose directories are in boxes', () => {
    const box = (name: string, block: Buffer): Buffer => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(block.length + 8);
      head.write(name, 4, 'latin1');
      return Buffer.concat([head, block]);
    };
    const file = Buffer.concat([
      Buffer.alloc(64),
      box('CMT1', exifBlock({ main: { [MAKE]: 'Canon', [MODEL]: 'Canon EOS R6' } })),
      box('CMT2', exifBlock({ main: { [TAKEN]: '2022:01:02 03:04:05' } })),
      box('CMT4', exifBlock({ main: at(shanghai, 'S', east, 'E').gps })),
    ]);
    expect(exifFacts(cr3Directories(file))).toEqual({
      camera: 'Canon EOS R6',
      takenAt: { atMs: Date.UTC(2022, 0, 2, 3, 4, 5), offsetMinutes: null },
      place: { latitude: -31.24, longitude: 121.5 },
    });
    expect(exifFacts(cr3Directories(file.subarray(0, 90)))).toBeUndefined();
  });

  test('JPEG XL, in a box', async () => {
    const container = readFileSync(join(__dirname, '../../fixtures/container.jxl'));
    const block = Buffer.concat([Buffer.alloc(4), exifBlock(whole)]);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(block.length + 8);
    head.write('Exif', 4, 'latin1');
    // The boxes of the signature and of the file type have 12 and 20 bytes.
    const file = Buffer.concat([container.subarray(0, 32), head, block, container.subarray(32)]);
    expect((await reader.inspect(file, LIMITS)).exif).toMatchObject({ camera: 'Nikon D750', lens: '50.0 mm f/1.8' });
  });
});

describe('times', () => {
  test('without an offset are the local time, read as UTC', () => {
    const local = { atMs: Date.UTC(2024, 1, 29, 23, 59, 58), offsetMinutes: null };
    expect(timeOf({ [TAKEN]: '2024:02:29 23:59:58' })).toEqual(local);
    expect(timeOf({ [TAKEN]: '2024:02:29 23:59:58', [OFFSET]: '   :  ' })).toEqual(local);
    expect(timeOf({ [TAKEN]: '2024:02:29 23:59:58', [OFFSET]: '+99:00' })).toEqual(local);
  });

  test('with an offset and parts of a second are exact', () => {
    expect(timeOf({ [TAKEN]: '2024:03:01 01:00:00', [OFFSET]: '-03:30', [SUB_SEC]: '257' })).toEqual({
      atMs: Date.UTC(2024, 2, 1, 4, 30, 0, 257),
      offsetMinutes: -210,
    });
    expect(timeOf({ [TAKEN]: '2024-03-01 01:00:00', [OFFSET]: 'Z' })).toMatchObject({ offsetMinutes: 0 });
  });

  test('of scanned pictures are used when the picture has no other', () => {
    expect(timeOf({ [DIGITIZED]: '1999:12:31 00:00:00', [TAKEN]: '    :  :     :  :  ' })).toEqual({
      atMs: Date.UTC(1999, 11, 31),
      offsetMinutes: null,
    });
  });

  test.each([
    '0000:00:00 00:00:00',
    '9999:01:01 00:00:00',
    '1700:01:01 00:00:00',
    '2023:02:29 00:00:00',
    '2023:13:01 00:00:00',
    '2023:12:01 24:00:00',
    '2023:12:01 10:61:00',
    '2023:12:01',
    'yesterday',
    '',
  ])('that cannot be, such as %s, are left out', (text) => expect(timeOf({ [TAKEN]: text })).toBeNull());
});

describe('places', () => {
  const placeOf = (block: Parameters<typeof exifBlock>[0]): ExifFacts['place'] | null =>
    readExif(exifBlock(block))?.place ?? null;

  test('have a sign by their letters', () => {
    expect(placeOf(at(shanghai, 'S', east, 'W'))).toEqual({ latitude: -31.24, longitude: -121.5 });
    expect(placeOf(at([[31, 1]], 'N', [[180, 1]], 'E'))).toEqual({ latitude: 31, longitude: 180 });
  });

  test('out of range, without letters, or at zero are left out', () => {
    expect(placeOf(at([[91, 1]], 'N', east, 'E'))).toBeNull();
    expect(placeOf(at(shanghai, 'N', [[180, 1], [1, 1]], 'E'))).toBeNull(); // prettier-ignore
    expect(placeOf(at([[31, 1], [61, 1]], 'N', east, 'E'))).toBeNull(); // prettier-ignore
    expect(placeOf(at([[31, 0]], 'N', east, 'E'))).toBeNull();
    expect(placeOf(at([[0, 0]], 'N', east, 'E'))).toBeNull();
    expect(placeOf(at(shanghai, '', east, 'E'))).toBeNull();
    expect(placeOf(at(shanghai, 'E', east, 'N'))).toBeNull();
    expect(placeOf(at([[0, 1]], 'N', [[0, 1]], 'E'))).toBeNull();
    expect(placeOf({ gps: { [LATITUDE_REF]: 'N', [LATITUDE]: shanghai } })).toBeNull();
  });
});

describe('texts', () => {
  const cameraOf = (model: string | Uint8Array): string | null =>
    readExif(exifBlock({ main: { [MODEL]: model } }))?.camera ?? null;

  test('are one line in NFC', () => {
    expect(cameraOf(' A\t\u0007B\u202e C \n')).toBe('A B C');
    expect(cameraOf('Cafe\u0301')).toBe('Caf\u00e9');
    expect(cameraOf('大疆 御')).toBe('大疆 御');
    expect(cameraOf('A7\0rest')).toBe('A7');
  });

  test('in another charset than UTF-8, too long, or without a letter are left out', () => {
    expect(cameraOf(Buffer.from([0xcf, 0xe0, 0xbb, 0xfa]))).toBeNull();
    expect(cameraOf(Buffer.from('Caméra', 'latin1'))).toBeNull();
    expect(cameraOf('𠮷'.repeat(128))).toBe('𠮷'.repeat(128));
    expect(cameraOf('𠮷'.repeat(129))).toBeNull();
    expect(cameraOf('x'.repeat(5_000))).toBeNull();
    expect(cameraOf('----')).toBeNull();
  });

  test('a brand and a model that are too long together are left out', () => {
    expect(readExif(exifBlock({ main: { [MAKE]: 'a'.repeat(100), [MODEL]: 'b'.repeat(100) } }))).toBeUndefined();
  });
});

describe('a hostile block', () => {
  test('of every length is read without an error', () => {
    const block = exifBlock({ ...whole, ...at(shanghai, 'N', east, 'E') });
    for (let length = 0; length <= block.length; length++) readExif(block.subarray(0, length));
    expect(readExif(block)).toMatchObject({ camera: 'Nikon D750', place: { latitude: 31.24 } });
  });

  test('with any byte changed is read without an error', () => {
    const block = exifBlock({
      ...whole,
      exposure: { [TAKEN]: '2024:02:29 23:59:58' },
      ...at(shanghai, 'N', east, 'E'),
    });
    for (let i = 0; i < block.length; i++)
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
        const changed = Buffer.from(block);
        changed[i] = value;
        readExif(changed);
      }
  });

  test('that is larger than the limit has no facts', () => {
    const block = exifBlock(whole);
    expect(readExif(Buffer.concat([block, Buffer.alloc(1024 * 1024)]))).toBeUndefined();
    expect(readExif(Buffer.concat([block, Buffer.alloc(100_000)]))).toMatchObject({ camera: 'Nikon D750' });
  });

  test('whose directory leads to itself ends', () => {
    const block = exifBlock({ main: { [MODEL]: 'A7' } });
    // The value of the field of the exposure's directory: the second entry.
    block.writeUInt32LE(8, 8 + 2 + 12 + 8);
    expect(readExif(block)).toEqual({ camera: 'A7' });
  });

  test('does not keep a picture from being read', async () => {
    const file = await scene()
      .withExif({ IFD0: { Model: 'x'.repeat(40_000) } })
      .jpeg()
      .toBuffer();
    expect(await reader.inspect(file, LIMITS)).toMatchObject({ mimeType: 'image/jpeg', width: 96 });
    expect((await reader.inspect(file, LIMITS)).exif?.camera).toBeUndefined();
  });

  test('with an impossible orientation has none', () => {
    expect(readExif(exifBlock({ main: { [ORIENTATION]: '9', [MODEL]: 'A7' } }))).toEqual({ camera: 'A7' });
  });
});

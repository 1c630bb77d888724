import { MAX_EXIF_VALUE_LENGTH, type ExifField } from '@wentu/domain';
import { PicturePool } from '../pool/picture-pool';
import { exifBlock, type ExifBlock } from '../testing/exif-block';
import { mutate, seeded } from '../testing/mutate';
import { LIMITS, scene } from '../testing/scene';
import { exifFields } from './exif-fields';
import { blockDirectories } from './read-exif';

const [MAKE, MODEL, DESCRIPTION, ARTIST, TITLE, EXPOSURE, F_NUMBER, FOCAL, BIAS, COMMENT] = [
  271, 272, 270, 315, 40_091, 33_434, 33_437, 37_386, 37_380, 37_510,
] as const;

const fieldsOf = (block: ExifBlock): ExifField[] => exifFields(blockDirectories(exifBlock(block)) ?? {});
const valueOf = (block: ExifBlock, name: string): string | undefined =>
  fieldsOf(block).find((field) => field.name === name)?.value;
const exposure = (tag: number, numerator: number, denominator: number): ExifBlock => ({
  exposure: { [tag]: [[numerator, denominator]] },
});

test('the fields of a photo as photographers write them, by group', async () => {
  const pool = new PicturePool({ ...LIMITS, timeoutMs: 60_000, maxProcesses: 1 });
  const file = await scene()
    .withExif({
      IFD0: {
        Make: 'NIKON CORPORATION',
        Model: 'NIKON D750',
        Artist: 'Ann',
        Copyright: '(C) Ann',
        Software: 'Wentu 1',
      },
      IFD2: {
        ...{ ExposureTime: '1/250', FNumber: '28/10', ISOSpeedRatings: '400', FocalLength: '50/1', Flash: '24' },
        ...{ LensModel: '50.0 mm f/1.8', BodySerialNumber: '12345', DateTimeOriginal: '2023:10:01 18:30:05' },
        ...{ OffsetTimeOriginal: '+08:00', ExposureProgram: '3', MeteringMode: '5', ExposureBiasValue: '-2/3' },
        ...{ FocalLengthIn35mmFilm: '75', WhiteBalance: '0' },
      },
      IFD3: {
        ...{ GPSLatitudeRef: 'N', GPSLatitude: '31/1 14/1 24/1', GPSLongitudeRef: 'W', GPSLongitude: '121/1 30/1 0/1' },
        ...{ GPSAltitude: '125/10', GPSTimeStamp: '10/1 5/1 7/1' },
      },
    })
    .jpeg()
    .toBuffer();
  const fields = await pool.exif(file);
  pool.close();
  expect(Object.fromEntries(fields.map(({ group, name, value }) => [`${group}.${name}`, value]))).toMatchObject({
    'CAMERA.Make': 'NIKON CORPORATION',
    'CAMERA.Model': 'NIKON D750',
    'CAMERA.LensModel': '50.0 mm f/1.8',
    'CAMERA.BodySerialNumber': '12345',
    'CAMERA.Software': 'Wentu 1',
    'EXPOSURE.ExposureTime': '1/250 s',
    'EXPOSURE.FNumber': 'f/2.8',
    'EXPOSURE.PhotographicSensitivity': '400',
    'EXPOSURE.FocalLength': '50 mm',
    'EXPOSURE.FocalLengthIn35mmFilm': '75 mm',
    'EXPOSURE.ExposureBiasValue': '-0.7 EV',
    'EXPOSURE.Flash': 'did not fire, auto mode',
    'EXPOSURE.ExposureProgram': 'aperture priority',
    'EXPOSURE.MeteringMode': 'pattern',
    'EXPOSURE.WhiteBalance': 'auto white balance',
    'TIME.DateTimeOriginal': '2023:10:01 18:30:05',
    'TIME.OffsetTimeOriginal': '+08:00',
    'PLACE.GPSLatitude': '31.24',
    'PLACE.GPSLongitude': '-121.5',
    'PLACE.GPSAltitude': '12.5 m',
    'PLACE.GPSTimeStamp': '10:05:07 UTC',
    'AUTHOR.Artist': 'Ann',
    'AUTHOR.Copyright': '(C) Ann',
  });
});

test('a file without EXIF, and one that is no picture', async () => {
  const pool = new PicturePool({ ...LIMITS, timeoutMs: 60_000, maxProcesses: 1 });
  expect(await pool.exif(await scene().png().toBuffer())).toEqual([]);
  await expect(pool.exif(Buffer.from('text'))).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
  pool.close();
});

test.each([
  [1, 4, '1/4 s'],
  [10, 25, '0.4 s'],
  [30, 1, '30 s'],
  [1, 0, undefined],
  [0, 1, undefined],
])('an exposure of %d/%d seconds is %s', (numerator, denominator, text) =>
  expect(valueOf(exposure(EXPOSURE, numerator, denominator), 'ExposureTime')).toBe(text),
);

test('fractions without a value are left out', () => {
  for (const tag of [F_NUMBER, FOCAL, BIAS]) expect(fieldsOf(exposure(tag, 0, 0))).toEqual([]);
  expect(valueOf(exposure(BIAS, 1, 3), 'ExposureBiasValue')).toBe('+0.3 EV');
});

describe('hostile texts', () => {
  test('are one line of at most 200 characters, without control characters', () => {
    const value = valueOf({ main: { [DESCRIPTION]: `<b>\u202e\r\n${'字'.repeat(5_000)}\u0007` } }, 'ImageDescription')!;
    expect([...value]).toHaveLength(MAX_EXIF_VALUE_LENGTH);
    expect(value).toMatch(/^<b> 字+…$/);
  });

  test('in other charsets are left out; those of Windows and comments are read', () => {
    expect(fieldsOf({ main: { [ARTIST]: Buffer.from([0xd0, 0xa1, 0xc3, 0xf7]) } })).toEqual([]);
    expect(valueOf({ main: { [TITLE]: Buffer.from('海边\0', 'utf16le') } }, 'XPTitle')).toBe('海边');
    const comment = (start: string): ExifBlock => ({ exposure: { [COMMENT]: Buffer.from(`${start}你好`) } });
    expect(valueOf(comment('ASCII\0\0\0'), 'UserComment')).toBe('你好');
    expect(valueOf(comment('JIS\0\0\0\0\0'), 'UserComment')).toBeUndefined();
    expect(valueOf(comment(''), 'UserComment')).toBeUndefined();
  });

  test('damaged blocks give short lines or nothing, and never an error', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = seeded(seed);
    const text = '<script>alert(1)</script>'.repeat(100);
    const block = exifBlock({
      main: { [MAKE]: text, [MODEL]: text, [DESCRIPTION]: text, [TITLE]: Buffer.from(text, 'utf16le') },
      exposure: { [EXPOSURE]: [[1, 250]], [F_NUMBER]: [[28, 10]], [COMMENT]: `ASCII\0\0\0${text}` },
      gps: { 1: 'N', 2: [[31, 1]], 3: 'E', 4: [[121, 1]], 7: [[1, 1], [2, 1], [3, 1]] }, // prettier-ignore
    });
    for (let i = 0; i < 2_000; i++) {
      const fields = exifFields(blockDirectories(mutate(block, random)) ?? {});
      expect([seed, fields.length < 80]).toEqual([seed, true]);
      for (const { value } of fields) {
        const isLine = [...value].length <= MAX_EXIF_VALUE_LENGTH && !/[\p{Cc}\p{Cf}]/u.test(value) && value !== '';
        expect([seed, value, isLine]).toEqual([seed, value, true]);
      }
    }
  });
});

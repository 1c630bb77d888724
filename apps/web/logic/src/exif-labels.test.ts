import { exifLabel, exifValue, exposureLine } from './exif-labels';

test('names in both languages', () => {
  expect(exifLabel('FNumber', 'zh')).toBe('光圈');
  expect(exifLabel('FNumber', 'en')).toBe('F number');
  expect(exifLabel('GPSAltitude', 'en')).toBe('GPS altitude');
  expect(exifLabel('DateTimeOriginal', 'en')).toBe('Date time original');
  expect(exifLabel('FieldOfTheFuture', 'zh')).toBe('Field of the future');
});

test('words of the API are translated, texts of the file are not', () => {
  expect(exifValue({ name: 'Flash', value: 'did not fire, auto mode' }, 'zh')).toBe('没有闪，自动');
  expect(exifValue({ name: 'Flash', value: 'did not fire, auto mode' }, 'en')).toBe('did not fire, auto mode');
  expect(exifValue({ name: 'Artist', value: 'manual' }, 'zh')).toBe('manual');
  expect(exifValue({ name: 'MeteringMode', value: '99' }, 'zh')).toBe('99');
});

test('the line of the exposure has what is known', () => {
  const fields = [
    { name: 'ExposureTime', value: '1/250 s' },
    { name: 'FNumber', value: 'f/2.8' },
    { name: 'PhotographicSensitivity', value: '400' },
  ];
  expect(exposureLine(fields)).toBe('f/2.8 · 1/250 s · ISO 400');
  expect(exposureLine([])).toBe('');
});

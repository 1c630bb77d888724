import { QUIET_MS, QuietVersions } from './quiet-versions';

let now = 0;
const quietVersions = (): QuietVersions => new QuietVersions(() => now);

test('an index is quiet when its version has been the same for long enough', () => {
  const versions = quietVersions();
  expect(versions.isQuiet('a', '7')).toBe(false);
  now += QUIET_MS - 1;
  expect(versions.isQuiet('a', '7')).toBe(false);
  expect(versions.isQuiet('b', '7')).toBe(false);
  now += 1;
  expect(versions.isQuiet('a', '7')).toBe(true);
  expect(versions.isQuiet('b', '7')).toBe(false);
});

test('any other version, older ones too, restarts the time', () => {
  const versions = quietVersions();
  versions.isQuiet('a', '7');
  now += QUIET_MS;
  expect(versions.isQuiet('a', '6')).toBe(false);
  now += QUIET_MS;
  expect(versions.isQuiet('a', '6')).toBe(true);
  expect(versions.isQuiet('a', '7')).toBe(false);
});

test('with too many indexes the entries are evicted, and an evicted index is not quiet', () => {
  const versions = quietVersions();
  for (let i = 1; i <= 10_001; i++) versions.isQuiet(String(i), '1');
  now += QUIET_MS;
  expect(versions.isQuiet('1', '1')).toBe(false);
  expect(versions.isQuiet('10001', '1')).toBe(true);
});

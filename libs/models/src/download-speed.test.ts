import { DownloadSpeed } from './download-speed';

test('the speed is that of the last full second; bytes of earlier runs do not count', () => {
  let now = 0;
  const speed = new DownloadSpeed(() => now);
  speed.note(5_000);
  now = 500;
  speed.note(6_000);
  expect(speed.bytesPerSecond).toBeNull();
  now = 2_000;
  speed.note(9_000);
  expect(speed.bytesPerSecond).toBe(2_000);
  now = 3_000;
  speed.note(4_000);
  expect(speed.bytesPerSecond).toBe(0);
  speed.restart();
  expect(speed.bytesPerSecond).toBeNull();
});

import { SendingBytes } from './sending-bytes';

test('answers share one limit until they are read; one alone is always accepted', () => {
  const sending = new SendingBytes(100);
  const [large, other] = [sending.open(), sending.open()];
  large.take(500);
  expect([sending.isFull, sending.inMemory]).toEqual([true, 500]);
  expect(() => other.take(1)).toThrow(/answers of 500 bytes wait .* \(WENTU_MAX_SENDING_BYTES is 100\)/);
  large.close();
  large.add(7);
  large.close();
  other.take(60);
  expect(() => sending.open().take(41)).toThrow(/try again in 2 seconds/);
  expect([sending.isFull, sending.inMemory]).toEqual([false, 60]);
});

import { openCounters, parseConfig } from '@wentu/composition';
import { networkOf } from './client-address';
import { FailureLimit } from './failure-limit';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:DB8::1', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
])('%s is of the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('failures of one network are limited, those of another one are not', async () => {
  const counters = await openCounters(parseConfig({}));
  const limit = new FailureLimit(counters, { name: 'test', failures: 2, seconds: 60 });
  expect([await limit.add('2001:db8::1'), await limit.add('2001:db8::2')]).toEqual([0, 0]);
  const wait = await limit.add('2001:db8::3');
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(60);
  expect(await limit.add('198.51.100.1')).toBe(0);
  await limit.forgive('198.51.100.1');
  expect([await limit.add('198.51.100.1'), await limit.add('198.51.100.1')]).toEqual([0, 0]);
});

import type { IncomingMessage } from 'node:http';
import { createAddressOf } from '../access/client-address';
import { createClientKey } from './client-key';

const key = (remoteAddress: string, forwarded?: string, trusted: readonly string[] = []): string | null =>
  createClientKey(createAddressOf(trusted))({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as IncomingMessage);

test('a client is its address; programs of this machine are not limited', () => {
  expect([key('203.0.113.5'), key('::ffff:203.0.113.5')]).toEqual(['203.0.113.5', '203.0.113.5']);
  expect([key('127.0.0.1'), key('::1'), key('::ffff:127.3.2.1')]).toEqual([null, null, null]);
});

test('the addresses of one IPv6 network are one client', () => {
  expect(key('2001:db8:0:7::1')).toBe(key('2001:db8::7:ffff:1:2:3'));
  expect(key('2001:db8:0:7::1')).toBe('2001:db8:0:7');
  expect(key('2001:db8:0:8::1')).not.toBe(key('2001:db8:0:7::1'));
  expect(key('fe80::1%eth0')).toBe('fe80:0:0:0');
});

test('X-Forwarded-For counts only in requests of trusted proxies, from its end', () => {
  expect(key('203.0.113.5', '198.51.100.1')).toBe('203.0.113.5');
  const trusted = ['10.0.0.0/8', '127.0.0.1', 'fd00::/16'];
  expect(key('10.1.2.3', '198.51.100.1', trusted)).toBe('198.51.100.1');
  // The client wrote the first address, the proxies the others.
  expect(key('127.0.0.1', '1.1.1.1, 198.51.100.1, 10.9.9.9', trusted)).toBe('198.51.100.1');
  expect(key('fd00::5', 'nothing', trusted)).toBe('fd00:0:0:0');
  expect(key('127.0.0.1', undefined, trusted)).toBeNull();
});

import { followRedirect } from './follow-redirect';

test('a redirect may lead to https or stay on http, but not from https to http', () => {
  const follow = (from: string, to: string): string => followRedirect(new URL(from), to).href;
  expect(follow('http://a.test/x', 'https://b.test/y')).toBe('https://b.test/y');
  expect(follow('http://a.test/x', '/y')).toBe('http://a.test/y');
  expect(follow('https://a.test/x', '//b.test/y')).toBe('https://b.test/y');
  for (const location of ['http://a.test/y', 'file:///etc/passwd', 'data:,x', 'https://'])
    expect(() => follow('https://a.test/x', location)).toThrow(/not as safe/);
});

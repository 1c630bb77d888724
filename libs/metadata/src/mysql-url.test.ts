import { parseMysqlUrl } from './mysql-url';

test('an address is split into its parts, and escapes are decoded', () => {
  expect(parseMysqlUrl('mysql://u%40x:p%2F%25@db.example:3307/wentu?ssl-ca=/ca.pem')).toEqual({
    host: 'db.example',
    port: 3_307,
    user: 'u@x',
    password: 'p/%',
    database: 'wentu',
    ssl: true,
    sslCa: '/ca.pem',
  });
  expect(parseMysqlUrl('mysql://u@[::1]/d')).toMatchObject({ host: '::1', port: 3_306, password: '', ssl: false });
});

test.each([
  'mysql://u:secret@h/',
  'mysql://:secret@h/d',
  'mysql://u:secret@h/d/e',
  'mysql://u:secret@h/d?sll=true',
  'mysql://u:secret@h/d?ssl=yes',
  'mysql://u:secret@h:99999/d',
  'mysql://u:%zzsecret@h/d',
  'postgres://u:secret@h/d',
])('%s is refused, and the message does not contain the password', (url) => {
  let message = '';
  try {
    parseMysqlUrl(url);
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    message = String(error);
  }
  expect(message).toContain('MySQL address');
  expect(message).not.toContain('secret');
});

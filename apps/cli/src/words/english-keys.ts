import type { AuditView, KeyView } from '../backend';

const day = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

/** Texts of `wentu key` and `wentu audit`. */
export const englishKeys = {
  description: 'manage who may use a server: keys for programs, passwords for people',
  create: 'make a key, which is printed once',
  name: 'name of the user or program',
  role: 'read (search), write (also load, change and delete pictures), or admin (everything)',
  collection: 'may use only this collection; may be given several times',
  expires: 'the day on which it ends, such as 2027-01-31, or a number of days, such as 90d',
  password:
    'ask for a password, with which the page signs in under the name; without a terminal it is read from standard input',
  enterPassword: 'password: ',
  list: 'list the keys',
  all: 'also those that were revoked',
  rotate: 'give a key another secret; the old one is refused within seconds',
  revoke: 'end a key for ever, within seconds',
  keepIt:
    'Keep it now: it is not shown again. Send it as "Authorization: Bearer KEY", set WENTU_KEY for commands, or sign in with it.',
  made: (name: string) => `${name} can sign in now`,
  rotated: (name: string) => `${name} has another secret now`,
  revoked: (name: string) => `${name} was revoked`,
  none: 'there are no keys; make one: wentu key create NAME --role admin',
  noKey: (name: string) => `there is no key named ${JSON.stringify(name)}; wentu key list lists them`,
  badExpiry: (text: string) =>
    `--expires is ${JSON.stringify(text)}; give a day such as 2027-01-31, or days such as 90d`,
  line: ({ name, kind, role, collections, prefix, lastUsedAt, expiresAt, revokedAt }: KeyView) =>
    [
      name,
      role.toLowerCase(),
      collections === null ? 'all collections' : collections.join(', ') || 'no collection any more',
      kind === 'PASSWORD' ? 'password' : `${prefix}…`,
      lastUsedAt === null ? 'never used' : `used ${day(lastUsedAt)}`,
      revokedAt !== null ? `revoked ${day(revokedAt)}` : expiresAt === null ? 'no end' : `ends ${day(expiresAt)}`,
    ].join('\t'),
  audit: 'print who loaded, changed and deleted what, and who changed keys, newest first',
  first: 'number of lines, at most 1,000',
  auditLine: ({ at, who, action, target, outcome }: AuditView) =>
    [at, who ?? '(no key)', action, target ?? '', outcome === 'STARTED' ? '' : outcome].join('\t').trimEnd(),
};

import type { AuditView, KeyView } from '../backend';
import type { englishKeys } from './english-keys';

const day = (iso: string): string => iso.slice(0, 16).replace('T', ' ');
const ROLES = { READ: '只读', WRITE: '读写', ADMIN: '管理' } as const;

export const chineseKeys: typeof englishKeys = {
  description: '管理谁能用服务器：程序用密钥，人用密码',
  create: '新建密钥，只显示这一次',
  name: '用户或程序的名称',
  role: 'read（搜索）、write（还能导入、修改和删除图片）或 admin（全部）',
  collection: '只能用这个图库；可以给多次',
  expires: '到期的日子，如 2027-01-31，或天数，如 90d',
  password: '输入密码，在网页上用这个名称登录；没有终端时从标准输入读',
  enterPassword: '密码：',
  list: '列出密钥',
  all: '也列出已吊销的',
  rotate: '更换密钥；旧的几秒内失效',
  revoke: '永久吊销密钥，几秒内生效',
  keepIt: '请现在保存，以后不再显示。用法：请求头 "Authorization: Bearer 密钥"；命令用 WENTU_KEY；网页用它登录。',
  made: (name) => `${name} 现在可以登录了`,
  rotated: (name) => `${name} 已更换`,
  revoked: (name) => `${name} 已吊销`,
  none: '还没有密钥，请新建：wentu key create 名称 --role admin',
  noKey: (name) => `没有名为 ${JSON.stringify(name)} 的密钥；wentu key list 列出全部`,
  badExpiry: (text) => `--expires 是 ${JSON.stringify(text)}；请给日子，如 2027-01-31，或天数，如 90d`,
  line: ({ name, kind, role, collections, prefix, lastUsedAt, expiresAt, revokedAt }: KeyView) =>
    [
      name,
      ROLES[role],
      collections === null ? '全部图库' : collections.join('、') || '图库都已不在',
      kind === 'PASSWORD' ? '密码' : `${prefix}…`,
      lastUsedAt === null ? '没用过' : `${day(lastUsedAt)} 用过`,
      revokedAt !== null ? `${day(revokedAt)} 吊销` : expiresAt === null ? '不过期' : `${day(expiresAt)} 到期`,
    ].join('\t'),
  audit: '列出谁导入、修改、删除了什么，谁改了密钥，新的在前',
  first: '行数，最多 1,000',
  auditLine: ({ at, who, action, target, outcome }: AuditView) =>
    [at, who ?? '（没有密钥）', action, target ?? '', outcome === 'STARTED' ? '' : outcome].join('\t').trimEnd(),
};

import type { AccessKey, AuditEntry, Role } from '@wentu/domain';
import type { KeyFacts, MadeKey } from '@wentu/session';
import { Field, GraphQLISODateTime, ID, ObjectType } from 'type-graphql';
import { registerTexts } from './enums';

export const RoleEnum = registerTexts<Role>('Role', 'What the owner of a key may do.', {
  READ: 'Search, and see collections and their images.',
  WRITE: 'Also load, put, change and delete images.',
  ADMIN: 'Also rename and drop collections, and manage models, keys and the server.',
});

export const KeyKindEnum = registerTexts<AccessKey['kind']>('KeyKind', 'What proves who the owner of a key is.', {
  KEY: 'A random text, which programs send and with which the page signs in.',
  PASSWORD: 'The name of the key and a password, with which the page signs in.',
});

@ObjectType('AccessKey', { description: 'A user or a program that may use the server. Its secret is not shown again.' })
export class AccessKeyType {
  constructor(key: KeyFacts) {
    const { name, kind, role, collections, prefix, createdAt, createdBy, lastUsedAt, expiresAt, revokedAt } = key;
    this.id = String(key.id);
    Object.assign(this, { name, kind, role, collections, prefix });
    Object.assign(this, { createdAt, createdBy, lastUsedAt, expiresAt, revokedAt });
  }

  @Field(() => ID, { description: 'The id of the key, for rotateKey and revokeKey.' })
  readonly id: string;

  @Field(() => String, { description: 'The name, unique among the keys that are not revoked.' })
  readonly name!: string;

  @Field(() => KeyKindEnum, { description: 'Whether it is a key or a password.' })
  readonly kind!: AccessKey['kind'];

  @Field(() => RoleEnum, { description: 'What its owner may do.' })
  readonly role!: Role;

  @Field(() => [String], {
    nullable: true,
    description:
      'The names of the only collections that it may use. They follow renames; dropped ones are left out. Null: all collections.',
  })
  readonly collections!: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'The first characters of the key, to tell keys apart. Null for a password.',
  })
  readonly prefix!: string | null;

  @Field(() => GraphQLISODateTime, { description: 'When it was made.' })
  readonly createdAt!: Date;

  @Field(() => String, { nullable: true, description: 'The name of the key that made it; null: none.' })
  readonly createdBy!: string | null;

  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description: 'When it was used last, accurate to two minutes. Null: never.',
  })
  readonly lastUsedAt!: Date | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'When it ends; null: it does not expire.' })
  readonly expiresAt!: Date | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'When it was revoked; null: it was not.' })
  readonly revokedAt!: Date | null;
}

@ObjectType('MadeKey', { description: 'A key with a new secret.' })
export class MadeKeyType {
  constructor({ key, secret }: MadeKey) {
    this.key = new AccessKeyType(key);
    this.secret = secret;
  }

  @Field(() => AccessKeyType, { description: 'The key.' })
  readonly key: AccessKeyType;

  @Field(() => String, {
    nullable: true,
    description: 'The key itself, for Authorization: Bearer. It is given only here. Null for a password.',
  })
  readonly secret: string | null;
}

@ObjectType('AuditEntry', { description: 'A line of the audit log: who did what.' })
export class AuditEntryType {
  constructor({ at, who, action, target, outcome }: AuditEntry) {
    Object.assign(this, { at, who, action, target, outcome });
  }

  @Field(() => GraphQLISODateTime, { description: 'When the action began.' })
  readonly at!: Date;

  @Field(() => String, { nullable: true, description: 'The name of the key; null for a client without one.' })
  readonly who!: string | null;

  @Field(() => String, { description: 'The action, such as collections.drop.' })
  readonly action!: string;

  @Field(() => String, { nullable: true, description: 'The collection, images or folder; null: none.' })
  readonly target!: string | null;

  @Field(() => String, {
    description:
      'STARTED for the line that is written before the action. If the action fails, another line has the error code.',
  })
  readonly outcome!: string;
}

import type { Role } from '@wentu/domain';
import { Arg, Ctx, GraphQLISODateTime, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { AFTER, FIRST } from './arguments';
import { connectionOf, connectionType, type Connection } from './connection';
import type { Context } from './context';
import { AccessKeyType, AuditEntryType, MadeKeyType, RoleEnum } from './key-type';

const AuditEntryConnection = connectionType('AuditEntry', AuditEntryType, 'lines of the audit log');
const KEY_ID = { description: 'The id of a key, as keys lists it.' };

/** Who may use the server, and who did what. */
@Resolver()
export class KeyResolver {
  @Query(() => [AccessKeyType], {
    description: 'All keys, newest first, at most 1,000 that are valid and 1,000 that were revoked. For role ADMIN.',
  })
  async keys(@Ctx() { session }: Context): Promise<AccessKeyType[]> {
    return (await session.keys.list()).map((key) => new AccessKeyType(key));
  }

  @Query(() => AuditEntryConnection, {
    description:
      'The audit log in pages, newest first: who loaded, changed, deleted and dropped, and who changed keys and models. For role ADMIN.',
  })
  async auditLog(
    @Arg('first', () => Int, { defaultValue: 50, ...FIRST }) first: number,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { session }: Context,
  ): Promise<Connection<AuditEntryType>> {
    const page = await session.audit.page({ first, after: after ?? null });
    return connectionOf(page, (entry) => new AuditEntryType(entry));
  }

  @Mutation(() => MadeKeyType, {
    description: 'Makes a key. CONFLICT when another key that is not revoked has the name. For role ADMIN.',
  })
  async createKey(
    @Arg('name', () => String, { description: 'The name of the user or program, at most 100 characters.' })
    name: string,
    @Arg('role', () => RoleEnum, { description: 'What the owner of the key may do.' }) role: Role,
    @Arg('collections', () => [String], {
      nullable: true,
      description: 'The names of the only collections that the key may use, 1 to 64. By default all collections.',
    })
    collections: string[] | null,
    @Arg('expiresAt', () => GraphQLISODateTime, {
      nullable: true,
      description: 'When the key ends. By default it does not expire.',
    })
    expiresAt: Date | null,
    @Arg('password', () => String, {
      nullable: true,
      description:
        'A password of 10 to 200 characters, with which the page signs in under the name. By default a random key is made.',
    })
    password: string | null,
    @Ctx() { session }: Context,
  ): Promise<MadeKeyType> {
    const wanted = { name, role, collections: collections ?? null, expiresAt: expiresAt ?? null };
    const made = await session.keys.create({ ...wanted, password: password ?? null }, session.principal.name);
    return new MadeKeyType(made);
  }

  @Mutation(() => MadeKeyType, {
    description:
      'Gives a key another secret. The old one is refused within seconds, and browsers that signed in with it are signed out. For role ADMIN.',
  })
  async rotateKey(
    @Arg('id', () => ID, KEY_ID) id: string,
    @Arg('password', () => String, { nullable: true, description: 'The new password, for a key of the kind PASSWORD.' })
    password: string | null,
    @Ctx() { session }: Context,
  ): Promise<MadeKeyType> {
    return new MadeKeyType(await session.keys.rotate(id, password ?? null));
  }

  @Mutation(() => AccessKeyType, {
    description:
      'Ends a key for ever, within seconds in all processes, and signs out the browsers that signed in with it. For role ADMIN.',
  })
  async revokeKey(@Arg('id', () => ID, KEY_ID) id: string, @Ctx() { session }: Context): Promise<AccessKeyType> {
    return new AccessKeyType(await session.keys.revoke(id));
  }
}

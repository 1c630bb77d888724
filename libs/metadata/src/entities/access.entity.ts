import type { AccessKey, Role } from '@wentu/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { hash, integer } from './columns';

@Entity('access_key')
@Index('access_key_name', ['liveNameKey'], { unique: true })
export class AccessKeyEntity {
  @PrimaryColumn(integer)
  id!: number;

  @Column({ type: 'text' })
  name!: string;

  /** NULL when the key is revoked, so that another key may have its name. */
  @Column({ ...hash, name: 'live_name_key', nullable: true })
  liveNameKey!: string | null;

  @Column({ type: 'varchar', length: 16 })
  kind!: AccessKey['kind'];

  @Column({ type: 'varchar', length: 16 })
  role!: Role;

  /** JSON: the ids of the collections that it is bound to. NULL: all collections. */
  @Column({ type: 'text', name: 'collection_ids', nullable: true })
  collectionIds!: string | null;

  @Column({ type: 'varchar', length: 32, nullable: true })
  prefix!: string | null;

  @Column({ type: 'varchar', length: 255, name: 'secret_hash' })
  secretHash!: string;

  @Column({ ...integer, name: 'created_at' })
  createdAt!: number;

  @Column({ type: 'text', name: 'created_by', nullable: true })
  createdBy!: string | null;

  @Column({ ...integer, name: 'last_used_at', nullable: true })
  lastUsedAt!: number | null;

  @Column({ ...integer, name: 'expires_at', nullable: true })
  expiresAt!: number | null;

  @Column({ ...integer, name: 'revoked_at', nullable: true })
  revokedAt!: number | null;
}

@Entity('sign_in')
@Index('sign_in_key', ['keyId', 'expiresAt'])
@Index('sign_in_expires', ['expiresAt'])
export class SignInEntity {
  @PrimaryColumn({ ...hash, name: 'token_hash' })
  tokenHash!: string;

  @Column({ ...integer, name: 'key_id' })
  keyId!: number;

  @Column({ ...hash, name: 'key_mark' })
  keyMark!: string;

  @Column({ ...integer, name: 'expires_at' })
  expiresAt!: number;
}

@Entity('audit_entry')
export class AuditEntryEntity {
  @PrimaryColumn(integer)
  id!: number;

  @Column({ ...integer, name: 'noted_at' })
  notedAt!: number;

  @Column({ type: 'text', nullable: true })
  who!: string | null;

  @Column({ ...integer, name: 'key_id', nullable: true })
  keyId!: number | null;

  @Column({ type: 'varchar', length: 64 })
  action!: string;

  @Column({ type: 'text', nullable: true })
  target!: string | null;

  @Column({ type: 'varchar', length: 32 })
  outcome!: string;
}

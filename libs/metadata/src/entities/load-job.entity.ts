import type { JobKind, LoadStatus } from '@wentu/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { hash, integer } from './columns';

@Entity('load_job')
@Index('load_job_status', ['status', 'id'])
@Index('load_job_collection', ['collectionKey', 'id'])
@Index('load_job_target', ['collectionId', 'id'])
export class LoadJobEntity {
  @PrimaryColumn(integer)
  id!: number;

  @Column({ type: 'varchar', length: 256 })
  collection!: string;

  @Column({ ...hash, name: 'collection_key' })
  collectionKey!: string;

  @Column({ type: 'text' })
  directory!: string;

  /** LoadOptions or ReencodeOptions as JSON. */
  @Column({ type: 'text' })
  options!: string;

  @Column({ type: 'varchar', length: 9 })
  status!: LoadStatus;

  @Column({ type: 'int', name: 'cancel_requested' })
  cancelRequested!: number;

  @Column({ ...integer, nullable: true })
  total!: number | null;

  @Column(integer)
  loaded!: number;

  @Column(integer)
  skipped!: number;

  @Column(integer)
  failed!: number;

  @Column(integer)
  removed!: number;

  @Column({ type: 'double', name: 'images_per_second', nullable: true })
  imagesPerSecond!: number | null;

  /** LoadFailure as JSON. */
  @Column({ type: 'text', nullable: true })
  error!: string | null;

  @Column({ ...integer, name: 'kept_failures' })
  keptFailures!: number;

  @Column({ type: 'int' })
  crashes!: number;

  /** Items in flight at each crash so far, as a JSON list. */
  @Column({ type: 'text' })
  suspects!: string;

  /** Items in flight now, as a JSON list. */
  @Column({ type: 'text', name: 'in_flight' })
  inFlight!: string;

  @Column({ type: 'varchar', length: 36, name: 'lease_owner', nullable: true })
  leaseOwner!: string | null;

  @Column({ ...integer, name: 'lease_expires_at', nullable: true })
  leaseExpiresAt!: number | null;

  @Column({ ...integer, name: 'created_at' })
  createdAt!: number;

  @Column({ ...integer, name: 'started_at', nullable: true })
  startedAt!: number | null;

  @Column({ ...integer, name: 'finished_at', nullable: true })
  finishedAt!: number | null;

  @Column({ ...integer, default: 0 })
  replaced!: number;

  @Column({ ...integer, default: 0 })
  missing!: number;

  @Column({ ...integer, name: 'unread_folders', default: 0 })
  unreadFolders!: number;

  /** IgnoredFiles as JSON; NULL: no entry was ignored. */
  @Column({ type: 'text', nullable: true })
  ignored!: string | null;

  /** NULL: no collection of this name exists yet. */
  @Column({ ...integer, name: 'collection_id', nullable: true })
  collectionId!: number | null;

  @Column({ type: 'varchar', length: 8, default: 'LOAD' })
  kind!: JobKind;

  /** 0: a re-encoding that runs beside loads of its collection. */
  @Column({ type: 'int', name: 'holds_collection', default: 1 })
  holdsCollection!: number;

  @Column({ ...integer, name: 'kept_out', default: 0 })
  keptOut!: number;
}

/** One line of a load's ledger. */
@Entity('load_failure')
export class LoadFailureEntity {
  @PrimaryColumn({ ...integer, name: 'job_id' })
  jobId!: number;

  @PrimaryColumn({ type: 'int' })
  seq!: number;

  @Column({ type: 'text' })
  item!: string;

  @Column({ type: 'varchar', length: 32 })
  code!: string;

  @Column({ type: 'text' })
  message!: string;

  /** FailureDetail as JSON; NULL: the message has none. */
  @Column({ type: 'text', nullable: true })
  detail!: string | null;
}

import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { hash, integer } from './columns';

/** An image that was deleted for good. */
@Entity('kept_out')
@Index('kept_out_collection', ['collectionId', 'id'])
@Index('kept_out_location', ['collectionId', 'locationKey'])
@Index('kept_out_content', ['collectionId', 'contentHash'])
@Index('kept_out_image', ['collectionId', 'imageKey'])
export class KeptOutEntity {
  @PrimaryColumn(integer)
  id!: number;

  @Column({ ...integer, name: 'collection_id' })
  collectionId!: number;

  @Column({ type: 'text', name: 'image_id' })
  imageId!: string;

  @Column({ ...hash, name: 'image_key' })
  imageKey!: string;

  @Column({ ...hash, name: 'content_hash' })
  contentHash!: string;

  /** As in `image`; NULL if only the name and the bytes identify the picture. */
  @Column({ ...hash, name: 'location_key', nullable: true })
  locationKey!: string | null;

  /** Absolute path of an original by reference; NULL when it was copied. */
  @Column({ type: 'text', nullable: true })
  path!: string | null;

  @Column({ ...integer, name: 'kept_out_at' })
  keptOutAt!: number;
}

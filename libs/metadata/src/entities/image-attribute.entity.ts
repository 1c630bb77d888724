import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from './columns';

/**
 * A tag or attribute of one version of one image, for conditions and counts in SQL. `image.own` has the same as JSON.
 */
@Entity('image_attribute')
@Index('image_attribute_text', ['collectionId', 'name', 'text', 'imageRowId'])
@Index('image_attribute_number', ['collectionId', 'name', 'number', 'imageRowId'])
export class ImageAttributeEntity {
  @PrimaryColumn({ ...integer, name: 'image_row_id' })
  imageRowId!: number;

  @PrimaryColumn({ type: 'int' })
  position!: number;

  @Column({ ...integer, name: 'collection_id' })
  collectionId!: number;

  /** As in an index: `tags`, or the name of `ownAttribute`. */
  @Column({ type: 'varchar', length: 80 })
  name!: string;

  @Column({ type: 'varchar', length: 512, nullable: true })
  text!: string | null;

  /** A number, a date, or 0 and 1 for a boolean. */
  @Column({ type: 'double', nullable: true })
  number!: number | null;
}

/** A name that images of a collection use, or have used. */
@Entity('attribute_name')
export class AttributeNameEntity {
  @PrimaryColumn({ ...integer, name: 'collection_id' })
  collectionId!: number;

  @PrimaryColumn({ type: 'varchar', length: 80 })
  name!: string;
}

/** A row whose points may have its attributes in an earlier state. */
@Entity('stale_point')
@Index('stale_point_collection', ['collectionId', 'id'])
@Index('stale_point_row', ['imageRowId'])
export class StalePointEntity {
  @PrimaryColumn(integer)
  id!: number;

  @Column({ ...integer, name: 'collection_id' })
  collectionId!: number;

  @Column({ ...integer, name: 'image_row_id' })
  imageRowId!: number;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import { blob, integer } from './columns';

/** The lines of text in one version of one image. Images without text have no row. */
@Entity('image_words')
export class ImageWordsEntity {
  @PrimaryColumn({ ...integer, name: 'image_row_id' })
  imageRowId!: number;

  /** The text of `foldedText` in UTF-8. */
  @Column(blob)
  folded!: Uint8Array;

  /** JSON in UTF-8; see `word-lines.ts`. */
  @Column(blob)
  data!: Uint8Array;
}

/** The images of a collection with a gram, among BLOCK consecutive ids. Some of them may not exist any more. */
@Entity('word_posting', { withoutRowid: true })
export class WordPostingEntity {
  @PrimaryColumn({ ...integer, name: 'collection_id' })
  collectionId!: number;

  /** See `gramsOfLines`. */
  @PrimaryColumn(integer)
  gram!: number;

  /** The ids from `block * BLOCK` on. */
  @PrimaryColumn(integer)
  block!: number;

  /** Two bytes for each image, little-endian, in no particular order: its id minus the first id of the block. */
  @Column(blob)
  ids!: Uint8Array;
}

/** Columns of the tables for words in pictures, for both databases. */
export const WORD_TABLES = {
  image_words: (blob: string) => `image_row_id bigint PRIMARY KEY NOT NULL, folded ${blob} NOT NULL,
    data ${blob} NOT NULL`,
  word_posting: (blob: string) => `collection_id bigint NOT NULL, gram bigint NOT NULL, block bigint NOT NULL,
    ids ${blob} NOT NULL, PRIMARY KEY (collection_id, gram, block)`,
} as const;

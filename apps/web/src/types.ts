import type { CollectionsQuery } from './generated/operations';

export type Collection = CollectionsQuery['collections'][number];

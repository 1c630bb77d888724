import { AccessKeyEntity, AuditEntryEntity, SignInEntity } from './access.entity';
import { CollectionEntity, CollectionSpaceEntity, EmbeddingSpaceEntity, SourceEntity } from './collection.entity';
import { EmbeddingEntity, ImageDataEntity, ImageEntity, ImagePreviewEntity, LooseOriginalEntity } from './image.entity';
import { AttributeNameEntity, ImageAttributeEntity, StalePointEntity } from './image-attribute.entity';
import { ImageWordsEntity, WordPostingEntity } from './image-words.entity';
import { KeptOutEntity } from './kept-out.entity';
import { LoadFailureEntity, LoadJobEntity } from './load-job.entity';
import { IdCounterEntity, MilestoneEntity, StoreInfoEntity } from './store-info.entity';

export const ENTITIES = [
  StoreInfoEntity,
  IdCounterEntity,
  MilestoneEntity,
  EmbeddingSpaceEntity,
  CollectionEntity,
  CollectionSpaceEntity,
  SourceEntity,
  ImageEntity,
  EmbeddingEntity,
  ImagePreviewEntity,
  ImageDataEntity,
  LooseOriginalEntity,
  KeptOutEntity,
  ImageAttributeEntity,
  AttributeNameEntity,
  StalePointEntity,
  ImageWordsEntity,
  WordPostingEntity,
  LoadJobEntity,
  LoadFailureEntity,
  AccessKeyEntity,
  SignInEntity,
  AuditEntryEntity,
];

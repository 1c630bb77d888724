import { CollectionEntity, SourceEntity } from './collection.entity';
import { ImageDataEntity, ImageEntity, ImagePreviewEntity } from './image.entity';
import { LoadFailureEntity, LoadJobEntity } from './load-job.entity';
import { IdCounterEntity, MilestoneEntity, StoreInfoEntity } from './store-info.entity';

export const ENTITIES = [
  StoreInfoEntity,
  IdCounterEntity,
  MilestoneEntity,
  CollectionEntity,
  SourceEntity,
  ImageEntity,
  ImagePreviewEntity,
  ImageDataEntity,
  LoadJobEntity,
  LoadFailureEntity,
];

import type { ImageEncoder, ImageInspector, ImagePreparer, ModelInfo, NewSpace } from '@wentu/domain';

/** The installed models, as loads use them. */
export interface ImageModels {
  /** The server's own: new collections get its space. */
  readonly own: ImageModel;
  /** By name, the server's own included. @returns null when there is none @throws InvalidInputError when it is broken */
  find(name: string): Promise<ImageModel | null>;
  /** @returns null when no installed model makes vectors of the space */
  findFor(space: NewSpace): Promise<ImageModel | null>;
}

export interface ImageModel {
  readonly info: ModelInfo;
  /** @param as `features`: as makers of feature files do, with pictures as they are stored and without their alpha channel */
  use(as: 'pictures' | 'features'): UsedImageModel;
}

/** The image tower opens with the first pictures, and stays open until `close`. */
export interface UsedImageModel {
  readonly preparer: ImagePreparer & ImageInspector;
  readonly encoder: ImageEncoder;
  close(): Promise<void>;
}

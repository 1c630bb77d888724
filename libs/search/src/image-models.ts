import type { ImageEncoder, ImageInspector, ImagePreparer, ModelInfo, NewSpace } from '@wentu/domain';

/** The installed models, as loads use them. */
export interface ImageModels {
  /** The model of the server. New collections get its space. */
  readonly own: ImageModel;
  /**
   * Finds a model by name, including the model of the server.
   * @returns null when it is not installed
   * @throws InvalidInputError when it is broken
   */
  find(name: string): Promise<ImageModel | null>;
  /** @returns null when no installed model makes vectors of the space */
  findFor(space: NewSpace): Promise<ImageModel | null>;
}

export interface ImageModel {
  readonly info: ModelInfo;
  /**
   * @param as `features`: prepares pictures like the programs that make feature files, as stored and without the alpha
   * channel
   */
  use(as: 'pictures' | 'features'): UsedImageModel;
}

/** A model in use. The image tower opens with the first pictures and stays open until `close`. */
export interface UsedImageModel {
  readonly preparer: ImagePreparer & ImageInspector;
  readonly encoder: ImageEncoder;
  close(): Promise<void>;
}

import { InvalidInputError, ItemError, UnavailableError, sentence, type NewSpace } from '@wentu/domain';
import {
  createImagePreparer,
  REFERENCE_PREPROCESSING,
  startImageEncoderThread,
  TowerRegistry,
  type OpenImageEncoder,
  type TowerSource,
} from '@wentu/encoder';
import { measureImages, type InstalledModel, type InstalledModels } from '@wentu/models';
import type { PictureDecoder, Share } from '@wentu/picture';
import type { ImageModel, ImageModels, UsedImageModel } from '@wentu/search';
import { measure, spanned } from '@wentu/telemetry';
import type { Config } from './config';
import { cannotOpen, checkOpened } from './open-tower';

export interface ImageTowersOptions {
  readonly models: InstalledModels;
  readonly config: Config;
  /** Threads of one operator of an image tower. */
  readonly threads: number;
  readonly decoder: PictureDecoder;
}

/** Longest side of previews, in pixels. */
const PREVIEW_SIDE = 512;

/**
 * The image towers of the installed models, each in its own child thread of this one. A tower opens when its first
 * picture is encoded.
 */
export class ImageTowers implements ImageModels {
  readonly own: ImageModel;
  private readonly towers: TowerRegistry<OpenImageEncoder>;

  constructor(private readonly options: ImageTowersOptions) {
    this.towers = new TowerRegistry(options.config.limits.modelMemoryBytes / 2);
    this.own = this.imageModelOf(options.models.own);
  }

  /** Opens the tower of the server's own model. */
  async open(): Promise<void> {
    await this.towers.use(this.towerOf(this.options.models.own), async () => undefined);
  }

  async find(name: string): Promise<ImageModel | null> {
    const model = await this.options.models.find(name);
    return model && this.imageModelOf(model);
  }

  async findFor(space: NewSpace): Promise<ImageModel | null> {
    const model = await this.options.models.findFor(space);
    return model && this.imageModelOf(model);
  }

  /** Encodes the picture of a search. @throws InvalidInputError for bytes that are not a picture */
  async encodePicture(bytes: Uint8Array, space: NewSpace, signal?: AbortSignal): Promise<Float32Array> {
    const model = await this.options.models.findFor(space);
    if (!model) throw new UnavailableError(sentence('MODEL_REMOVED', { model: space.model }));
    const preparer = this.preparerOf(model, this.options.config, 'asked');
    const { pixels } = await preparer.prepare(bytes, { preview: false }, signal).catch((error: unknown) => {
      if (!(error instanceof ItemError)) throw error;
      throw new InvalidInputError(`the picture of the search cannot be used: ${error.message}`, { cause: error });
    });
    const { tower, release } = await this.hold(model);
    const [vector] = await encode(tower, [pixels], signal).finally(release);
    return vector as Float32Array;
  }

  /** Measures the image tower of an installed model. */
  async imagesPerSecond(model: InstalledModel): Promise<number> {
    const { tower, release } = await this.hold(model);
    return await measureImages(tower, this.options.config.batchSize).finally(release);
  }

  /** Waits for running work, then closes all towers. */
  async close(): Promise<void> {
    await this.towers.close();
  }

  private imageModelOf(model: InstalledModel): ImageModel {
    return { info: model.info, use: (as) => this.use(model, as) };
  }

  private use(model: InstalledModel, as: 'pictures' | 'features'): UsedImageModel {
    const { config } = this.options;
    let held: ReturnType<ImageTowers['hold']> | undefined;
    return {
      preparer: this.preparerOf(model, as === 'features' ? REFERENCE_PREPROCESSING : config, 'load'),
      encoder: {
        model: model.info,
        encodeImages: async (images, signal) => {
          held ??= this.hold(model);
          return await encode((await held).tower, images, signal);
        },
      },
      async close() {
        const opened = await held?.catch(() => undefined);
        opened?.release();
      },
    };
  }

  private async hold(model: InstalledModel): ReturnType<TowerRegistry<OpenImageEncoder>['hold']> {
    try {
      return await this.towers.hold(this.towerOf(model));
    } catch (error) {
      throw cannotOpen(model.info, error);
    }
  }

  private towerOf(model: InstalledModel): TowerSource<OpenImageEncoder> {
    const { config, threads } = this.options;
    const { device, batchSize, upright, background } = config;
    return {
      key: model.key,
      sizeBytes: model.bytes.image,
      async open() {
        const options = { modelFolder: model.folder, device, threads, batchSize, upright, background };
        const tower = await startImageEncoderThread(options);
        try {
          checkOpened(tower.model, model.info);
        } catch (error) {
          await tower.close();
          throw error;
        }
        return tower;
      },
    };
  }

  private preparerOf(
    { info: { imageSize, resize } }: InstalledModel,
    { upright, background }: Pick<Config, 'upright' | 'background'>,
    share: Share,
  ): UsedImageModel['preparer'] {
    const { decoder, config } = this.options;
    const { maxPixels, maxDecodeBytes, decodeTimeoutMs, maxImageBytes: maxBytes } = config.limits;
    const decoding = { maxPixels, maxDecodeBytes, decodeTimeoutMs, maxBytes };
    const picture = {
      imageSize,
      upright,
      background,
      ...decoding,
      previewSide: PREVIEW_SIDE,
      ...(resize && { resize }),
    };
    return createImagePreparer(picture, { decoder, share });
  }
}

/** Encodes pictures; the time includes the wait for other runs of the tower. */
async function encode(
  tower: OpenImageEncoder,
  images: Parameters<OpenImageEncoder['encodeImages']>[0],
  signal: AbortSignal | undefined,
): Promise<Float32Array[]> {
  const startMs = performance.now();
  const vectors = await spanned('encoding.picture', () => tower.encodeImages(images, signal));
  const seconds = (performance.now() - startMs) / 1_000;
  measure('encoderSeconds', seconds, { tower: 'image', provider: tower.provider.name });
  measure('encoderItems', images.length, { tower: 'image' });
  return vectors;
}

import type { ImageRow, Place, TakenAtSource } from '@wentu/domain';
import { nodeId } from '@wentu/session';
import { Arg, Ctx, Field, GraphQLISODateTime, Int, ObjectType } from 'type-graphql';
import { checkAskedSize, MAX_ASKED } from '../http/picture-size';
import type { Context } from './context';
import { ExifFieldType } from './exif-field-type';
import { PlaceType, TakenAtSourceEnum } from './image-facts-type';
import { NodeType } from './node';
import { ImageAttributeType } from './own-attributes-type';
import { WordLineType } from './word-line-type';

@ObjectType('Image', {
  implements: NodeType,
  description: 'One version of a loaded picture. A changed picture is a new version with a new id.',
})
export class ImageType implements NodeType {
  constructor(
    readonly row: ImageRow,
    collection: string,
  ) {
    this.id = nodeId('Image', row.id);
    this.collection = collection;
    this.imageId = row.imageId;
    this.mimeType = row.mimeType;
    this.width = row.width;
    this.height = row.height;
    this.sizeBytes = row.sizeBytes;
    const { takenAt, camera, lens, place, orientation } = row.facts;
    this.takenAt = takenAt && new Date(takenAt.atMs);
    this.takenAtOffsetMinutes = takenAt && takenAt.offsetMinutes;
    this.takenAtSource = takenAt && takenAt.source;
    this.camera = camera;
    this.lens = lens;
    this.place = place;
    this.exifOrientation = orientation;
    this.tags = row.own.tags;
    this.attributes = row.own.attributes.map((each) => new ImageAttributeType(each));
  }

  readonly id: string;

  @Field(() => String, {
    description: 'The name of the collection.',
    deprecationReason: 'Use collectionNode { name }.',
  })
  readonly collection: string;

  @Field(() => String, {
    description:
      "The user's own id, unique in the collection: for a folder the path relative to it, for a tsv the id in the file.",
  })
  readonly imageId: string;

  @Field(() => String, {
    description: 'The MIME type of the original, such as image/jpeg. No enum, because these are no names.',
  })
  readonly mimeType: string;

  @Field(() => Int, { description: 'The width of the upright picture, in pixels.' })
  readonly width: number;

  @Field(() => Int, { description: 'The height of the upright picture, in pixels.' })
  readonly height: number;

  @Field(() => Int, { description: 'The size of the original, in bytes.' })
  readonly sizeBytes: number;

  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description:
      'When the picture was taken. If takenAtSource is EXIF and takenAtOffsetMinutes is null, the camera wrote its local time without a time ' +
      'zone, and that time is given as if it were UTC. Null: unknown.',
  })
  readonly takenAt: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many minutes the local time of the camera was ahead of UTC; null if the picture does not say it.',
  })
  readonly takenAtOffsetMinutes: number | null;

  @Field(() => TakenAtSourceEnum, {
    nullable: true,
    description: 'Where takenAt comes from; null if takenAt is null.',
  })
  readonly takenAtSource: TakenAtSource | null;

  @Field(() => String, {
    nullable: true,
    description: 'The brand and model of the camera, such as Nikon D750, from EXIF. Null: unknown.',
  })
  readonly camera: string | null;

  @Field(() => String, { nullable: true, description: 'The model of the lens, from EXIF. Null: unknown.' })
  readonly lens: string | null;

  @Field(() => PlaceType, {
    nullable: true,
    description: 'Where the picture was taken, from EXIF. Null: unknown.',
  })
  readonly place: Place | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The orientation in EXIF, 1 to 8; 1 is upright. width, height and url are of the upright picture. Null: unknown.',
  })
  readonly exifOrientation: number | null;

  @Field(() => [String], {
    description:
      'The tags that the owner gave, in the order of their characters. They belong to the image: a new version of the picture takes them over.',
  })
  readonly tags: readonly string[];

  @Field(() => [ImageAttributeType], {
    description: 'The attributes that the owner gave, by name. A new version of the picture takes them over.',
  })
  readonly attributes: readonly ImageAttributeType[];

  @Field(() => String, {
    description:
      'The address of the picture, relative to the server: the original, or the picture in a size. It may be cached without a time limit. ' +
      'For a client with a key it is signed: for 12 to 24 hours a page can show the picture without the key. ' +
      'With width and height it fills a box of that shape, and the rest is cut off: for tiles. Only SVG is enlarged.',
  })
  url(
    @Arg('width', () => Int, {
      nullable: true,
      description: `The largest width, 1 to ${MAX_ASKED} pixels.`,
    })
    width?: number | null,
    @Arg('height', () => Int, {
      nullable: true,
      description: `The largest height, 1 to ${MAX_ASKED} pixels.`,
    })
    height?: number | null,
    @Ctx() context?: Context,
  ): string {
    const sides = Object.entries(checkAskedSize({ width, height })).map(([side, pixels]) => [side, String(pixels)]);
    return this.address(sides, context);
  }

  @Field(() => String, {
    description:
      'The address of the original as a file to save, under its own name and in its own format. It is signed as url is. The answer is 410 if the ' +
      'original is missing: then only url gives the preview.',
  })
  downloadUrl(@Ctx() context?: Context): string {
    return this.address([['download', '1']], context);
  }

  private address(parameters: readonly (readonly string[])[], context: Context | undefined): string {
    const signature = context?.signImage(String(this.row.id)) ?? [];
    const query = new URLSearchParams([...parameters.map(([name = '', value = '']) => [name, value]), ...signature]);
    return `/images/${this.row.id}${query.size === 0 ? '' : `?${query}`}`;
  }

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the original is where it was loaded from and has the size that it had; checked at each request. If not, url gives the stored ' +
      'preview (X-Wentu-Rendition). Null if the disk does not answer in time.',
  })
  async originalAvailable(@Ctx() { session }: Context): Promise<boolean | null> {
    return await session.images.hasOriginal(this.row);
  }

  @Field(() => String, {
    nullable: true,
    description:
      'Where the original is on the machine of the server. Null if it was copied into the store, if its name is not valid UTF-8, and for clients ' +
      'without the right LOAD, which do not see the folders of the server.',
  })
  async originalPath(@Ctx() { session }: Context): Promise<string | null> {
    return session.principal.rights.has('LOAD') ? await session.images.originalPath(this.row) : null;
  }

  @Field(() => [ExifFieldType], {
    nullable: true,
    description:
      'The fields of the EXIF block of the original, by group, at most 100. They are read from the file at each request, one image after another, ' +
      'so ask for them of few images. Empty if the picture has none or is damaged. Null if the original is missing.',
  })
  async exif(@Ctx() { originals }: Context): Promise<readonly ExifFieldType[] | null> {
    return await originals.readExif(this.row);
  }

  @Field(() => [WordLineType], {
    description:
      'The lines of text that were read in the picture, in reading order, at most 1,000. Empty if it has none, and until it was read: Collection.wordsUnread.',
  })
  async words(@Ctx() { words, lists }: Context): Promise<WordLineType[]> {
    const lines = await words.linesOf(this.row.id);
    return await lists.read(async () => lines.map((line) => new WordLineType(line)));
  }

  @Field(() => String, { description: 'The text of these lines, with line breaks between them. Empty without lines.' })
  async text(@Ctx() { words }: Context): Promise<string> {
    return (await words.linesOf(this.row.id)).map(({ text }) => text).join('\n');
  }

  @Field(() => String, {
    nullable: true,
    description:
      'The original in base64. Null if it is missing, or if the originals in this answer have reached WENTU_MAX_ANSWER_DATA_BYTES.',
  })
  async data(@Ctx() { originals }: Context): Promise<string | null> {
    return await originals.readBase64(this.row);
  }
}

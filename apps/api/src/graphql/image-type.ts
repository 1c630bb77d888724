import type { ImageRow } from '@wentu/domain';
import { Arg, Ctx, Field, ID, Int, ObjectType } from 'type-graphql';
import { checkAskedSize, MAX_ASKED } from '../http/picture-size';
import type { Context } from './context';

@ObjectType('Image', { description: 'One loaded picture.' })
export class ImageType {
  constructor(
    private readonly row: ImageRow,
    collection: string,
  ) {
    this.id = String(row.id);
    this.collection = collection;
    this.imageId = row.imageId;
    this.mimeType = row.mimeType;
    this.width = row.width;
    this.height = row.height;
    this.sizeBytes = row.sizeBytes;
  }

  @Field(() => ID, { description: 'Unique over all collections; a changed picture is a new version with a new id.' })
  readonly id: string;

  @Field(() => String)
  readonly collection: string;

  @Field(() => String, { description: "The user's own id: for a folder the path relative to it." })
  readonly imageId: string;

  @Field(() => String)
  readonly mimeType: string;

  @Field(() => Int, { description: 'Pixels, of the upright picture.' })
  readonly width: number;

  @Field(() => Int, { description: 'Pixels, of the upright picture.' })
  readonly height: number;

  @Field(() => Int)
  readonly sizeBytes: number;

  @Field(() => String, {
    description:
      'Where the picture is served, relative to the server; cacheable for ever. With a width it is no wider, with a height no higher. With both it ' +
      `fills a box of that shape, cut off at the bottom or at both sides: for tiles. 1 to ${MAX_ASKED} pixels. Only SVG is enlarged.`,
  })
  url(
    @Arg('width', () => Int, { nullable: true }) width?: number | null,
    @Arg('height', () => Int, { nullable: true }) height?: number | null,
  ): string {
    const sides = Object.entries(checkAskedSize({ width, height })).map(([side, pixels]) => `${side}=${pixels}`);
    return `/images/${this.id}${sides.length === 0 ? '' : `?${sides.join('&')}`}`;
  }

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the original is where it was loaded from, of the size it had; looked up when asked. Otherwise `url` gives the preview (X-Wentu-Rendition). ' +
      'Null when the place does not answer in time.',
  })
  async originalAvailable(@Ctx() { session }: Context): Promise<boolean | null> {
    return await session.images.hasOriginal(this.row);
  }

  @Field(() => String, {
    nullable: true,
    description:
      "The original in base64; null when it is gone or the answer's byte budget is spent (WENTU_MAX_ANSWER_DATA_BYTES).",
  })
  async data(@Ctx() { originals }: Context): Promise<string | null> {
    return await originals.readBase64(this.row);
  }
}

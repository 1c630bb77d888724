import { InvalidInputError, MAX_NEAR_KM, MIN_NEAR_KM, type ImageFilter, type TakenAtSource } from '@wentu/domain';
import { Field, Float, InputType } from 'type-graphql';
import { NumberRangeInput, TimeRangeInput, toRange } from './filter-ranges';
import { attributeOf, ImageFactEnum, TakenAtSourceEnum, type ImageFact } from './image-facts-type';
import { AttributeFilterInput, toAttributeFilter, toTagFilter, toTimeRange } from './own-filter';

@InputType('DayRange', { description: 'Calendar days from `from` to `to`, both included. Give at least one of them.' })
export class DayRangeInput {
  @Field(() => String, { nullable: true, description: 'The first day, such as 2025-06-01.' })
  readonly from?: string | null;

  @Field(() => String, { nullable: true, description: 'The last day, such as 2025-08-31.' })
  readonly to?: string | null;
}

@InputType('NearPlace', { description: 'A circle on the earth (WGS 84).' })
export class NearPlaceInput {
  @Field(() => Float, { description: 'Degrees north of the equator, -90 to 90.' })
  readonly latitude!: number;

  @Field(() => Float, { description: 'Degrees east of Greenwich, -180 to 180.' })
  readonly longitude!: number;

  @Field(() => Float, { description: `The radius in kilometres, ${MIN_NEAR_KM} to ${MAX_NEAR_KM}.` })
  readonly km!: number;
}

@InputType('ImageFilter', {
  description:
    'Which images are hits. An image has to match every field that is given. A filter has at most 8 levels and 256 terms.',
})
export class ImageFilterInput {
  @Field(() => String, {
    nullable: true,
    description:
      'A folder, as the imageIds of its images begin: `2024/holiday` has 2024/holiday/IMG_1.jpg, also in deeper folders.',
  })
  readonly folder?: string | null;

  @Field(() => [String], { nullable: true, description: 'One of these media types, such as image/jpeg.' })
  readonly mimeType?: string[] | null;

  @Field(() => NumberRangeInput, { nullable: true, description: 'The width in pixels.' })
  readonly width?: NumberRangeInput | null;

  @Field(() => NumberRangeInput, { nullable: true, description: 'The height in pixels.' })
  readonly height?: NumberRangeInput | null;

  @Field(() => NumberRangeInput, { nullable: true, description: 'The size of the original in bytes.' })
  readonly sizeBytes?: NumberRangeInput | null;

  @Field(() => TimeRangeInput, {
    nullable: true,
    description: 'When the picture was taken, as takenAt of Image says it.',
  })
  readonly takenAt?: TimeRangeInput | null;

  @Field(() => DayRangeInput, {
    nullable: true,
    description:
      'The days when the picture was taken, by the clock of the camera, or in UTC where takenAt has no offset: a picture of a late evening is of that day, wherever it was.',
  })
  readonly takenOn?: DayRangeInput | null;

  @Field(() => TakenAtSourceEnum, { nullable: true, description: 'Where takenAt of the picture comes from.' })
  readonly takenAtSource?: TakenAtSource | null;

  @Field(() => [String], { nullable: true, description: 'One of these cameras, as Image { camera } names them.' })
  readonly camera?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'One of these lenses, as Image { lens } names them.' })
  readonly lens?: string[] | null;

  @Field(() => NearPlaceInput, {
    nullable: true,
    description: 'The picture was taken in this circle. A picture without a place is in no circle.',
  })
  readonly near?: NearPlaceInput | null;

  @Field(() => [ImageFactEnum], {
    nullable: true,
    description: 'All of these facts are known. With `not`: at least one of them is unknown.',
  })
  readonly has?: ImageFact[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'The image has at least one of these tags. For images with all of several tags, give each in a filter of its own under and.',
  })
  readonly tag?: string[] | null;

  @Field(() => AttributeFilterInput, {
    nullable: true,
    description: 'A condition on an attribute that the owner gave. For several, use and.',
  })
  readonly attribute?: AttributeFilterInput | null;

  @Field(() => [ImageFilterInput], { nullable: true, description: 'Every one of these filters matches.' })
  readonly and?: ImageFilterInput[] | null;

  @Field(() => [ImageFilterInput], { nullable: true, description: 'At least one of these filters matches.' })
  readonly or?: ImageFilterInput[] | null;

  @Field(() => ImageFilterInput, { nullable: true, description: 'This filter does not match.' })
  readonly not?: ImageFilterInput | null;
}

const DAY_MS = 86_400_000;

/** @throws InvalidInputError for a filter without a condition */
export function toFilter(input: ImageFilterInput): ImageFilter {
  const filters: ImageFilter[] = [];
  const { folder, takenAt, takenOn, takenAtSource, near, has, tag, attribute, and, or, not } = input;
  if (typeof folder === 'string') filters.push({ kind: 'inFolder', attribute: 'imageId', folder });
  for (const name of ['mimeType', 'camera', 'lens'] as const) {
    const values = input[name];
    if (values) filters.push({ kind: 'oneOf', attribute: name, values });
  }
  for (const name of ['width', 'height', 'sizeBytes'] as const) {
    const range = input[name];
    if (range) filters.push(toRange(name, range));
  }
  if (takenAt) filters.push(toTimeRange('takenAt', takenAt));
  if (takenOn) {
    const { from, to } = takenOn;
    filters.push({
      kind: 'takenLocally',
      ...(typeof from === 'string' ? { from: startOfDay(from) } : {}),
      ...(typeof to === 'string' ? { to: startOfDay(to) + DAY_MS - 1 } : {}),
    });
  }
  if (takenAtSource) filters.push({ kind: 'equal', attribute: 'takenAtSource', value: takenAtSource });
  if (near) filters.push({ kind: 'near', latitude: near.latitude, longitude: near.longitude, km: near.km });
  if (has)
    filters.push({ kind: 'and', filters: has.map((fact) => ({ kind: 'exists', attribute: attributeOf(fact) })) });
  if (tag) filters.push(toTagFilter(tag));
  if (attribute) filters.push(toAttributeFilter(attribute));
  if (and) filters.push({ kind: 'and', filters: and.map(toFilter) });
  if (or) filters.push({ kind: 'or', filters: or.map(toFilter) });
  if (not) filters.push({ kind: 'not', filter: toFilter(not) });
  const [first, ...rest] = filters;
  if (!first) throw new InvalidInputError('a filter has no condition; give it one, such as folder, or leave it out');
  return rest.length === 0 ? first : { kind: 'and', filters };
}

/** The beginning of a local day, as the milliseconds that it has in UTC. */
function startOfDay(text: string): number {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  // February 30 is read as March 2.
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(text)) return time;
  throw new InvalidInputError(`takenOn has the day ${JSON.stringify(text.slice(0, 40))}; write it as 2025-06-01`);
}

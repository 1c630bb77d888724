import { checkName, checkTag, InvalidInputError, OWN_KINDS, ownAttribute, TAGS, type ImageFilter } from '@wentu/domain';
import { Field, Float, GraphQLISODateTime, InputType } from 'type-graphql';
import { NumberRangeInput, TimeRangeInput, toRange } from './filter-ranges';

@InputType('AttributeFilter', {
  description:
    'A condition on an attribute that the owner gave. The image has to match every field that is given; without any, it has the attribute. ' +
    'A condition compares values of its own type only, so an image with another type, or without the attribute, does not match.',
})
export class AttributeFilterInput {
  @Field(() => String, { description: 'The name of the attribute.' })
  readonly name!: string;

  @Field(() => [String], { nullable: true, description: 'It is one of these texts.' })
  readonly string?: string[] | null;

  @Field(() => [Float], { nullable: true, description: 'It is one of these numbers.' })
  readonly number?: number[] | null;

  @Field(() => Boolean, { nullable: true, description: 'It is this boolean.' })
  readonly boolean?: boolean | null;

  @Field(() => [GraphQLISODateTime], { nullable: true, description: 'It is one of these times, to the millisecond.' })
  readonly date?: Date[] | null;

  @Field(() => NumberRangeInput, { nullable: true, description: 'It is a number in this range.' })
  readonly numberRange?: NumberRangeInput | null;

  @Field(() => TimeRangeInput, { nullable: true, description: 'It is a time in this range.' })
  readonly dateRange?: TimeRangeInput | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: the image has the attribute, with a value of any type. False: it does not.',
  })
  readonly exists?: boolean | null;
}

/** Images with one of the tags. @throws InvalidInputError */
export function toTagFilter(tags: readonly string[]): ImageFilter {
  return { kind: 'oneOf', attribute: TAGS, values: tags.map((tag) => checkTag(tag, 'the filter')) };
}

/** @throws InvalidInputError */
export function toAttributeFilter(input: AttributeFilterInput): ImageFilter {
  const name = checkName(input.name, 'the filter');
  const { string, number, boolean, date, numberRange, dateRange, exists } = input;
  const anyType: ImageFilter = {
    kind: 'or',
    filters: OWN_KINDS.map((kind) => ({ kind: 'exists', attribute: ownAttribute(name, kind) })),
  };
  const filters: ImageFilter[] = [];
  if (string) filters.push({ kind: 'oneOf', attribute: ownAttribute(name, 'string'), values: string.map(asStored) });
  if (number) filters.push({ kind: 'oneOf', attribute: ownAttribute(name, 'number'), values: number });
  if (typeof boolean === 'boolean')
    filters.push({ kind: 'equal', attribute: ownAttribute(name, 'boolean'), value: boolean });
  if (date)
    filters.push({ kind: 'oneOf', attribute: ownAttribute(name, 'date'), values: date.map((each) => each.getTime()) });
  if (numberRange) filters.push(toRange(ownAttribute(name, 'number'), numberRange));
  if (dateRange) filters.push(toTimeRange(ownAttribute(name, 'date'), dateRange));
  if (exists === true) filters.push(anyType);
  if (exists === false && filters.length > 0)
    throw new InvalidInputError(
      `the filter wants the attribute ${JSON.stringify(name)} with a value and absent; give either, or use or`,
    );
  if (exists === false) return { kind: 'not', filter: anyType };
  const [first, ...rest] = filters;
  if (!first) return anyType;
  return rest.length === 0 ? first : { kind: 'and', filters };
}

/** A filter on times. */
export function toTimeRange(attribute: string, { from, to }: TimeRangeInput): ImageFilter {
  return toRange(attribute, { from: from?.getTime() ?? null, to: to?.getTime() ?? null });
}

/** The form in which texts are stored. */
function asStored(text: string): string {
  return text.normalize('NFC').trim();
}

import type { ImageFilter } from '@wentu/domain';
import { Field, Float, GraphQLISODateTime, InputType } from 'type-graphql';

@InputType('NumberRange', { description: 'Numbers from `from` to `to`, both included. Give at least one of them.' })
export class NumberRangeInput {
  @Field(() => Float, { nullable: true, description: 'The smallest number.' })
  readonly from?: number | null;

  @Field(() => Float, { nullable: true, description: 'The largest number.' })
  readonly to?: number | null;
}

@InputType('TimeRange', { description: 'Times from `from` to `to`, both included. Give at least one of them.' })
export class TimeRangeInput {
  @Field(() => GraphQLISODateTime, { nullable: true, description: 'The earliest time.' })
  readonly from?: Date | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'The latest time.' })
  readonly to?: Date | null;
}

/** A filter on numbers. */
export function toRange(attribute: string, { from, to }: NumberRangeInput): ImageFilter {
  return {
    ...{ kind: 'range', attribute },
    ...(typeof from === 'number' ? { from } : {}),
    ...(typeof to === 'number' ? { to } : {}),
  };
}

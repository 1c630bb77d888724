import {
  InvalidInputError,
  MAX_OWN_ATTRIBUTES,
  MAX_OWN_NAME_LENGTH,
  MAX_OWN_TEXT_LENGTH,
  type OwnAttribute,
  type OwnKind,
  type OwnValue,
} from '@wentu/domain';
import { Field, Float, GraphQLISODateTime, InputType, ObjectType } from 'type-graphql';
import { registerTexts } from './enums';

export const AttributeKindEnum = registerTexts<Uppercase<OwnKind>>(
  'AttributeKind',
  'The type of the value of an attribute. Values of different types are never equal.',
  { STRING: 'A text.', NUMBER: 'A number.', BOOLEAN: 'True or false.', DATE: 'A time.' },
);

const NAME = `The name: 1 to ${MAX_OWN_NAME_LENGTH} letters of any script, digits, and _ - .`;

@ObjectType('ImageAttribute', {
  description: 'An attribute that the owner gave to an image. Of its values, the one of its kind is not null.',
})
export class ImageAttributeType {
  constructor({ name, kind, value }: OwnAttribute) {
    this.name = name;
    this.kind = kind.toUpperCase() as Uppercase<OwnKind>;
    this.string = kind === 'string' ? value : null;
    this.number = kind === 'number' ? value : null;
    this.boolean = kind === 'boolean' ? value : null;
    this.date = kind === 'date' ? new Date(value) : null;
  }

  @Field(() => String, { description: 'The name, each once for an image.' })
  readonly name: string;

  @Field(() => AttributeKindEnum, { description: 'The type of the value.' })
  readonly kind: Uppercase<OwnKind>;

  @Field(() => String, { nullable: true, description: 'The value of a STRING.' })
  readonly string: string | null;

  @Field(() => Float, { nullable: true, description: 'The value of a NUMBER.' })
  readonly number: number | null;

  @Field(() => Boolean, { nullable: true, description: 'The value of a BOOLEAN.' })
  readonly boolean: boolean | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'The value of a DATE.' })
  readonly date: Date | null;
}

@InputType('ImageAttributeInput', {
  description: 'An attribute for an image. Give its name and exactly one value.',
})
export class ImageAttributeInput {
  @Field(() => String, { description: NAME })
  readonly name!: string;

  @Field(() => String, {
    nullable: true,
    description: `A text of 1 to ${MAX_OWN_TEXT_LENGTH} characters. It is stored in NFC, without spaces at its ends.`,
  })
  readonly string?: string | null;

  @Field(() => Float, { nullable: true, description: 'A finite number.' })
  readonly number?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'True or false.' })
  readonly boolean?: boolean | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'A time, to the millisecond.' })
  readonly date?: Date | null;
}

/** For descriptions of lists of them. */
export const AT_MOST = `At most ${MAX_OWN_ATTRIBUTES}, each name once.`;

/** @throws InvalidInputError without exactly one value */
export function toOwnAttribute(input: ImageAttributeInput): OwnAttribute {
  const { name } = input;
  const values = valuesOf(input);
  const [value] = values;
  if (value && values.length === 1) return { name, ...value };
  throw new InvalidInputError(
    `the attribute ${JSON.stringify(name.slice(0, 80))} has ${values.length} values; give exactly one of string, number, boolean and date`,
  );
}

function valuesOf({ string, number, boolean, date }: ImageAttributeInput): OwnValue[] {
  return [
    ...(typeof string === 'string' ? [{ kind: 'string', value: string } as const] : []),
    ...(typeof number === 'number' ? [{ kind: 'number', value: number } as const] : []),
    ...(typeof boolean === 'boolean' ? [{ kind: 'boolean', value: boolean } as const] : []),
    ...(date ? [{ kind: 'date', value: date.getTime() } as const] : []),
  ];
}

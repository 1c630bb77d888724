import type { FailureDetail } from '@wentu/domain';
import { Field, ObjectType } from 'type-graphql';

@ObjectType('FailureParam', { description: 'A value in a message.' })
export class FailureParamType {
  constructor(name: string, value: string | number) {
    this.name = name;
    this.value = String(value);
  }

  @Field(() => String, { description: 'The name of its place in the message, such as maxBytes.' })
  readonly name: string;

  @Field(() => String, { description: 'The value as text. A name that ends in Bytes is a number of bytes.' })
  readonly value: string;
}

@ObjectType('FailureDetail', {
  description:
    'Which message a failure has, and the values in it, to write it in another language. Errors of calls have the same in extensions.detail.',
})
export class FailureDetailType {
  constructor({ key, params }: FailureDetail) {
    this.key = key;
    this.params = Object.entries(params).map(([name, value]) => new FailureParamType(name, value));
  }

  @Field(() => String, {
    description: 'The key of the message, such as FILE_TOO_LARGE. Keys are stable; a later version may have more.',
  })
  readonly key: string;

  @Field(() => [FailureParamType], { description: 'The values in the message.' })
  readonly params: readonly FailureParamType[];
}

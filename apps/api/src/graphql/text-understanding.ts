import type { TextUnderstanding } from '@wentu/domain';
import { Field, ObjectType } from 'type-graphql';

@ObjectType('TextUnderstanding', {
  description:
    'What the model reads in a text. An answer to a text without a known word is arbitrary, however high its similarities are.',
})
export class TextUnderstandingType {
  constructor({ understood, unknownWords, usedText, ignoredText }: TextUnderstanding) {
    this.understood = understood;
    this.unknownWords = unknownWords;
    this.cut = ignoredText !== '';
    this.usedText = usedText;
    this.ignoredText = ignoredText;
  }

  @Field(() => Boolean, { description: 'At least one word is known to the model.' })
  readonly understood: boolean;

  @Field(() => [String], {
    description:
      'Words that the model does not know, as they are written, each once. Punctuation only where the text is nothing else.',
  })
  readonly unknownWords: readonly string[];

  @Field(() => Boolean, { description: "The text is longer than the model's context; its end changes nothing." })
  readonly cut: boolean;

  @Field(() => String, { description: 'The part that counts: the whole text unless it is cut.' })
  readonly usedText: string;

  @Field(() => String, { description: 'The part that does not count; empty unless the text is cut.' })
  readonly ignoredText: string;
}

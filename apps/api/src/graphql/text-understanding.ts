import type { TextUnderstanding } from '@wentu/domain';
import { Field, ObjectType } from 'type-graphql';

@ObjectType('TextUnderstanding', {
  description:
    'What the model reads of a text. Hits for a text without a known word are arbitrary, however high their similarities are.',
})
export class TextUnderstandingType {
  constructor({ understood, unknownWords, usedText, ignoredText }: TextUnderstanding) {
    this.understood = understood;
    this.unknownWords = unknownWords;
    this.cut = ignoredText !== '';
    this.usedText = usedText;
    this.ignoredText = ignoredText;
  }

  @Field(() => Boolean, { description: 'Whether the model knows at least one word of the text.' })
  readonly understood: boolean;

  @Field(() => [String], {
    description:
      'Words that the model does not know, as they are written, each once. Punctuation is listed only if the text has nothing else.',
  })
  readonly unknownWords: readonly string[];

  @Field(() => Boolean, {
    description: "Whether the text is longer than the model's context. The end of such a text has no effect.",
  })
  readonly cut: boolean;

  @Field(() => String, { description: 'The part that the model reads: the whole text, unless it is cut.' })
  readonly usedText: string;

  @Field(() => String, { description: 'The part that the model does not read; empty, unless the text is cut.' })
  readonly ignoredText: string;
}

import { localTimeText, type UnderstoodDate } from '@wentu/session';
import { Field, ObjectType } from 'type-graphql';

const LOCAL = 'A local time, as the clock of the camera shows it, such as 2025-06-01T00:00:00.';

@ObjectType('UnderstoodDate', {
  description:
    'A date in the text of a search, which was taken as the condition that the camera took the picture then. Pictures without the time of a camera are no hits.',
})
export class UnderstoodDateType {
  constructor({ text, words, takenAfter, takenBefore }: UnderstoodDate) {
    this.text = text;
    this.words = words;
    this.takenAfter = takenAfter === null ? null : localTimeText(takenAfter);
    this.takenBefore = takenBefore === null ? null : localTimeText(takenBefore);
  }

  @Field(() => String, {
    description:
      'The text that was searched for: the text without the date. The whole text if it is only a date: then all pictures of that time are hits, those most like the text first, and isRelevant is null.',
  })
  readonly text: string;

  @Field(() => String, { description: 'The piece of the text that is the date, as it was written.' })
  readonly words: string;

  @Field(() => String, { nullable: true, description: `The earliest time. Null: any before. ${LOCAL}` })
  readonly takenAfter: string | null;

  @Field(() => String, { nullable: true, description: `The first time that is too late. Null: any after. ${LOCAL}` })
  readonly takenBefore: string | null;
}

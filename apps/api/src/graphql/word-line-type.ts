import type { PicturePoint, WordLine } from '@wentu/domain';
import type { FoundHit } from '@wentu/session';
import { Field, Float, ObjectType } from 'type-graphql';

@ObjectType('PicturePoint', { description: 'A point of a picture.' })
export class PicturePointType implements PicturePoint {
  @Field(() => Float, { description: 'The fraction of the width of the upright picture, 0 to 1 from the left.' })
  readonly x!: number;

  @Field(() => Float, { description: 'The fraction of the height of the upright picture, 0 to 1 from the top.' })
  readonly y!: number;
}

@ObjectType('WordLine', { description: 'A line of text that was read in a picture.' })
export class WordLineType {
  constructor({ text, confidence, box }: WordLine) {
    this.text = text;
    this.confidence = confidence;
    this.box = box;
  }

  @Field(() => String, { description: 'The text, 1 to 500 characters.' })
  readonly text: string;

  @Field(() => Float, { description: 'The mean probability of its characters, 0 to 1.' })
  readonly confidence: number;

  @Field(() => [PicturePointType], {
    description:
      'The four corners, clockwise in the direction of reading: the first is where the text begins, at its upper side.',
  })
  readonly box: readonly PicturePoint[];
}

@ObjectType('WordMatch', { description: 'The words of a search that a picture has.' })
export class WordMatchType {
  constructor({ words, lines }: NonNullable<FoundHit['matched']>) {
    this.words = words;
    this.lines = lines.map((line) => new WordLineType(line));
    this.boxes = lines.map(({ box }) => box);
  }

  @Field(() => [String], { description: 'The words as they are in the query, without spaces and quotation marks.' })
  readonly words: readonly string[];

  @Field(() => [WordLineType], { description: 'The lines that have a part of a word, in reading order.' })
  readonly lines: readonly WordLineType[];

  @Field(() => [[PicturePointType]], { description: 'The corners of each of these lines, as in WordLine.box.' })
  readonly boxes: readonly (readonly PicturePoint[])[];
}

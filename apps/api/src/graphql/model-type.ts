import type { ModelInstall, ModelInstallState, ModelPrecision } from '@wentu/domain';
import type { ModelFacts } from '@wentu/session';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { registerTexts } from './enums';

export const ModelPrecisionEnum = registerTexts<ModelPrecision>(
  'ModelPrecision',
  'The number format of the weights. Smaller formats need less disk and memory and are a little less exact.',
  { fp32: 'Numbers of 32 bits.', fp16: 'Numbers of 16 bits.', int8: 'Integers of 8 bits.' },
);

const ModelInstallStateEnum = registerTexts<ModelInstallState>(
  'ModelInstallState',
  'How far an installation is, or how it ended.',
  {
    QUEUED: 'It waits until the one before it has ended: one model is installed at a time.',
    DOWNLOADING: 'The files are being downloaded.',
    PAUSED:
      'A user or a restart of the server stopped it. resumeModelInstall continues with the bytes that have arrived.',
    IMPORTING: 'The files are complete and are being installed.',
    SUCCEEDED: 'The model is installed.',
    FAILED: 'It failed for the reason in error; resumeModelInstall tries again.',
    CANCELLED: 'It was cancelled, and its files were removed.',
  },
);

@ObjectType('PublishedRecall', {
  description: 'The share of Chinese texts whose picture is among the first results, zero-shot, in percent.',
})
export class PublishedRecallType {
  constructor(dataset: string, [at1, at5, at10]: readonly [at1: number, at5: number, at10: number]) {
    Object.assign(this, { dataset, at1, at5, at10 });
  }

  @Field(() => String, { description: 'The dataset: Flickr30k-CN, COCO-CN or MUGE.' })
  readonly dataset!: string;

  @Field(() => Float, { description: 'The picture is the first result.' })
  readonly at1!: number;

  @Field(() => Float, { description: 'The picture is among the first 5 results.' })
  readonly at5!: number;

  @Field(() => Float, { description: 'The picture is among the first 10 results.' })
  readonly at10!: number;
}

@ObjectType('Model', { description: 'A model that is installed, or that the catalogue offers.' })
export class ModelType {
  constructor(private readonly facts: ModelFacts) {
    const { name, dimension, sizeBytes, license, origin, recallSource, collections, problem } = facts;
    Object.assign(this, { name, dimension, sizeBytes, license, origin, recallSource, collections, problem });
  }

  @Field(() => String, { description: 'The name, unique on the server.' })
  readonly name!: string;

  @Field(() => Boolean, { description: 'Whether the files of the model are on the server.' })
  get isInstalled(): boolean {
    return this.facts.installed;
  }

  @Field(() => Boolean, { description: 'Whether new collections get this model after the next start of the server.' })
  get isDefault(): boolean {
    return this.facts.inUse;
  }

  @Field(() => Boolean, {
    description: 'Whether the model is shipped for a first try: it is small and often wrong on photographs.',
  })
  get isDemonstration(): boolean {
    return this.facts.shipped;
  }

  @Field(() => Boolean, {
    description: 'Whether installModel can install it; false also for a model that is installed.',
  })
  get canBeInstalled(): boolean {
    const { installed, name, install } = this.facts;
    return !installed && install === `wentu model add ${name}`;
  }

  @Field(() => Int, { nullable: true, description: 'The number of values in an embedding; null if it is not known.' })
  readonly dimension!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'The size on disk, in bytes; for a model that is not installed, the approximate size in fp32. Null if it is not known.',
  })
  readonly sizeBytes!: number | null;

  @Field(() => String, { nullable: true, description: 'The licence of the weights; null if it is not known.' })
  readonly license!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where the files were downloaded from, such as hf:OWNER/NAME@COMMIT; null if they were not.',
  })
  readonly origin!: string | null;

  @Field(() => [PublishedRecallType], {
    description: 'Published recall of the original model; empty if no figure with an address is known.',
  })
  get recall(): PublishedRecallType[] {
    const { recall, recallSource } = this.facts;
    if (!recall || recallSource === null) return [];
    return [
      new PublishedRecallType('Flickr30k-CN', recall.flickr30kCn),
      new PublishedRecallType('COCO-CN', recall.cocoCn),
      new PublishedRecallType('MUGE', recall.muge),
    ];
  }

  @Field(() => String, { nullable: true, description: 'The address of the page that publishes recall.' })
  readonly recallSource!: string | null;

  @Field(() => [String], { description: 'The names of the collections that are searched with this model.' })
  readonly collections!: string[];

  @Field(() => String, { nullable: true, description: 'Why an installed model cannot be used; null if it can.' })
  readonly problem!: string | null;
}

@ObjectType('ModelInstall', { description: 'The installation of a model.' })
export class ModelInstallType {
  constructor(install: ModelInstall) {
    Object.assign(this, install);
  }

  @Field(() => ID, { description: 'The id, for pauseModelInstall, resumeModelInstall and cancelModelInstall.' })
  readonly id!: string;

  @Field(() => String, { description: 'The name of the catalogue, or the repository, that is installed.' })
  readonly source!: string;

  @Field(() => String, { description: 'The name of the model.' })
  readonly name!: string;

  @Field(() => ModelInstallStateEnum, { description: 'How far the installation is, or how it ended.' })
  readonly state!: ModelInstallState;

  @Field(() => Float, { description: 'The number of bytes that have arrived, those before a pause included.' })
  readonly downloadedBytes!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'The size of all files, in bytes; null before the listing is read, and if the hub gives no sizes.',
  })
  readonly totalBytes!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The speed of the last second; null in the first second and if nothing is being downloaded.',
  })
  readonly bytesPerSecond!: number | null;

  @Field(() => String, { nullable: true, description: 'Why the server asks the hub again later; null if it does not.' })
  readonly waitingFor!: string | null;

  @Field(() => String, { nullable: true, description: 'Why the installation failed; null in other states.' })
  readonly error!: string | null;
}

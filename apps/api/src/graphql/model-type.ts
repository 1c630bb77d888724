import type {
  FailureDetail,
  Machine,
  ModelInstall,
  ModelInstallState,
  ModelPrecision,
  ModelRecommendation,
  PublishedRecalls,
} from '@wentu/domain';
import type { ModelFacts } from '@wentu/session';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { registerTexts } from './enums';
import { FailureDetailType } from './failure-detail-type';

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

const RECALL_DATASETS = {
  flickr30kCn: 'Flickr30k-CN',
  cocoCn: 'COCO-CN',
  muge: 'MUGE',
  xm3600Zh: 'XM3600 zh',
} as const satisfies Record<keyof PublishedRecalls, string>;

export const ModelLimitEnum = registerTexts<NonNullable<ModelRecommendation['limitedBy']>>(
  'ModelLimit',
  'What a model of higher published recall would need more of.',
  { MEMORY: 'Memory: a model should need at most a quarter of it.', CORES: 'Cores: pictures would load slowly.' },
);

@ObjectType('PublishedRecall', {
  description: 'The share of Chinese texts whose picture is among the first results, zero-shot, in percent.',
})
export class PublishedRecallType {
  constructor(dataset: string, [at1, at5, at10]: readonly [at1: number, at5: number, at10: number]) {
    Object.assign(this, { dataset, at1, at5, at10 });
  }

  @Field(() => String, {
    description: 'The dataset: Flickr30k-CN, COCO-CN, MUGE or XM3600 zh. Values of two datasets cannot be compared.',
  })
  readonly dataset!: string;

  @Field(() => Float, { description: 'The picture is the first result.' })
  readonly at1!: number;

  @Field(() => Float, { description: 'The picture is among the first 5 results.' })
  readonly at5!: number;

  @Field(() => Float, { description: 'The picture is among the first 10 results.' })
  readonly at10!: number;
}

@ObjectType('ModelTitle', { description: 'A title for users.' })
export class ModelTitleType {
  @Field(() => String, { description: 'In Chinese.' })
  readonly zh!: string;

  @Field(() => String, { description: 'In English.' })
  readonly en!: string;
}

@ObjectType('Model', { description: 'A model that is installed, or that the catalogue offers.' })
export class ModelType {
  constructor(private readonly facts: ModelFacts) {
    const { name, title, languages, dimension, sizeBytes, memoryBytes } = facts;
    const { license, origin, recallSource, collections, problem } = facts;
    Object.assign(this, { name, title, languages, dimension, sizeBytes, memoryBytes });
    Object.assign(this, { license, origin, recallSource, collections, problem });
  }

  @Field(() => String, { description: 'The name, unique on the server.' })
  readonly name!: string;

  @Field(() => ModelTitleType, { nullable: true, description: 'What the model is; null if it has no title.' })
  readonly title!: ModelFacts['title'];

  @Field(() => [String], {
    description: 'The languages of texts as ISO 639 codes, mul for many languages; empty if they are not known.',
  })
  readonly languages!: readonly string[];

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

  @Field(() => Float, {
    nullable: true,
    description:
      'The approximate memory of the open model: the size of its weights, in bytes. Null if it is not known.',
  })
  readonly memoryBytes!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'How many prepared pictures it encodes in a second on this machine; decoding is not counted. Measured in the background after the first request for an installed model; null until then.',
  })
  get imagesPerSecond(): number | null {
    return this.facts.speed?.imagesPerSecond ?? null;
  }

  @Field(() => Float, {
    nullable: true,
    description:
      'How many milliseconds a short text needs on this machine: a median, measured together with imagesPerSecond.',
  })
  get textMs(): number | null {
    return this.facts.speed?.textMs ?? null;
  }

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
    return (Object.keys(RECALL_DATASETS) as (keyof PublishedRecalls)[]).flatMap((dataset) => {
      const values = recall[dataset];
      return values ? [new PublishedRecallType(RECALL_DATASETS[dataset], values)] : [];
    });
  }

  @Field(() => String, { nullable: true, description: 'The address of the page that publishes recall.' })
  readonly recallSource!: string | null;

  @Field(() => [String], { description: 'The names of the collections that are searched with this model.' })
  readonly collections!: string[];

  @Field(() => String, { nullable: true, description: 'Why an installed model cannot be used; null if it can.' })
  readonly problem!: string | null;
}

@ObjectType('ModelRecommendation', {
  description: 'The model that suits this machine best, and why.',
})
export class ModelRecommendationType {
  constructor({ model, machine, limitedBy }: ModelRecommendation & { readonly model: ModelFacts }) {
    Object.assign(this, { model: new ModelType(model), limitedBy });
    const { memoryBytes, cores, hasGpu }: Machine = machine;
    Object.assign(this, { machineMemoryBytes: memoryBytes, machineCores: cores, hasGpu });
  }

  @Field(() => ModelType, {
    description:
      'Of the models that can be installed here and that have a published recall on Flickr30k-CN, the one with the highest that fits the machine.',
  })
  readonly model!: ModelType;

  @Field(() => ModelLimitEnum, {
    nullable: true,
    description: 'Why no model of higher recall is recommended; null if this one has the highest.',
  })
  readonly limitedBy!: ModelRecommendation['limitedBy'];

  @Field(() => Float, { description: 'The memory that the server may use, in bytes.' })
  readonly machineMemoryBytes!: number;

  @Field(() => Int, { description: 'The number of cores that the server may use.' })
  readonly machineCores!: number;

  @Field(() => Boolean, { description: 'Whether models run on a GPU. Then the number of cores limits nothing.' })
  readonly hasGpu!: boolean;
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

  @Field(() => FailureDetailType, {
    nullable: true,
    description: 'The key and the values of error; null for a message that has none.',
  })
  get errorDetail(): FailureDetailType | null {
    return this.detail && new FailureDetailType(this.detail);
  }

  private readonly detail!: FailureDetail | null;
}

import { MAX_FOLDERS, type Collection, type FolderListing, type TowerState } from '@wentu/domain';
import { nodeId, type FoundHit, type ServerFacts, type TextProbability } from '@wentu/session';
import { Arg, Ctx, Field, Float, GraphQLISODateTime, ID, Int, ObjectType } from 'type-graphql';
import { FIRST } from './arguments';
import type { Context } from './context';
import { ExecutionProviderEnum, IndexEngineEnum, MetadataStoreEnum, ModelStateEnum, VectorStoreEnum } from './enums';
import { ImageFilterInput, toFilter } from './image-filter';
import { ImageOrderInput, LIST_FILTER, LIST_ORDER, listOf } from './image-order';
import { ImageType } from './image-type';
import { NodeType } from './node';
import { TextUnderstandingType } from './text-understanding';
import { WordMatchType } from './word-line-type';

@ObjectType('SearchHit', { description: 'An image that a search found.' })
export class SearchHitType {
  constructor({
    image,
    similarity,
    distance,
    score,
    isRelevant,
    relevance,
    collection,
    duplicates,
    matched,
  }: FoundHit) {
    this.collection = collection;
    this.image = new ImageType(image, collection);
    this.similarity = similarity;
    this.distance = distance;
    this.score = score;
    this.isRelevant = isRelevant;
    this.relevance = relevance;
    this.duplicates = duplicates.map((hit) => new SearchHitType(hit));
    this.matched = matched && new WordMatchType(matched);
  }

  @Field(() => Float, {
    description:
      'The squared Euclidean distance of the unit vectors, 2 − 2·similarity, from 0 to 4. Milvus calls it L2.',
  })
  readonly distance: number;

  @Field(() => Float, {
    description:
      'The cosine of the vectors of query and image, −1 to 1. Of a mixed query, the wanted terms count; avoid does not. With match: WORDS it is 0 when the model of the collection is not installed.',
  })
  readonly similarity: number;

  @Field(() => Float, {
    description:
      'The number by which hits are ordered, highest first: the cosine of the image and the whole query, −1 to 1, unwanted terms and avoid included. Without those it is the similarity. With the rankings RANKS, NEWEST and FUSED it is 1 / (60 + place).',
  })
  readonly score: number;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the image probably shows the text. It depends on the text, on the collection and its size, and on the model. Without avoid and unwanted terms, relevant hits come before all others; with the ranking RANKS this is true of the hits of each embedding space, and with FUSED of the hits without `matched`. Null unless the query has one wanted term and that is a text, and until the model has been measured with the shipped pictures.',
  })
  readonly isRelevant: boolean | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'The similarity on a scale that is the same for all texts, collections and models: 0 is the mean of the text over the collection, and from 1 on the image probably shows the text (isRelevant). Null when isRelevant is null.',
  })
  readonly relevance: number | null;

  @Field(() => String, { description: 'The name of the collection of the image.' })
  readonly collection: string;

  @Field(() => ImageType, { description: 'The image that was found.' })
  readonly image: ImageType;

  @Field(() => [SearchHitType], {
    description:
      'Later hits that show the same picture, highest score first: 1,000 at most in all pages together. Empty unless search has `collapse: true`.',
  })
  readonly duplicates: readonly SearchHitType[];

  @Field(() => WordMatchType, {
    nullable: true,
    description: 'The words of the query that the picture has. Null for a hit by its meaning.',
  })
  readonly matched: WordMatchType | null;
}

@ObjectType('TextProbability', {
  description: 'How probable a text is for an image, among the texts of the call.',
})
export class TextProbabilityType {
  constructor(
    { text, probability, similarity }: TextProbability,
    private readonly collection: string | null,
  ) {
    this.text = text;
    this.probability = probability;
    this.similarity = similarity;
  }

  @Field(() => String, { description: 'The text, as it was given.' })
  readonly text: string;

  @Field(() => Float, {
    description:
      'The probability, 0 to 1. The texts of a call have 1 together, unless the model judges each text alone.',
  })
  readonly probability: number;

  @Field(() => Float, { description: 'The cosine of the vectors of text and image, −1 to 1.' })
  readonly similarity: number;

  @Field(() => TextUnderstandingType, { description: 'What the model reads of the text.' })
  async understanding(@Ctx() { session }: Context): Promise<TextUnderstandingType> {
    return new TextUnderstandingType(await session.searches.explainText(this.text, this.collection));
  }
}

@ObjectType('Collection', {
  implements: NodeType,
  description: 'A named set of images whose embeddings can be compared.',
})
export class CollectionType implements NodeType {
  constructor(readonly row: Collection) {
    this.id = nodeId('Collection', row.id);
    this.name = row.name;
    this.model = row.activeSpace.model;
    this.dimension = row.activeSpace.dimension;
    this.imageCount = row.imageCount;
    this.sizeBytes = row.sizeBytes;
    this.createdAt = row.createdAt;
  }

  readonly id: string;

  @Field(() => String, { description: 'The name, unique on the server.' })
  readonly name: string;

  @Field(() => String, { description: 'The name of the model that made the embeddings.' })
  readonly model: string;

  @Field(() => Int, { description: 'The number of values in an embedding.' })
  readonly dimension: number;

  @Field(() => Int, { description: 'The number of images that are loaded.' })
  readonly imageCount: number;

  @Field(() => Float, { description: 'The size of all originals together, in bytes.' })
  readonly sizeBytes: number;

  @Field(() => GraphQLISODateTime, { description: 'When the collection was created.' })
  readonly createdAt: Date;

  @Field(() => Int, {
    description:
      'The number of images that an earlier version loaded, and whose time, camera and place will still be read from their originals: ' +
      'in the background after a start, while no load runs.',
  })
  async factsPendingCount(@Ctx() { session }: Context): Promise<number> {
    return await session.collections.countWithoutFacts(this.row);
  }

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of images whose words will still be read, in the background while no load runs and no search is made. Null if this server reads no words (WENTU_READ_WORDS).',
  })
  async wordsUnread(@Ctx() { session }: Context): Promise<number | null> {
    return await session.collections.countWordsUnread(this.row);
  }

  @Field(() => Boolean, {
    description:
      'False when no installed model makes embeddings of this space: searches of the collection are INDEX_MISMATCH then.',
  })
  async isSearchable(@Ctx() { session }: Context): Promise<boolean> {
    return await session.searches.isSearchable(this.row);
  }

  @Field(() => Float, {
    nullable: true,
    deprecationReason: 'Use SearchHit.isRelevant, which knows the text and the collection.',
    description:
      "The cosine below which an image hardly matches a text: measured for the collection's model on the shipped pictures. Null until it has been measured, which begins with the first request.",
  })
  async similarityFloor(@Ctx() { session }: Context): Promise<number | null> {
    return await session.searches.similarityFloor(this.row);
  }

  @Field(() => Boolean, {
    description:
      'Whether it is searched with a model that is shipped for a first try: that is small and often wrong on photographs. recommendedModel is a better one.',
  })
  async isDemonstration(@Ctx() { session }: Context): Promise<boolean> {
    return await session.models.isDemonstration(this.row);
  }

  @Field(() => ModelStateEnum, {
    description:
      'Whether its model is in memory. If not, the first search waits until it is; openModel begins earlier.',
  })
  async modelState(@Ctx() { session }: Context): Promise<TowerState> {
    return await session.models.stateOf(this.row);
  }

  @Field(() => [ImageType], {
    description: 'The images, in the order in which they were loaded unless orderBy says another one.',
  })
  async images(
    @Arg('filter', () => ImageFilterInput, LIST_FILTER) filter: ImageFilterInput | null,
    @Arg('orderBy', () => ImageOrderInput, LIST_ORDER) orderBy: ImageOrderInput | null,
    @Arg('first', () => Int, { defaultValue: 24, ...FIRST }) first: number,
    @Arg('after', () => ID, {
      nullable: true,
      description:
        'The id of the last image that the client has, such as Image:123 or 123. With orderBy, the image must not have been deleted; imagesConnection does not need it.',
    })
    after: string | null,
    @Ctx() { session, lists }: Context,
  ): Promise<ImageType[]> {
    const list = listOf(filter, orderBy);
    const rows = await lists.read(() => session.images.ofCollection(this.row.id, list, after ?? null, first));
    return rows.map((row) => new ImageType(row, this.name));
  }

  @Field(() => Int, { description: 'The number of images that match a filter.' })
  async matchingCount(
    @Arg('filter', () => ImageFilterInput, { description: 'Which images are counted.' }) filter: ImageFilterInput,
    @Ctx() { session, lists }: Context,
  ): Promise<number> {
    // One at a time, like lists.
    const [count = 0] = await lists.read(async () => [await session.images.count(this.row, toFilter(filter))]);
    return count;
  }
}

@ObjectType('Folder', { description: 'A folder of the server that a load may read.' })
export class FolderType {
  @Field(() => String, { description: 'The name of the folder itself.' })
  readonly name!: string;

  @Field(() => String, {
    description: 'The absolute path, for the directory of loadCollection and the path of folders.',
  })
  readonly path!: string;
}

@ObjectType('PictureCount', { description: 'A number of picture files.' })
export class PictureCountType {
  @Field(() => Int, { description: 'The number of picture files that were counted.' })
  readonly count!: number;

  @Field(() => Int, { description: 'The number of videos, which a load leaves out.' })
  readonly videos!: number;

  @Field(() => Int, {
    description: 'The number of other files that a load leaves out, without those of systems and programs.',
  })
  readonly others!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'The size of the pictures in bytes; null if there was no time to read all sizes.',
  })
  readonly sizeBytes!: number | null;

  @Field(() => Boolean, {
    description: 'False if there may be more, because counting took too long or a folder could not be read.',
  })
  readonly isComplete!: boolean;
}

@ObjectType('FolderListing', { description: 'The folders in a folder of the server, and the number of its pictures.' })
export class FolderListingType {
  constructor(listing: FolderListing) {
    Object.assign(this, listing);
  }

  @Field(() => String, {
    nullable: true,
    description: 'The absolute path; null for the list of folders that loads may read.',
  })
  readonly path!: string | null;

  @Field(() => String, { nullable: true, description: 'The path of the folder above; null if it may not be read.' })
  readonly parent!: string | null;

  @Field(() => [FolderType], { description: `The folders in it, ordered by name, at most ${MAX_FOLDERS}.` })
  readonly folders!: readonly FolderType[];

  @Field(() => Int, {
    description:
      'The number of files in the folder itself that have the name of a picture. A load also finds pictures without an extension.',
  })
  readonly pictureCount!: number;

  @Field(() => Boolean, { description: 'Whether the folder has more entries than were listed and counted.' })
  readonly truncated!: boolean;

  @Field(() => PictureCountType, {
    description:
      'The number of files with the name of a picture in the folder and all folders below it. Counted at each request, for a few seconds at most.',
  })
  async picturesInAll(@Ctx() { session, signal }: Context): Promise<PictureCountType> {
    if (this.path === null) return { ...{ count: 0, videos: 0, others: 0 }, sizeBytes: 0, isComplete: true };
    return await session.loads.countPictures(this.path, signal);
  }
}

@ObjectType('Upload', { description: 'Files that a client sends, until a load reads them.' })
export class UploadType {
  constructor(id: string) {
    this.id = id;
    this.url = `/uploads/${id}`;
  }

  @Field(() => ID, { description: 'For loadUpload and discardUpload. It is random, and no id of a Node.' })
  readonly id: string;

  @Field(() => String, {
    description:
      'The address for files, relative to the server. PUT each file to this address, a slash and its percent-encoded path: ' +
      '/uploads/ID/2024/cat.jpg. The path becomes the imageId. An upload without traffic for an hour is discarded; if there is no room for another, after ten minutes.',
  })
  readonly url: string;
}

@ObjectType('ServerInfo', { description: 'The version, the model and the limits of a server.' })
export class ServerInfoType {
  constructor(facts: ServerFacts) {
    Object.assign(this, facts);
  }

  @Field(() => String, { description: 'The version of Wentu, such as 0.1.0.' })
  readonly version!: string;

  @Field(() => String, { description: 'The name of the model that encodes texts and pictures.' })
  readonly model!: string;

  @Field(() => String, {
    description:
      'Where the choice of the model comes from: WENTU_MODEL, wentu model use, or default. No enum, because these are no names.',
  })
  readonly modelSource!: string;

  @Field(() => Int, { description: 'The number of values in an embedding of the model.' })
  readonly dimension!: number;

  @Field(() => ExecutionProviderEnum, { description: 'Where the model runs.' })
  readonly executionProvider!: ServerFacts['executionProvider'];

  @Field(() => String, { description: 'The reason for this execution provider, in English.' })
  readonly executionProviderReason!: string;

  @Field(() => Float, {
    nullable: true,
    deprecationReason: 'Use SearchHit.isRelevant, which knows the text and the collection.',
    description:
      'A hit with a lower similarity hardly shows what a text means. Measured for the model with the shipped pictures; null until then.',
  })
  readonly similarityFloor!: number | null;

  @Field(() => Int, {
    description: 'The size of the largest file that an upload takes, in bytes.',
  })
  async maxUploadFileBytes(@Ctx() { session }: Context): Promise<number> {
    return (await session.uploads.fileLimit()).maxBytes;
  }

  @Field(() => String, {
    description:
      'The setting, of Wentu or of the database, that limits maxUploadFileBytes. No enum, because not all are names.',
  })
  async maxUploadFileSetting(@Ctx() { session }: Context): Promise<string> {
    return (await session.uploads.fileLimit()).setting;
  }

  @Field(() => Float, {
    description:
      'The size of the largest upload, in bytes (WENTU_MAX_UPLOAD_BYTES). With 0 the server takes no uploads.',
  })
  readonly maxUploadBytes!: number;

  @Field(() => Int, {
    description: 'The length of the longest text of a search, in characters (code points): WENTU_MAX_TEXT_LENGTH.',
  })
  readonly maxTextLength!: number;

  @Field(() => VectorStoreEnum, { description: 'Where the indexes are.' })
  readonly vectorStore!: ServerFacts['vectorStore'];

  @Field(() => IndexEngineEnum, { description: 'What searches the indexes.' })
  readonly indexEngine!: ServerFacts['indexEngine'];

  @Field(() => MetadataStoreEnum, { description: 'Where collections, images and loads are stored.' })
  readonly metadataStore!: ServerFacts['metadataStore'];
}

@ObjectType('Repair', { description: "What a repair of a collection's index has changed." })
export class RepairType {
  @Field(() => String, { description: 'The name of the collection at the time of the repair.' })
  readonly collection!: string;

  @Field(() => Int, { description: 'The number of images that were added to the index.' })
  readonly upserted!: number;

  @Field(() => Int, { description: 'The number of entries without an image that were removed from the index.' })
  readonly removedFromIndex!: number;

  @Field(() => Int, { description: 'The number of rows of interrupted loads and removals that were removed.' })
  readonly removedRows!: number;
}

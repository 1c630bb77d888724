// Made by codegen.mjs from operations.graphql and the API's schema.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What became of the change of one image. */
export type AttributeChangeStatus =
  /** The image has what the change says. Searches see it. */
  | 'DONE'
  /** A value cannot be stored, or the image would have too much. The image stays as it was; message says why. */
  | 'INVALID'
  /** The collection has no such image. */
  | 'NOT_FOUND';

/** A condition on an attribute that the owner gave. The image has to match every field that is given; without any, it has the attribute. A condition compares values of its own type only, so an image with another type, or without the attribute, does not match. */
export type AttributeFilter = {
  /** It is this boolean. */
  readonly boolean?: boolean | null | undefined;
  /** It is one of these times, to the millisecond. */
  readonly date?: ReadonlyArray<string> | null | undefined;
  /** It is a time in this range. */
  readonly dateRange?: TimeRange | null | undefined;
  /** True: the image has the attribute, with a value of any type. False: it does not. */
  readonly exists?: boolean | null | undefined;
  /** The name of the attribute. */
  readonly name: string;
  /** It is one of these numbers. */
  readonly number?: ReadonlyArray<number> | null | undefined;
  /** It is a number in this range. */
  readonly numberRange?: NumberRange | null | undefined;
  /** It is one of these texts. */
  readonly string?: ReadonlyArray<string> | null | undefined;
};

/** The type of the value of an attribute. Values of different types are never equal. */
export type AttributeKind =
  /** True or false. */
  | 'BOOLEAN'
  /** A time. */
  | 'DATE'
  /** A number. */
  | 'NUMBER'
  /** A text. */
  | 'STRING';

/** Calendar days from `from` to `to`, both included. Give at least one of them. */
export type DayRange = {
  /** The first day, such as 2025-06-01. */
  readonly from?: string | null | undefined;
  /** The last day, such as 2025-08-31. */
  readonly to?: string | null | undefined;
};

/** Why an image is in a group of duplicates. */
export type DuplicateKind =
  /** It is the best image of the group: most pixels, then most bytes, then the oldest. */
  | 'BEST'
  /** Its file is equal to that of the best image, byte for byte. */
  | 'EXACT'
  /** It looks like another image of the group: the embeddings are similar. */
  | 'NEAR';

/** How far the search for duplicates of a collection is. */
export type DuplicateSearchStatus =
  /** It was cancelled. The groups of an earlier search stay. */
  | 'CANCELLED'
  /** It has ended, and its groups are there. */
  | 'DONE'
  /** It failed. The groups of an earlier search stay. */
  | 'FAILED'
  /** No search was ever made, or its result is lost: findDuplicates begins one. */
  | 'NONE'
  /** It runs, or waits for the search of another collection. */
  | 'RUNNING';

/** The code of an error. */
export type ErrorCode =
  /** The state of an object does not allow the call. */
  | 'CONFLICT'
  /** The client lacks a right. */
  | 'FORBIDDEN'
  /** The embeddings are those of another model. */
  | 'INDEX_MISMATCH'
  /** An argument is wrong. */
  | 'INVALID_INPUT'
  /** A limit was exceeded. */
  | 'LIMIT_EXCEEDED'
  /** There is no such object. */
  | 'NOT_FOUND'
  /** The client has sent too many requests in a minute; the same call may succeed later. */
  | 'RATE_LIMITED'
  /** The client has to authenticate. */
  | 'UNAUTHENTICATED'
  /** A server, a store or a model does not answer; the same call may succeed later. */
  | 'UNAVAILABLE';

/** What an EXIF field is about. */
export type ExifGroup =
  /** Who made it, and texts about it. */
  | 'AUTHOR'
  /** The camera, the lens and the software, with their serial numbers. */
  | 'CAMERA'
  /** How the picture was taken: time, aperture, sensitivity, flash. */
  | 'EXPOSURE'
  /** The picture file: orientation, colours, resolution. */
  | 'FILE'
  /** Where it was taken. */
  | 'PLACE'
  /** When it was taken, digitized and changed. */
  | 'TIME';

/** An attribute for an image. Give its name and exactly one value. */
export type ImageAttributeInput = {
  /** True or false. */
  readonly boolean?: boolean | null | undefined;
  /** A time, to the millisecond. */
  readonly date?: string | null | undefined;
  /** The name: 1 to 64 letters of any script, digits, and _ - . */
  readonly name: string;
  /** A finite number. */
  readonly number?: number | null | undefined;
  /** A text of 1 to 512 characters. It is stored in NFC, without spaces at its ends. */
  readonly string?: string | null | undefined;
};

/** The change of one image. tags and attributes replace all that the image has; what is left out stays. Then the other fields apply. */
export type ImageAttributesChange = {
  /** Tags to add: 1 to 64 characters each, stored in NFC without spaces at the ends; at most 64 for an image. */
  readonly addTags?: ReadonlyArray<string> | null | undefined;
  /** The attributes instead of those before. At most 64, each name once. */
  readonly attributes?: ReadonlyArray<ImageAttributeInput> | null | undefined;
  /** The imageId of an image in the collection. */
  readonly imageId: string;
  /** The names of attributes to remove. Those that the image lacks change nothing. */
  readonly removeAttributes?: ReadonlyArray<string> | null | undefined;
  /** Tags to remove. Those that the image lacks change nothing. */
  readonly removeTags?: ReadonlyArray<string> | null | undefined;
  /** Attributes to add, or to replace where the image has the name. At most 64, each name once. */
  readonly setAttributes?: ReadonlyArray<ImageAttributeInput> | null | undefined;
  /** The tags instead of those before: 1 to 64 characters each, stored in NFC without spaces at the ends; at most 64 for an image. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
};

/** What may be known about a picture. */
export type ImageFact =
  /** With which camera. */
  | 'CAMERA'
  /** With which lens. */
  | 'LENS'
  /** Where. */
  | 'PLACE'
  /** When it was taken. */
  | 'TAKEN_AT';

/** Which images are hits. An image has to match every field that is given. A filter has at most 8 levels and 256 terms. */
export type ImageFilter = {
  /** Every one of these filters matches. */
  readonly and?: ReadonlyArray<ImageFilter> | null | undefined;
  /** A condition on an attribute that the owner gave. For several, use and. */
  readonly attribute?: AttributeFilter | null | undefined;
  /** One of these cameras, as Image { camera } names them. */
  readonly camera?: ReadonlyArray<string> | null | undefined;
  /** A folder, as the imageIds of its images begin: `2024/holiday` has 2024/holiday/IMG_1.jpg, also in deeper folders. */
  readonly folder?: string | null | undefined;
  /** All of these facts are known. With `not`: at least one of them is unknown. */
  readonly has?: ReadonlyArray<ImageFact> | null | undefined;
  /** The height in pixels. */
  readonly height?: NumberRange | null | undefined;
  /** One of these lenses, as Image { lens } names them. */
  readonly lens?: ReadonlyArray<string> | null | undefined;
  /** One of these media types, such as image/jpeg. */
  readonly mimeType?: ReadonlyArray<string> | null | undefined;
  /** The picture was taken in this circle. A picture without a place is in no circle. */
  readonly near?: NearPlace | null | undefined;
  /** This filter does not match. */
  readonly not?: ImageFilter | null | undefined;
  /** At least one of these filters matches. */
  readonly or?: ReadonlyArray<ImageFilter> | null | undefined;
  /** The size of the original in bytes. */
  readonly sizeBytes?: NumberRange | null | undefined;
  /** The image has at least one of these tags. For images with all of several tags, give each in a filter of its own under and. */
  readonly tag?: ReadonlyArray<string> | null | undefined;
  /** When the picture was taken, as takenAt of Image says it. */
  readonly takenAt?: TimeRange | null | undefined;
  /** Where takenAt of the picture comes from. */
  readonly takenAtSource?: TakenAtSource | null | undefined;
  /** The days when the picture was taken, by the clock of the camera, or in UTC where takenAt has no offset: a picture of a late evening is of that day, wherever it was. */
  readonly takenOn?: DayRange | null | undefined;
  /** The width in pixels. */
  readonly width?: NumberRange | null | undefined;
};

/** An order of images. Images without the value come last in both directions. Images with equal values are in the order of loading, reversed with DESC. */
export type ImageOrder = {
  /** The direction. */
  readonly direction?: OrderDirection;
  /** What the images are ordered by. */
  readonly field: ImageOrderField;
};

/** What images are ordered by. */
export type ImageOrderField =
  /** The order in which the images were loaded. A new version of an image counts as loaded anew. */
  | 'LOADED_AT'
  /** The imageId, character by character: folders, then file names. Upper case comes before lower case. */
  | 'NAME'
  /** The size of the original in bytes. */
  | 'SIZE'
  /** When the picture was taken, as takenAt of Image says it. */
  | 'TAKEN_AT';

/** What a job does. */
export type JobKind =
  /** It loads a source into a collection. */
  | 'LOAD'
  /** It encodes the images of a collection with another model, then the collection is searched with that model. */
  | 'REENCODE';

/** What proves who the owner of a key is. */
export type KeyKind =
  /** A random text, which programs send and with which the page signs in. */
  | 'KEY'
  /** The name of the key and a password, with which the page signs in. */
  | 'PASSWORD';

/** How far a load is, or how it ended. */
export type LoadStatus =
  /** The load was cancelled. Images that were loaded before stay. */
  | 'CANCELLED'
  /** The load as a whole failed; error gives the reason. Images that were loaded before stay. */
  | 'FAILED'
  /** The load has ended, but some items failed or a folder could not be read; failures lists them. */
  | 'PARTIAL'
  /** The load waits for its turn. */
  | 'QUEUED'
  /** The load reads its source. */
  | 'RUNNING'
  /** The load has ended, and every picture is loaded. */
  | 'SUCCEEDED';

/** What to do with images whose files are missing. */
export type MissingAction =
  /** Keep them with their previews, and count them no more as missing. */
  | 'KEEP'
  /** Remove them from the collection. */
  | 'REMOVE';

/** How far an installation is, or how it ended. */
export type ModelInstallState =
  /** It was cancelled, and its files were removed. */
  | 'CANCELLED'
  /** The files are being downloaded. */
  | 'DOWNLOADING'
  /** It failed for the reason in error; resumeModelInstall tries again. */
  | 'FAILED'
  /** The files are complete and are being installed. */
  | 'IMPORTING'
  /** A user or a restart of the server stopped it. resumeModelInstall continues with the bytes that have arrived. */
  | 'PAUSED'
  /** It waits until the one before it has ended: one model is installed at a time. */
  | 'QUEUED'
  /** The model is installed. */
  | 'SUCCEEDED';

/** What a model of higher published recall would need more of. */
export type ModelLimit =
  /** Cores: pictures would load slowly. */
  | 'CORES'
  /** Memory: a model should need at most a quarter of it. */
  | 'MEMORY';

/** Whether the text tower of a model is in memory. A search opens it, and waits. */
export type ModelState =
  /** It is on the disk. */
  | 'CLOSED'
  /** No installed model makes the embeddings of the collection: searches are INDEX_MISMATCH. */
  | 'NOT_INSTALLED'
  /** It is in memory. */
  | 'OPEN'
  /** It is being read from the disk. */
  | 'OPENING';

/** A circle on the earth (WGS 84). */
export type NearPlace = {
  /** The radius in kilometres, 0.001 to 20016. */
  readonly km: number;
  /** Degrees north of the equator, -90 to 90. */
  readonly latitude: number;
  /** Degrees east of Greenwich, -180 to 180. */
  readonly longitude: number;
};

/** Numbers from `from` to `to`, both included. Give at least one of them. */
export type NumberRange = {
  /** The smallest number. */
  readonly from?: number | null | undefined;
  /** The largest number. */
  readonly to?: number | null | undefined;
};

/** The direction of an order. */
export type OrderDirection =
  /** Earliest, smallest or first first. */
  | 'ASC'
  /** Latest, largest or last first. */
  | 'DESC';

/** A term of a mixed query: exactly one of text, imageId, image and picture, and its weight. */
export type QueryTerm = {
  /** The id of an image in any collection, such as Image:123, which is no hit then. Collections of another embedding space cannot be searched by it: INDEX_MISMATCH. */
  readonly image?: string | null | undefined;
  /** The imageId of an image in the collection, which is no hit then. */
  readonly imageId?: string | null | undefined;
  /** A picture file in base64, or a data URL of it. 512 pixels are enough. A request has at most WENTU_MAX_BODY_BYTES (16 MiB by default), and 1 MiB over a WebSocket. */
  readonly picture?: string | null | undefined;
  /** A text in Chinese, 1 to WENTU_MAX_TEXT_LENGTH characters (1,000 by default). */
  readonly text?: string | null | undefined;
  /** From −1 to 1 and not 0. Below 0, images that are similar to the term move towards the end. */
  readonly weight?: number;
};

/** What the owner of a key may do. */
export type Role =
  /** Also rename and drop collections, and manage models, keys and the server. */
  | 'ADMIN'
  /** Search, and see collections and their images. */
  | 'READ'
  /** Also load, put, change and delete images. */
  | 'WRITE';

/** What a text is compared with. */
export type SearchMatch =
  /** Both: the nearest images, and the images with the words, in one list with the ranking FUSED. If no image has the words, it is MEANING; so are queries without a text, and those with avoid or minSimilarity. */
  | 'AUTO'
  /** What the pictures show: the hits are the images nearest to the text. */
  | 'MEANING'
  /** The words that were read in the pictures: the hits are the images that have all words of the text, the last loaded first. A word is a piece between spaces; it is found as any part of the text in a picture, also over the end of a line, and a single character only where it stands alone. Case, width, and simplified or traditional characters do not matter, except for words in quotation marks. */
  | 'WORDS';

/** What to search for: exactly one of these fields. */
export type SearchQuery =
  {   /** Several texts, images and pictures together, 1 to 8 terms, at least one with a weight above 0. The hits are those nearest to the weighted sum of their vectors. */
  readonly all: ReadonlyArray<QueryTerm>; readonly image?: never; readonly imageId?: never; readonly picture?: never; readonly text?: never; }
  |  { readonly all?: never;   /** The id of an image in any collection, such as Image:123, which is no hit then. Collections of another embedding space cannot be searched by it: INDEX_MISMATCH. */
  readonly image: string; readonly imageId?: never; readonly picture?: never; readonly text?: never; }
  |  { readonly all?: never; readonly image?: never;   /** The imageId of an image in the collection. The hits are similar images, without that image. */
  readonly imageId: string; readonly picture?: never; readonly text?: never; }
  |  { readonly all?: never; readonly image?: never; readonly imageId?: never;   /** A picture file in base64, or a data URL of it. 512 pixels are enough. A request has at most WENTU_MAX_BODY_BYTES (16 MiB by default), and 1 MiB over a WebSocket. */
  readonly picture: string; readonly text?: never; }
  |  { readonly all?: never; readonly image?: never; readonly imageId?: never; readonly picture?: never;   /** A text in Chinese, 1 to WENTU_MAX_TEXT_LENGTH characters (1,000 by default). */
  readonly text: string; };

/** How the hits are ordered. */
export type SearchRanking =
  /** The nearest images, and among them the images with the words of the query, the most similar first: they have every fourth place when an image probably shows the text, and come before all others when none does or a word is in quotation marks. The score of a hit is 1 / (60 + its place). */
  | 'FUSED'
  /** The images with the words of the query, the last loaded first. The score of a hit is 1 / (60 + its place). */
  | 'NEWEST'
  /** Reciprocal rank fusion: the hits of each embedding space make a list by similarity, and the score of a hit is 1 / (60 + its place in its list). */
  | 'RANKS'
  /** One list by score. All collections that answered have embeddings of one space. */
  | 'SIMILARITY';

/** Whether a load can read a source now. */
export type SourceState =
  /** A load can read the folder. */
  | 'AVAILABLE'
  /** The folder does not exist now. Its disk may not be connected; its images stay. */
  | 'MISSING'
  /** The folder is in none of the folders of WENTU_LOAD_ROOTS. */
  | 'OUTSIDE_ROOTS'
  /** The folder or its disk does not answer, or the server has no permission to read it. */
  | 'UNREADABLE';

/** Where the time of a picture comes from. */
export type TakenAtSource =
  /** The camera wrote it into the picture. */
  | 'EXIF'
  /** It is the modification time of the file when the picture was loaded: the picture has no time. */
  | 'FILE';

/** Times from `from` to `to`, both included. Give at least one of them. */
export type TimeRange = {
  /** The earliest time. */
  readonly from?: string | null | undefined;
  /** The latest time. */
  readonly to?: string | null | undefined;
};

/** What the watch of a folder does now. */
export type WatchState =
  /** The folder does not exist now or does not answer. Nothing is removed, and the watch goes on when it is back. */
  | 'AWAY'
  /** The system reports changes of the folder. */
  | 'EVENTS'
  /** The folder is compared regularly, because the system reports no changes of it. */
  | 'POLLING'
  /** No process watches the folder yet. On SQLite only a running server does. */
  | 'STARTING';

export type CollectionsQueryVariables = Exact<{ [key: string]: never; }>;


export type CollectionsQuery = { readonly collections: ReadonlyArray<{ readonly id: string, readonly name: string, readonly model: string, readonly dimension: number, readonly imageCount: number, readonly isDemonstration: boolean, readonly modelState: ModelState, readonly wordsUnread: number | null }> };

export type WordsUnreadQueryVariables = Exact<{ [key: string]: never; }>;


export type WordsUnreadQuery = { readonly collections: ReadonlyArray<{ readonly id: string, readonly wordsUnread: number | null }> };

export type ModelStateQueryVariables = Exact<{
  collection: string;
}>;


export type ModelStateQuery = { readonly collection: { readonly id: string, readonly modelState: ModelState } | null };

export type OpenModelMutationVariables = Exact<{
  collection: string;
}>;


export type OpenModelMutation = { readonly openModel: ModelState };

export type AdviceQueryVariables = Exact<{ [key: string]: never; }>;


export type AdviceQuery = { readonly recommendedModel: { readonly model: { readonly name: string, readonly isInstalled: boolean, readonly sizeBytes: number | null } } | null };

export type ModelFactsFragment = { readonly name: string, readonly isInstalled: boolean, readonly isDefault: boolean, readonly isDemonstration: boolean, readonly canBeInstalled: boolean, readonly languages: ReadonlyArray<string>, readonly sizeBytes: number | null, readonly memoryBytes: number | null, readonly license: string | null, readonly imagesPerSecond: number | null, readonly textMs: number | null, readonly recallSource: string | null, readonly collections: ReadonlyArray<string>, readonly problem: string | null, readonly title: { readonly zh: string, readonly en: string } | null, readonly recall: ReadonlyArray<{ readonly dataset: string, readonly at1: number }> };

export type InstallFragment = { readonly id: string, readonly source: string, readonly name: string, readonly state: ModelInstallState, readonly downloadedBytes: number, readonly totalBytes: number | null, readonly bytesPerSecond: number | null, readonly waitingFor: string | null, readonly error: string | null, readonly errorDetail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null };

export type ModelsQueryVariables = Exact<{ [key: string]: never; }>;


export type ModelsQuery = { readonly models: ReadonlyArray<{ readonly name: string, readonly isInstalled: boolean, readonly isDefault: boolean, readonly isDemonstration: boolean, readonly canBeInstalled: boolean, readonly languages: ReadonlyArray<string>, readonly sizeBytes: number | null, readonly memoryBytes: number | null, readonly license: string | null, readonly imagesPerSecond: number | null, readonly textMs: number | null, readonly recallSource: string | null, readonly collections: ReadonlyArray<string>, readonly problem: string | null, readonly title: { readonly zh: string, readonly en: string } | null, readonly recall: ReadonlyArray<{ readonly dataset: string, readonly at1: number }> }>, readonly modelInstalls: ReadonlyArray<{ readonly id: string, readonly source: string, readonly name: string, readonly state: ModelInstallState, readonly downloadedBytes: number, readonly totalBytes: number | null, readonly bytesPerSecond: number | null, readonly waitingFor: string | null, readonly error: string | null, readonly errorDetail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null }>, readonly recommendedModel: { readonly limitedBy: ModelLimit | null, readonly machineMemoryBytes: number, readonly machineCores: number, readonly model: { readonly name: string, readonly sizeBytes: number | null, readonly isInstalled: boolean } } | null };

export type InstallChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type InstallChangedSubscription = { readonly modelInstallChanged: { readonly id: string, readonly source: string, readonly name: string, readonly state: ModelInstallState, readonly downloadedBytes: number, readonly totalBytes: number | null, readonly bytesPerSecond: number | null, readonly waitingFor: string | null, readonly error: string | null, readonly errorDetail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } };

export type InstallModelMutationVariables = Exact<{
  name: string;
}>;


export type InstallModelMutation = { readonly installModel: { readonly id: string, readonly source: string, readonly name: string, readonly state: ModelInstallState, readonly downloadedBytes: number, readonly totalBytes: number | null, readonly bytesPerSecond: number | null, readonly waitingFor: string | null, readonly error: string | null, readonly errorDetail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } };

export type PauseInstallMutationVariables = Exact<{
  id: string;
}>;


export type PauseInstallMutation = { readonly pauseModelInstall: { readonly id: string, readonly source: string, readonly name: string, readonly state: ModelInstallState, readonly downloadedBytes: number, readonly totalBytes: number | null, readonly bytesPerSecond: number | null, readonly waitingFor: string | null, readonly error: string | null, readonly errorDetail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } };

export type ResumeInstallMutationVariables = Exact<{
  id: string;
}>;


export type ResumeInstallMutation = { readonly resumeModelInstall: { readonly id: string, readonly source: string, readonly name: string, readonly state: ModelInstallState, readonly downloadedBytes: number, readonly totalBytes: number | null, readonly bytesPerSecond: number | null, readonly waitingFor: string | null, readonly error: string | null, readonly errorDetail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } };

export type CancelInstallMutationVariables = Exact<{
  id: string;
}>;


export type CancelInstallMutation = { readonly cancelModelInstall: { readonly id: string, readonly source: string, readonly name: string, readonly state: ModelInstallState, readonly downloadedBytes: number, readonly totalBytes: number | null, readonly bytesPerSecond: number | null, readonly waitingFor: string | null, readonly error: string | null, readonly errorDetail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } };

export type RemoveModelMutationVariables = Exact<{
  name: string;
}>;


export type RemoveModelMutation = { readonly removeModel: ReadonlyArray<{ readonly name: string, readonly isInstalled: boolean, readonly isDefault: boolean, readonly isDemonstration: boolean, readonly canBeInstalled: boolean, readonly languages: ReadonlyArray<string>, readonly sizeBytes: number | null, readonly memoryBytes: number | null, readonly license: string | null, readonly imagesPerSecond: number | null, readonly textMs: number | null, readonly recallSource: string | null, readonly collections: ReadonlyArray<string>, readonly problem: string | null, readonly title: { readonly zh: string, readonly en: string } | null, readonly recall: ReadonlyArray<{ readonly dataset: string, readonly at1: number }> }> };

export type SetDefaultModelMutationVariables = Exact<{
  name: string;
}>;


export type SetDefaultModelMutation = { readonly setDefaultModel: ReadonlyArray<{ readonly name: string, readonly isInstalled: boolean, readonly isDefault: boolean, readonly isDemonstration: boolean, readonly canBeInstalled: boolean, readonly languages: ReadonlyArray<string>, readonly sizeBytes: number | null, readonly memoryBytes: number | null, readonly license: string | null, readonly imagesPerSecond: number | null, readonly textMs: number | null, readonly recallSource: string | null, readonly collections: ReadonlyArray<string>, readonly problem: string | null, readonly title: { readonly zh: string, readonly en: string } | null, readonly recall: ReadonlyArray<{ readonly dataset: string, readonly at1: number }> }> };

export type CollectionsWithSamplesQueryVariables = Exact<{ [key: string]: never; }>;


export type CollectionsWithSamplesQuery = { readonly collections: ReadonlyArray<{ readonly id: string, readonly name: string, readonly model: string, readonly dimension: number, readonly isSearchable: boolean, readonly imageCount: number, readonly sizeBytes: number, readonly keptOutCount: number, readonly wordsUnread: number | null, readonly createdAt: string, readonly images: ReadonlyArray<{ readonly id: string, readonly imageId: string, readonly mimeType: string, readonly width: number, readonly height: number, readonly at160: string, readonly thumbnail: string, readonly at480: string, readonly thumbnail2x: string, readonly at960: string, readonly large: string, readonly larger: string, readonly high: string, readonly high2x: string, readonly tall: string, readonly tall2x: string, readonly wide: string, readonly wide2x: string }> }> };

export type ServerQueryVariables = Exact<{ [key: string]: never; }>;


export type ServerQuery = { readonly serverInfo: { readonly version: string, readonly model: string, readonly maxUploadFileBytes: number, readonly maxUploadFileSetting: string, readonly maxUploadBytes: number, readonly maxTextLength: number } };

export type FindQueryVariables = Exact<{
  query: SearchQuery;
  collection?: string | null | undefined;
  everywhere: boolean;
  filter?: ImageFilter | null | undefined;
  datesInWords: boolean;
  collapse: boolean;
  match: SearchMatch;
  timeZone?: string | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type FindQuery = { readonly search: { readonly totalCount: number, readonly ranking: SearchRanking, readonly unanswered: ReadonlyArray<{ readonly collection: string, readonly code: ErrorCode, readonly message: string }>, readonly understood: { readonly text: string, readonly words: string, readonly takenAfter: string | null, readonly takenBefore: string | null } | null, readonly understanding: { readonly understood: boolean, readonly unknownWords: ReadonlyArray<string>, readonly cut: boolean, readonly usedText: string, readonly ignoredText: string } | null, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly distance: number, readonly similarity: number, readonly isRelevant: boolean | null, readonly relevance: number | null, readonly collection: string, readonly duplicates: ReadonlyArray<{ readonly distance: number, readonly similarity: number, readonly isRelevant: boolean | null, readonly relevance: number | null, readonly collection: string, readonly matched: { readonly words: ReadonlyArray<string>, readonly lines: ReadonlyArray<{ readonly text: string }>, readonly boxes: ReadonlyArray<ReadonlyArray<{ readonly x: number, readonly y: number }>> } | null, readonly image: { readonly id: string, readonly imageId: string, readonly sizeBytes: number, readonly takenAt: string | null, readonly takenAtOffsetMinutes: number | null, readonly takenAtSource: TakenAtSource | null, readonly camera: string | null, readonly tags: ReadonlyArray<string>, readonly mimeType: string, readonly width: number, readonly height: number, readonly original: string, readonly at160: string, readonly thumbnail: string, readonly at480: string, readonly thumbnail2x: string, readonly at960: string, readonly large: string, readonly larger: string, readonly high: string, readonly high2x: string, readonly tall: string, readonly tall2x: string, readonly wide: string, readonly wide2x: string } }>, readonly matched: { readonly words: ReadonlyArray<string>, readonly lines: ReadonlyArray<{ readonly text: string }>, readonly boxes: ReadonlyArray<ReadonlyArray<{ readonly x: number, readonly y: number }>> } | null, readonly image: { readonly id: string, readonly imageId: string, readonly sizeBytes: number, readonly takenAt: string | null, readonly takenAtOffsetMinutes: number | null, readonly takenAtSource: TakenAtSource | null, readonly camera: string | null, readonly tags: ReadonlyArray<string>, readonly mimeType: string, readonly width: number, readonly height: number, readonly original: string, readonly at160: string, readonly thumbnail: string, readonly at480: string, readonly thumbnail2x: string, readonly at960: string, readonly large: string, readonly larger: string, readonly high: string, readonly high2x: string, readonly tall: string, readonly tall2x: string, readonly wide: string, readonly wide2x: string } } }> } };

export type SizesFragment = { readonly mimeType: string, readonly width: number, readonly height: number, readonly at160: string, readonly thumbnail: string, readonly at480: string, readonly thumbnail2x: string, readonly at960: string, readonly large: string, readonly larger: string, readonly high: string, readonly high2x: string, readonly tall: string, readonly tall2x: string, readonly wide: string, readonly wide2x: string };

export type TileSizesFragment = { readonly mimeType: string, readonly width: number, readonly height: number, readonly at160: string, readonly thumbnail: string, readonly at480: string, readonly thumbnail2x: string, readonly tall: string, readonly tall2x: string, readonly wide: string, readonly wide2x: string };

export type HitFragment = { readonly distance: number, readonly similarity: number, readonly isRelevant: boolean | null, readonly relevance: number | null, readonly collection: string, readonly matched: { readonly words: ReadonlyArray<string>, readonly lines: ReadonlyArray<{ readonly text: string }>, readonly boxes: ReadonlyArray<ReadonlyArray<{ readonly x: number, readonly y: number }>> } | null, readonly image: { readonly id: string, readonly imageId: string, readonly sizeBytes: number, readonly takenAt: string | null, readonly takenAtOffsetMinutes: number | null, readonly takenAtSource: TakenAtSource | null, readonly camera: string | null, readonly tags: ReadonlyArray<string>, readonly mimeType: string, readonly width: number, readonly height: number, readonly original: string, readonly at160: string, readonly thumbnail: string, readonly at480: string, readonly thumbnail2x: string, readonly at960: string, readonly large: string, readonly larger: string, readonly high: string, readonly high2x: string, readonly tall: string, readonly tall2x: string, readonly wide: string, readonly wide2x: string } };

export type ChosenFragment = { readonly id: string, readonly imageId: string, readonly sizeBytes: number, readonly tags: ReadonlyArray<string> };

export type ChooseQueryVariables = Exact<{
  collection: string;
  filter?: ImageFilter | null | undefined;
  orderBy: ImageOrder;
  first: number;
  offset: number;
}>;


export type ChooseQuery = { readonly collection: { readonly id: string, readonly imagesConnection: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly imageId: string, readonly sizeBytes: number, readonly tags: ReadonlyArray<string> } }> } } | null };

export type ChooseFoundQueryVariables = Exact<{
  query: SearchQuery;
  collection?: string | null | undefined;
  everywhere: boolean;
  filter?: ImageFilter | null | undefined;
  datesInWords: boolean;
  collapse: boolean;
  match: SearchMatch;
  timeZone?: string | null | undefined;
}>;


export type ChooseFoundQuery = { readonly search: { readonly edges: ReadonlyArray<{ readonly node: { readonly collection: string, readonly image: { readonly id: string, readonly imageId: string, readonly sizeBytes: number, readonly tags: ReadonlyArray<string> } } }> } };

export type PathsQueryVariables = Exact<{
  ids: ReadonlyArray<string> | string;
}>;


export type PathsQuery = { readonly nodes: ReadonlyArray<
    | { readonly id: string }
    | { readonly originalPath: string | null, readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
   | null> };

export type UsedTagsQueryVariables = Exact<{
  collection: string;
}>;


export type UsedTagsQuery = { readonly facets: ReadonlyArray<{ readonly values: ReadonlyArray<{ readonly value: string, readonly count: number }> }> };

export type ChangeTagsMutationVariables = Exact<{
  collection: string;
  changes: ReadonlyArray<ImageAttributesChange> | ImageAttributesChange;
}>;


export type ChangeTagsMutation = { readonly setImageAttributes: ReadonlyArray<{ readonly imageId: string, readonly status: AttributeChangeStatus, readonly message: string | null, readonly image: { readonly id: string, readonly tags: ReadonlyArray<string> } | null }> };

export type SimilarToQueryVariables = Exact<{
  collection?: string | null | undefined;
  imageId: string;
}>;


export type SimilarToQuery = { readonly image: { readonly id: string, readonly imageId: string, readonly mimeType: string, readonly width: number, readonly height: number, readonly at160: string, readonly thumbnail: string, readonly at480: string, readonly thumbnail2x: string, readonly at960: string, readonly large: string, readonly larger: string, readonly high: string, readonly high2x: string, readonly tall: string, readonly tall2x: string, readonly wide: string, readonly wide2x: string } | null };

export type PictureFragment = { readonly id: string, readonly imageId: string, readonly sizeBytes: number, readonly takenAt: string | null, readonly takenAtOffsetMinutes: number | null, readonly takenAtSource: TakenAtSource | null, readonly camera: string | null, readonly tags: ReadonlyArray<string>, readonly mimeType: string, readonly width: number, readonly height: number, readonly original: string, readonly at160: string, readonly thumbnail: string, readonly at480: string, readonly thumbnail2x: string, readonly at960: string, readonly large: string, readonly larger: string, readonly high: string, readonly high2x: string, readonly tall: string, readonly tall2x: string, readonly wide: string, readonly wide2x: string };

export type BrowseQueryVariables = Exact<{
  collection: string;
  filter?: ImageFilter | null | undefined;
  orderBy: ImageOrder;
  first: number;
  offset: number;
}>;


export type BrowseQuery = { readonly collection: { readonly id: string, readonly imagesConnection: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly imageId: string, readonly sizeBytes: number, readonly takenAt: string | null, readonly takenAtOffsetMinutes: number | null, readonly takenAtSource: TakenAtSource | null, readonly camera: string | null, readonly tags: ReadonlyArray<string>, readonly mimeType: string, readonly width: number, readonly height: number, readonly original: string, readonly at160: string, readonly thumbnail: string, readonly at480: string, readonly thumbnail2x: string, readonly at960: string, readonly large: string, readonly larger: string, readonly high: string, readonly high2x: string, readonly tall: string, readonly tall2x: string, readonly wide: string, readonly wide2x: string } }> } } | null };

export type RecentQueryVariables = Exact<{
  collection: string;
  first: number;
}>;


export type RecentQuery = { readonly collection: { readonly id: string, readonly images: ReadonlyArray<{ readonly id: string, readonly imageId: string, readonly mimeType: string, readonly width: number, readonly height: number, readonly at160: string, readonly thumbnail: string, readonly at480: string, readonly thumbnail2x: string, readonly tall: string, readonly tall2x: string, readonly wide: string, readonly wide2x: string }> } | null };

export type HomeCollectionsQueryVariables = Exact<{
  first: number;
}>;


export type HomeCollectionsQuery = { readonly collectionsConnection: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly imageCount: number, readonly covers: ReadonlyArray<{ readonly id: string, readonly mimeType: string, readonly width: number, readonly height: number, readonly at160: string, readonly thumbnail: string, readonly at480: string, readonly thumbnail2x: string, readonly tall: string, readonly tall2x: string, readonly wide: string, readonly wide2x: string }> } }> } };

export type LastLoadsQueryVariables = Exact<{ [key: string]: never; }>;


export type LastLoadsQuery = { readonly loadJobs: ReadonlyArray<{ readonly id: string, readonly kind: JobKind, readonly collection: string, readonly finishedAt: string | null }> };

export type FitsQueryVariables = Exact<{
  text: string;
  collection: string;
}>;


export type FitsQuery = { readonly search: { readonly edges: ReadonlyArray<{ readonly node: { readonly isRelevant: boolean | null } }> } };

export type TagsQueryVariables = Exact<{
  collection: string;
}>;


export type TagsQuery = { readonly facets: ReadonlyArray<{ readonly values: ReadonlyArray<{ readonly value: string }> }> };

export type MatchingCountQueryVariables = Exact<{
  collection: string;
  filter: ImageFilter;
}>;


export type MatchingCountQuery = { readonly collection: { readonly id: string, readonly matchingCount: number } | null };

export type FacetsQueryVariables = Exact<{
  collection: string;
  folder: string;
  forTypes?: ImageFilter | null | undefined;
  forCameras?: ImageFilter | null | undefined;
  forFolders?: ImageFilter | null | undefined;
  forTags?: ImageFilter | null | undefined;
}>;


export type FacetsQuery = { readonly types: ReadonlyArray<{ readonly values: ReadonlyArray<{ readonly value: string, readonly count: number }> }>, readonly cameras: ReadonlyArray<{ readonly values: ReadonlyArray<{ readonly value: string, readonly count: number }> }>, readonly tags: ReadonlyArray<{ readonly values: ReadonlyArray<{ readonly value: string, readonly count: number }> }>, readonly folders: ReadonlyArray<{ readonly values: ReadonlyArray<{ readonly value: string, readonly count: number }> }> };

export type MonthsQueryVariables = Exact<{
  collection: string;
  filter?: ImageFilter | null | undefined;
}>;


export type MonthsQuery = { readonly facets: ReadonlyArray<{ readonly values: ReadonlyArray<{ readonly value: string, readonly count: number }> }> };

export type LoadFragment = { readonly id: string, readonly collection: string, readonly directory: string, readonly isUpload: boolean, readonly status: LoadStatus, readonly total: number | null, readonly processed: number, readonly loaded: number, readonly skipped: number, readonly failed: number, readonly keptOut: number, readonly replaced: number, readonly removed: number, readonly missing: number, readonly unreadFolders: number, readonly imagesPerSecond: number | null, readonly ignored: { readonly total: number, readonly notPicture: number, readonly junk: number, readonly excluded: number, readonly link: number, readonly unreadable: number, readonly unsettled: number }, readonly error: { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } | null, readonly failures: ReadonlyArray<{ readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null }> };

export type WatchedFragment = { readonly id: string, readonly watch: { readonly state: WatchState, readonly problem: string | null } | null };

export type WatchSourceMutationVariables = Exact<{
  source: string;
  on: boolean;
}>;


export type WatchSourceMutation = { readonly watchSource: { readonly id: string, readonly watch: { readonly state: WatchState, readonly problem: string | null } | null } };

export type RemoveSourceMutationVariables = Exact<{
  source: string;
  expectedCount: number;
}>;


export type RemoveSourceMutation = { readonly removeSource: number };

export type RetryFailuresMutationVariables = Exact<{
  load: string;
}>;


export type RetryFailuresMutation = { readonly retryFailures: { readonly id: string } };

export type LoadAgainMutationVariables = Exact<{
  source: string;
}>;


export type LoadAgainMutation = { readonly loadAgain: { readonly id: string, readonly kind: JobKind, readonly collection: string, readonly directory: string, readonly isUpload: boolean, readonly status: LoadStatus, readonly total: number | null, readonly processed: number, readonly loaded: number, readonly skipped: number, readonly failed: number, readonly keptOut: number, readonly replaced: number, readonly removed: number, readonly missing: number, readonly unreadFolders: number, readonly imagesPerSecond: number | null, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } | null } };

export type ChangeFragment = { readonly id: string, readonly kind: JobKind, readonly model: string | null, readonly status: LoadStatus, readonly total: number | null, readonly processed: number, readonly failed: number, readonly imagesPerSecond: number | null, readonly error: { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } | null, readonly failures: ReadonlyArray<{ readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null }> };

export type ModelChangeQueryVariables = Exact<{
  collection: string;
}>;


export type ModelChangeQuery = { readonly models: ReadonlyArray<{ readonly name: string, readonly isInstalled: boolean, readonly problem: string | null }>, readonly collection: { readonly id: string, readonly model: string, readonly spaces: ReadonlyArray<{ readonly model: string, readonly imageCount: number, readonly missingCount: number, readonly isActive: boolean }> } | null, readonly loadJobs: ReadonlyArray<{ readonly id: string, readonly kind: JobKind, readonly model: string | null, readonly status: LoadStatus, readonly total: number | null, readonly processed: number, readonly failed: number, readonly imagesPerSecond: number | null, readonly error: { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } | null, readonly failures: ReadonlyArray<{ readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null }> }> };

export type ChangeModelMutationVariables = Exact<{
  collection: string;
  model: string;
  hideUnreadable: boolean;
}>;


export type ChangeModelMutation = { readonly reencodeCollection: { readonly id: string, readonly kind: JobKind, readonly model: string | null, readonly status: LoadStatus, readonly total: number | null, readonly processed: number, readonly failed: number, readonly imagesPerSecond: number | null, readonly error: { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } | null, readonly failures: ReadonlyArray<{ readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null }> } };

export type CancelChangeMutationVariables = Exact<{
  id: string;
}>;


export type CancelChangeMutation = { readonly cancelLoad: { readonly id: string, readonly kind: JobKind, readonly model: string | null, readonly status: LoadStatus, readonly total: number | null, readonly processed: number, readonly failed: number, readonly imagesPerSecond: number | null, readonly error: { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } | null, readonly failures: ReadonlyArray<{ readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null }> } };

export type DropSpaceMutationVariables = Exact<{
  collection: string;
  model: string;
}>;


export type DropSpaceMutation = { readonly dropSpace: { readonly id: string } };

export type RecentLoadsQueryVariables = Exact<{ [key: string]: never; }>;


export type RecentLoadsQuery = { readonly loadJobs: ReadonlyArray<{ readonly id: string, readonly kind: JobKind, readonly status: LoadStatus }> };

export type LoadStateQueryVariables = Exact<{
  id: string;
}>;


export type LoadStateQuery = { readonly loadJob: { readonly id: string, readonly collection: string, readonly directory: string, readonly isUpload: boolean, readonly status: LoadStatus, readonly total: number | null, readonly processed: number, readonly loaded: number, readonly skipped: number, readonly failed: number, readonly keptOut: number, readonly replaced: number, readonly removed: number, readonly missing: number, readonly unreadFolders: number, readonly imagesPerSecond: number | null, readonly ignored: { readonly total: number, readonly notPicture: number, readonly junk: number, readonly excluded: number, readonly link: number, readonly unreadable: number, readonly unsettled: number }, readonly error: { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } | null, readonly failures: ReadonlyArray<{ readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null }> } | null };

export type LoadProgressSubscriptionVariables = Exact<{
  id: string;
}>;


export type LoadProgressSubscription = { readonly loadProgress: { readonly id: string, readonly collection: string, readonly directory: string, readonly isUpload: boolean, readonly status: LoadStatus, readonly total: number | null, readonly processed: number, readonly loaded: number, readonly skipped: number, readonly failed: number, readonly keptOut: number, readonly replaced: number, readonly removed: number, readonly missing: number, readonly unreadFolders: number, readonly imagesPerSecond: number | null, readonly ignored: { readonly total: number, readonly notPicture: number, readonly junk: number, readonly excluded: number, readonly link: number, readonly unreadable: number, readonly unsettled: number }, readonly error: { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } | null, readonly failures: ReadonlyArray<{ readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null }> } };

export type FoldersQueryVariables = Exact<{
  path?: string | null | undefined;
}>;


export type FoldersQuery = { readonly folders: { readonly path: string | null, readonly parent: string | null, readonly pictureCount: number, readonly truncated: boolean, readonly folders: ReadonlyArray<{ readonly name: string, readonly path: string }> } };

export type LoadLineFragment = { readonly id: string, readonly kind: JobKind, readonly collection: string, readonly directory: string, readonly isUpload: boolean, readonly status: LoadStatus, readonly total: number | null, readonly processed: number, readonly loaded: number, readonly skipped: number, readonly failed: number, readonly keptOut: number, readonly replaced: number, readonly removed: number, readonly missing: number, readonly unreadFolders: number, readonly imagesPerSecond: number | null, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } | null };

export type FailureFragment = { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null };

export type AllSourcesQueryVariables = Exact<{ [key: string]: never; }>;


export type AllSourcesQuery = { readonly collections: ReadonlyArray<{ readonly id: string, readonly name: string, readonly sources: ReadonlyArray<{ readonly id: string, readonly directory: string, readonly state: SourceState, readonly imageCount: number, readonly lastLoad: { readonly id: string, readonly kind: JobKind, readonly collection: string, readonly directory: string, readonly isUpload: boolean, readonly status: LoadStatus, readonly total: number | null, readonly processed: number, readonly loaded: number, readonly skipped: number, readonly failed: number, readonly keptOut: number, readonly replaced: number, readonly removed: number, readonly missing: number, readonly unreadFolders: number, readonly imagesPerSecond: number | null, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } | null } | null, readonly watch: { readonly state: WatchState, readonly problem: string | null } | null }> }> };

export type NewestLoadsQueryVariables = Exact<{
  collection?: string | null | undefined;
  first: number;
}>;


export type NewestLoadsQuery = { readonly loadJobs: ReadonlyArray<{ readonly id: string, readonly kind: JobKind, readonly collection: string, readonly directory: string, readonly isUpload: boolean, readonly status: LoadStatus, readonly total: number | null, readonly processed: number, readonly loaded: number, readonly skipped: number, readonly failed: number, readonly keptOut: number, readonly replaced: number, readonly removed: number, readonly missing: number, readonly unreadFolders: number, readonly imagesPerSecond: number | null, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } | null }> };

export type LoadFailuresQueryVariables = Exact<{
  id: string;
  first: number;
  offset: number;
}>;


export type LoadFailuresQuery = { readonly loadJob: { readonly id: string, readonly failures: ReadonlyArray<{ readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null }> } | null };

export type PictureCountQueryVariables = Exact<{
  path: string;
}>;


export type PictureCountQuery = { readonly folders: { readonly path: string | null, readonly picturesInAll: { readonly count: number, readonly videos: number, readonly others: number, readonly sizeBytes: number | null, readonly isComplete: boolean } } };

export type OwnFragment = { readonly id: string, readonly tags: ReadonlyArray<string>, readonly attributes: ReadonlyArray<{ readonly name: string, readonly kind: AttributeKind, readonly string: string | null, readonly number: number | null, readonly boolean: boolean | null, readonly date: string | null }> };

export type PictureExifQueryVariables = Exact<{
  collection: string;
  imageId: string;
}>;


export type PictureExifQuery = { readonly image: { readonly id: string, readonly exif: ReadonlyArray<{ readonly group: ExifGroup, readonly name: string, readonly value: string }> | null } | null };

export type TagNamesQueryVariables = Exact<{
  collection: string;
}>;


export type TagNamesQuery = { readonly facets: ReadonlyArray<{ readonly values: ReadonlyArray<{ readonly value: string, readonly count: number }> }> };

export type ChangePictureTagsMutationVariables = Exact<{
  collection: string;
  change: ImageAttributesChange;
}>;


export type ChangePictureTagsMutation = { readonly setImageAttributes: ReadonlyArray<{ readonly status: AttributeChangeStatus, readonly message: string | null, readonly image: { readonly id: string, readonly tags: ReadonlyArray<string>, readonly attributes: ReadonlyArray<{ readonly name: string, readonly kind: AttributeKind, readonly string: string | null, readonly number: number | null, readonly boolean: boolean | null, readonly date: string | null }> } | null }> };

export type PicturePositionQueryVariables = Exact<{
  collection: string;
  id: string;
  filter?: ImageFilter | null | undefined;
  orderBy: ImageOrder;
}>;


export type PicturePositionQuery = { readonly collection: { readonly id: string, readonly imagePosition: number | null } | null };

export type OnePictureQueryVariables = Exact<{
  id: string;
}>;


export type OnePictureQuery = { readonly node:
    | { readonly id: string }
    | { readonly id: string, readonly imageId: string, readonly sizeBytes: number, readonly takenAt: string | null, readonly takenAtOffsetMinutes: number | null, readonly takenAtSource: TakenAtSource | null, readonly camera: string | null, readonly tags: ReadonlyArray<string>, readonly mimeType: string, readonly width: number, readonly height: number, readonly original: string, readonly at160: string, readonly thumbnail: string, readonly at480: string, readonly thumbnail2x: string, readonly at960: string, readonly large: string, readonly larger: string, readonly high: string, readonly high2x: string, readonly tall: string, readonly tall2x: string, readonly wide: string, readonly wide2x: string, readonly collectionNode: { readonly id: string, readonly name: string } | null }
    | { readonly id: string }
    | { readonly id: string }
   | null };

export type PictureDetailsQueryVariables = Exact<{
  collection: string;
  imageId: string;
}>;


export type PictureDetailsQuery = { readonly image: { readonly id: string, readonly originalAvailable: boolean | null, readonly originalPath: string | null, readonly downloadUrl: string, readonly lens: string | null, readonly tags: ReadonlyArray<string>, readonly place: { readonly latitude: number, readonly longitude: number } | null, readonly words: ReadonlyArray<{ readonly text: string, readonly box: ReadonlyArray<{ readonly x: number, readonly y: number }> }>, readonly attributes: ReadonlyArray<{ readonly name: string, readonly kind: AttributeKind, readonly string: string | null, readonly number: number | null, readonly boolean: boolean | null, readonly date: string | null }> } | null };

export type LoadFolderMutationVariables = Exact<{
  collection: string;
  directory: string;
}>;


export type LoadFolderMutation = { readonly loadCollection: { readonly id: string, readonly collection: string, readonly directory: string, readonly isUpload: boolean, readonly status: LoadStatus, readonly total: number | null, readonly processed: number, readonly loaded: number, readonly skipped: number, readonly failed: number, readonly keptOut: number, readonly replaced: number, readonly removed: number, readonly missing: number, readonly unreadFolders: number, readonly imagesPerSecond: number | null, readonly ignored: { readonly total: number, readonly notPicture: number, readonly junk: number, readonly excluded: number, readonly link: number, readonly unreadable: number, readonly unsettled: number }, readonly error: { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } | null, readonly failures: ReadonlyArray<{ readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null }> } };

export type ResolveMissingMutationVariables = Exact<{
  collection: string;
  directory: string;
  action: MissingAction;
}>;


export type ResolveMissingMutation = { readonly resolveMissing: number };

export type CancelLoadMutationVariables = Exact<{
  id: string;
}>;


export type CancelLoadMutation = { readonly cancelLoad: { readonly id: string, readonly collection: string, readonly directory: string, readonly isUpload: boolean, readonly status: LoadStatus, readonly total: number | null, readonly processed: number, readonly loaded: number, readonly skipped: number, readonly failed: number, readonly keptOut: number, readonly replaced: number, readonly removed: number, readonly missing: number, readonly unreadFolders: number, readonly imagesPerSecond: number | null, readonly ignored: { readonly total: number, readonly notPicture: number, readonly junk: number, readonly excluded: number, readonly link: number, readonly unreadable: number, readonly unsettled: number }, readonly error: { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } | null, readonly failures: ReadonlyArray<{ readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null }> } };

export type CreateUploadMutationVariables = Exact<{
  collection: string;
}>;


export type CreateUploadMutation = { readonly createUpload: { readonly id: string, readonly url: string } };

export type LoadUploadMutationVariables = Exact<{
  id: string;
  collection: string;
}>;


export type LoadUploadMutation = { readonly loadUpload: { readonly id: string, readonly collection: string, readonly directory: string, readonly isUpload: boolean, readonly status: LoadStatus, readonly total: number | null, readonly processed: number, readonly loaded: number, readonly skipped: number, readonly failed: number, readonly keptOut: number, readonly replaced: number, readonly removed: number, readonly missing: number, readonly unreadFolders: number, readonly imagesPerSecond: number | null, readonly ignored: { readonly total: number, readonly notPicture: number, readonly junk: number, readonly excluded: number, readonly link: number, readonly unreadable: number, readonly unsettled: number }, readonly error: { readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null } | null, readonly failures: ReadonlyArray<{ readonly item: string, readonly code: string, readonly message: string, readonly detail: { readonly key: string, readonly params: ReadonlyArray<{ readonly name: string, readonly value: string }> } | null }> } };

export type DiscardUploadMutationVariables = Exact<{
  id: string;
}>;


export type DiscardUploadMutation = { readonly discardUpload: boolean };

export type CreateCollectionMutationVariables = Exact<{
  name: string;
}>;


export type CreateCollectionMutation = { readonly createCollection: { readonly id: string } };

export type RenameCollectionMutationVariables = Exact<{
  name: string;
  newName: string;
}>;


export type RenameCollectionMutation = { readonly renameCollection: { readonly id: string, readonly name: string } };

export type DropCollectionMutationVariables = Exact<{
  name: string;
}>;


export type DropCollectionMutation = { readonly dropCollection: boolean };

export type DeleteImagesMutationVariables = Exact<{
  collection: string;
  imageIds: ReadonlyArray<string> | string;
  keepOut: boolean;
}>;


export type DeleteImagesMutation = { readonly deleteImages: number };

export type AllowImagesMutationVariables = Exact<{
  collection: string;
  imageIds: ReadonlyArray<string> | string;
}>;


export type AllowImagesMutation = { readonly allowImages: number };

export type KeptOutQueryVariables = Exact<{
  collection: string;
  after?: string | null | undefined;
}>;


export type KeptOutQuery = { readonly collection: { readonly id: string, readonly keptOutImages: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly imageId: string, readonly keptOutAt: string } }> } } | null };

export type DuplicateStateFragment = { readonly status: DuplicateSearchStatus, readonly done: number | null, readonly finishedAt: string | null, readonly imageCount: number | null, readonly newImageCount: number, readonly error: { readonly code: string, readonly message: string } | null };

export type DuplicatesQueryVariables = Exact<{
  collection: string;
  after?: string | null | undefined;
}>;


export type DuplicatesQuery = { readonly duplicates: { readonly totalCount: number, readonly spareBytes: number, readonly search: { readonly status: DuplicateSearchStatus, readonly done: number | null, readonly finishedAt: string | null, readonly imageCount: number | null, readonly newImageCount: number, readonly error: { readonly code: string, readonly message: string } | null }, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly imageCount: number, readonly images: ReadonlyArray<{ readonly kind: DuplicateKind, readonly similarity: number, readonly image: { readonly id: string, readonly imageId: string, readonly sizeBytes: number, readonly takenAt: string | null, readonly takenAtOffsetMinutes: number | null, readonly takenAtSource: TakenAtSource | null, readonly mimeType: string, readonly width: number, readonly height: number, readonly at160: string, readonly thumbnail: string, readonly at480: string, readonly thumbnail2x: string, readonly at960: string, readonly large: string, readonly larger: string, readonly high: string, readonly high2x: string, readonly tall: string, readonly tall2x: string, readonly wide: string, readonly wide2x: string } }> } }> } };

export type DuplicateProgressQueryVariables = Exact<{
  collection: string;
}>;


export type DuplicateProgressQuery = { readonly duplicates: { readonly search: { readonly status: DuplicateSearchStatus, readonly done: number | null, readonly finishedAt: string | null, readonly imageCount: number | null, readonly newImageCount: number, readonly error: { readonly code: string, readonly message: string } | null } } };

export type FindDuplicatesMutationVariables = Exact<{
  collection: string;
}>;


export type FindDuplicatesMutation = { readonly findDuplicates: { readonly status: DuplicateSearchStatus, readonly done: number | null, readonly finishedAt: string | null, readonly imageCount: number | null, readonly newImageCount: number, readonly error: { readonly code: string, readonly message: string } | null } };

export type CancelFindDuplicatesMutationVariables = Exact<{
  collection: string;
}>;


export type CancelFindDuplicatesMutation = { readonly cancelFindDuplicates: { readonly status: DuplicateSearchStatus, readonly done: number | null, readonly finishedAt: string | null, readonly imageCount: number | null, readonly newImageCount: number, readonly error: { readonly code: string, readonly message: string } | null } };

export type KeyFragment = { readonly id: string, readonly name: string, readonly kind: KeyKind, readonly role: Role, readonly collections: ReadonlyArray<string> | null, readonly prefix: string | null, readonly createdAt: string, readonly lastUsedAt: string | null, readonly expiresAt: string | null };

export type KeysQueryVariables = Exact<{ [key: string]: never; }>;


export type KeysQuery = { readonly keys: ReadonlyArray<{ readonly revokedAt: string | null, readonly id: string, readonly name: string, readonly kind: KeyKind, readonly role: Role, readonly collections: ReadonlyArray<string> | null, readonly prefix: string | null, readonly createdAt: string, readonly lastUsedAt: string | null, readonly expiresAt: string | null }> };

export type CreateKeyMutationVariables = Exact<{
  name: string;
  role: Role;
  collections?: ReadonlyArray<string> | string | null | undefined;
  expiresAt?: string | null | undefined;
  password?: string | null | undefined;
}>;


export type CreateKeyMutation = { readonly createKey: { readonly secret: string | null, readonly key: { readonly id: string, readonly name: string, readonly kind: KeyKind, readonly role: Role, readonly collections: ReadonlyArray<string> | null, readonly prefix: string | null, readonly createdAt: string, readonly lastUsedAt: string | null, readonly expiresAt: string | null } } };

export type RotateKeyMutationVariables = Exact<{
  id: string;
  password?: string | null | undefined;
}>;


export type RotateKeyMutation = { readonly rotateKey: { readonly secret: string | null, readonly key: { readonly id: string, readonly name: string, readonly kind: KeyKind, readonly role: Role, readonly collections: ReadonlyArray<string> | null, readonly prefix: string | null, readonly createdAt: string, readonly lastUsedAt: string | null, readonly expiresAt: string | null } } };

export type RevokeKeyMutationVariables = Exact<{
  id: string;
}>;


export type RevokeKeyMutation = { readonly revokeKey: { readonly id: string, readonly revokedAt: string | null } };

export type AuditLogQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type AuditLogQuery = { readonly auditLog: { readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly at: string, readonly who: string | null, readonly action: string, readonly target: string | null, readonly outcome: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

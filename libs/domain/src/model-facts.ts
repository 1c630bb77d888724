/** Recall in percent: the share of texts whose picture is among the first 1, 5 and 10 results. */
export type PublishedRecall = readonly [at1: number, at5: number, at10: number];

/** Recall of Chinese texts by dataset. Values of two datasets cannot be compared. */
export interface PublishedRecalls {
  readonly flickr30kCn?: PublishedRecall;
  readonly cocoCn?: PublishedRecall;
  readonly muge?: PublishedRecall;
  readonly xm3600Zh?: PublishedRecall;
}

/** How fast a model is on this machine. */
export interface ModelSpeed {
  /** Prepared pictures that the image tower encodes in a second; decoding is not counted. */
  readonly imagesPerSecond: number;
  /** Milliseconds that one short text needs. */
  readonly textMs: number;
}

/** A model that is installed, or that the catalogue offers. */
export interface ListedModel {
  readonly name: string;
  /** Null for a model without a title of its own. */
  readonly title: { readonly zh: string; readonly en: string } | null;
  /** ISO 639 codes of the languages of texts, `mul` for many languages; empty: unknown. */
  readonly languages: readonly string[];
  /** false: the model is only in the catalogue. */
  readonly installed: boolean;
  readonly shipped: boolean;
  /** New collections get this model at the next start. */
  readonly inUse: boolean;
  readonly space: string | null;
  readonly dimension: number | null;
  /** Size on disk; for a model that is not installed, the approximate size in fp32. */
  readonly sizeBytes: number | null;
  /** The approximate memory of both towers: the size of their weights. */
  readonly memoryBytes: number | null;
  readonly license: string | null;
  /**
   * Where the files were downloaded from, with the commit: `hf:OWNER/NAME@COMMIT`; null: unknown, or not downloaded.
   */
  readonly origin: string | null;
  /** Published values for the original model: zero-shot, text to image. */
  readonly recall: PublishedRecalls | null;
  /** The page that publishes `recall`; null: no recall. */
  readonly recallSource: string | null;
  /** Measured on this machine; null until then. */
  readonly speed: ModelSpeed | null;
  /** How to get a model that is not installed. */
  readonly install: string | null;
  /** Why an installed model cannot be used; null when it can. */
  readonly problem: string | null;
}

/** The model of the catalogue that suits a machine best. */
export interface ModelRecommendation {
  readonly model: ListedModel;
  readonly machine: Machine;
  /** What a model of higher recall would need more of; null: this one has the highest recall. */
  readonly limitedBy: 'MEMORY' | 'CORES' | null;
}

export interface Machine {
  /** Memory that this process may use. */
  readonly memoryBytes: number;
  readonly cores: number;
  /** Models run on a GPU, so `cores` limits nothing. */
  readonly hasGpu: boolean;
}

/** Whether the text tower of a model is in memory. */
export type TowerState = 'OPEN' | 'OPENING' | 'CLOSED' | 'NOT_INSTALLED';

/** Changes the installed models of a data folder. */
export interface ModelAdmin {
  /**
   * @throws NotFoundError; ConflictError for a shipped model, for the model in use, and while a collection needs it
   */
  remove(name: string): Promise<void>;
  /**
   * Chooses the model of new collections for the next start.
   * @throws NotFoundError; InvalidInputError when a file is damaged; ConflictError when WENTU_MODEL is set
   */
  use(name: string): Promise<void>;
}

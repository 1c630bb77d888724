/** What a server says of itself. */
export interface ServerFacts {
  readonly version: string;
  readonly model: string;
  /** What chose the model. */
  readonly modelSource: string;
  readonly dimension: number;
  readonly executionProvider: string;
  readonly executionProviderReason: string;
  /** Below this cosine a picture is hardly what a text means; null until it has been measured. */
  readonly similarityFloor: number | null;
  readonly maxUploadBytes: number;
  readonly maxTextLength: number;
  readonly vectorStore: string;
  /** What searches the indexes: milvus, usearch, or scan where usearch has no binary. */
  readonly indexEngine: string;
  readonly metadataStore: string;
}

export class ServerCases {
  constructor(private readonly facts: () => ServerFacts) {}

  async info(): Promise<ServerFacts> {
    return this.facts();
  }
}

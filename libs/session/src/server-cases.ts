import type { ExecutionProvider } from '@wentu/domain';

/** What a server says of itself. */
export interface ServerFacts {
  readonly version: string;
  readonly model: string;
  /** What chose the model. */
  readonly modelSource: string;
  readonly dimension: number;
  readonly executionProvider: ExecutionProvider['name'];
  readonly executionProviderReason: string;
  /** Below this cosine a picture is hardly what a text means; null until it has been measured. */
  readonly similarityFloor: number | null;
  readonly maxUploadBytes: number;
  readonly maxTextLength: number;
  readonly vectorStore: 'embedded' | 'milvus';
  readonly metadataStore: 'sqlite' | 'mysql';
}

export class ServerCases {
  constructor(private readonly facts: () => ServerFacts) {}

  async info(): Promise<ServerFacts> {
    return this.facts();
  }
}

import type { ExecutionProvider } from '@wentu/domain';

/** Facts about the server. */
export interface ServerFacts {
  readonly version: string;
  readonly model: string;
  /** The setting or file that selected the model. */
  readonly modelSource: string;
  readonly dimension: number;
  readonly executionProvider: ExecutionProvider['name'];
  readonly executionProviderReason: string;
  /** Below this cosine similarity, an image hardly matches a text; null until it has been measured. */
  readonly similarityFloor: number | null;
  readonly maxUploadBytes: number;
  readonly maxTextLength: number;
  readonly vectorStore: 'embedded' | 'milvus';
  /** The engine of searches: a server, usearch in this process, or plain scans where usearch has no binary. */
  readonly indexEngine: 'milvus' | 'usearch' | 'scan';
  readonly metadataStore: 'sqlite' | 'mysql';
}

export class ServerCases {
  constructor(private readonly facts: () => Promise<ServerFacts>) {}

  async info(): Promise<ServerFacts> {
    return await this.facts();
  }

  /** Resolves for those who may read the metrics of the process, which an app has. */
  async checkMetrics(): Promise<void> {
    await Promise.resolve();
  }
}

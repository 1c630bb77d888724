import { IndexMismatchError, InvalidInputError } from '@wentu/domain';
import { pairs } from './milvus-collection';
import { MilvusConnection } from './milvus-connection';
import { milvusSettings, type MilvusStoreOptions } from './milvus-options';

interface Field {
  readonly field_name: string;
  readonly scalars?: { readonly long_data?: { readonly data: readonly string[] } };
  readonly vectors?: { readonly dim: string; readonly float_vector?: { readonly data: readonly number[] } };
}

export interface ForeignCollection {
  readonly collection: string;
  /** The name of an INT64 primary key field. */
  readonly idField: string;
  /** The name of a FLOAT_VECTOR field. */
  readonly vectorField: string;
}

const NAME = /^[A-Za-z_]\w{0,254}$/;
/** An answer with vectors of 4,096 numbers has up to 16 MiB. */
export const MAX_READ_IDS = 1_000;

/**
 * Reads vectors of a collection that Wentu did not create, by the ids of that collection. The ids are strings, because
 * they may have more digits than a double keeps.
 */
export class MilvusVectorReader {
  private isLoaded = false;

  private constructor(
    private readonly connection: MilvusConnection,
    private readonly from: ForeignCollection,
    private readonly timeoutMs: number,
  ) {}

  /** @throws InvalidInputError */
  static open(options: MilvusStoreOptions, from: ForeignCollection): MilvusVectorReader {
    for (const name of Object.values(from) as string[])
      if (!NAME.test(name))
        throw new InvalidInputError(`${JSON.stringify(name)} is not a valid name of a collection or field of Milvus`);
    // After the request to load a collection, the server answers for a while that it is not loaded.
    const settings = milvusSettings({ ...options, maxRetries: 30 });
    return new MilvusVectorReader(new MilvusConnection(settings), from, settings.writeTimeoutMs);
  }

  /** @param ids at most MAX_READ_IDS integers @returns the vectors of the ids that exist */
  async read(ids: readonly string[], signal?: AbortSignal): Promise<Map<string, Float32Array>> {
    const { collection, idField, vectorField } = this.from;
    const bad = ids.find((id) => !/^-?\d{1,19}$/.test(id));
    if (bad !== undefined) throw new InvalidInputError(`${JSON.stringify(bad)} is not an INT64 id`);
    if (ids.length === 0) return new Map();
    const request = {
      collection_name: collection,
      expr: `${idField} in [${ids.join(',')}]`,
      output_fields: [idField, vectorField],
      query_params: pairs({ limit: MAX_READ_IDS }),
      consistency_level: 'Strong',
      use_default_consistency: false,
    };
    const options = { index: collection, timeoutMs: this.timeoutMs, signal };
    if (!this.isLoaded)
      await this.connection.call('LoadCollection', { collection_name: collection, replica_number: 1 }, options);
    this.isLoaded = true;
    const { fields_data: fields } = await this.connection.call<{ fields_data: readonly Field[] }>(
      'Query',
      request,
      options,
    );
    const found = fields.find((field) => field.field_name === idField)?.scalars?.long_data?.data ?? [];
    const vectors = fields.find((field) => field.field_name === vectorField)?.vectors;
    const numbers = vectors?.float_vector?.data;
    if (found.length > 0 && !numbers) {
      throw new IndexMismatchError(
        `field ${vectorField} of the Milvus collection ${collection} is not a FLOAT_VECTOR; give the name of such a field with --vector-field`,
      );
    }
    const dimension = Number(vectors?.dim ?? 0);
    return new Map(
      found.map((id, row) => [
        String(id),
        Float32Array.from(numbers?.slice(row * dimension, (row + 1) * dimension) ?? []),
      ]),
    );
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}

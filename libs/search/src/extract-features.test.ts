import { ItemError, type Dataset, type DatasetEntry, type ImagePreparer, type ModelInfo } from '@wentu/domain';
import { extractImageFeatures, extractTextFeatures } from './extract-features';

const model = { name: 'fake' } as ModelInfo;
const item = (imageId: string): DatasetEntry => ({
  item: `${imageId}.png`,
  imageId,
  read: async () => Buffer.from(imageId),
});

function source(...entries: DatasetEntry[]): Dataset {
  return {
    kind: 'folder',
    directory: '/',
    count: async () => entries.length,
    async *entries() {
      yield* entries;
    },
    close: async () => undefined,
  };
}

/** The picture `broken` cannot be decoded. For `bug`, the preparer throws an error that is a bug. */
const preparer: ImagePreparer = {
  async prepare(bytes) {
    if (String(bytes) === 'broken') throw new ItemError('DECODE_FAILED', 'no picture');
    if (String(bytes) === 'bug') throw new TypeError('bug');
    return { pixels: bytes, mimeType: '', width: 1, height: 1 };
  },
};

async function extract(dataset: Dataset, skip: (id: string) => boolean = () => false): Promise<[string[][], string[]]> {
  const failures: string[] = [];
  const batches: string[][] = [];
  const found = extractImageFeatures({
    dataset,
    preparer,
    encoder: { model, encodeImages: async (images) => images.map((image) => Float32Array.of(image[0] as number)) },
    batchSize: 2,
    decodeConcurrency: 3,
    skip,
    onFailure: (name, { code }) => failures.push(`${name} ${code}`),
  });
  for await (const batch of found)
    batches.push(batch.map(({ imageId, feature }) => `${imageId}${String.fromCharCode(feature[0] as number)}`));
  return [batches, failures];
}

test('features come in batches, in the order of the source, each with its own id', async () => {
  const [batches, failures] = await extract(source(...['a', 'b', 'c', 'd', 'e'].map(item)));
  expect(batches).toEqual([['aa', 'bb'], ['cc', 'dd'], ['ee']]);
  expect(failures).toEqual([]);
});

test('broken entries and pictures are reported, and the others are still encoded', async () => {
  const bad: DatasetEntry = { item: 'x:1', error: new ItemError('BAD_ROW', 'bad') };
  const [batches, failures] = await extract(source(item('a'), bad, item('broken'), item('b')));
  expect(batches).toEqual([['aa', 'bb']]);
  expect(failures).toEqual(['x:1 BAD_ROW', 'broken.png DECODE_FAILED']);
});

test('skipped pictures are not read', async () => {
  const [batches, failures] = await extract(source(item('a'), item('broken'), item('b')), (id) => id !== 'b');
  expect([batches, failures]).toEqual([[['bb']], []]);
});

test('a bug ends the extraction instead of failing one picture', async () => {
  await expect(extract(source(item('a'), item('bug')))).rejects.toThrow(TypeError);
});

test('texts come in batches, each with its feature', async () => {
  async function* texts(): AsyncGenerator<{ text: string }> {
    for (const text of ['一', '二', '三']) yield { text };
  }
  const encodeTexts = async (batch: readonly string[]): Promise<Float32Array[]> =>
    batch.map((text) => Float32Array.of(text.charCodeAt(0)));
  const batches: string[][] = [];
  for await (const batch of extractTextFeatures(texts(), { model, encodeTexts }, 2))
    batches.push(batch.map(({ of, feature }) => of.text + String.fromCharCode(feature[0] as number)));
  expect(batches).toEqual([['一一', '二二'], ['三三']]);
});

import { ItemError } from '@wentu/domain';
import fc from 'fast-check';
import { parseFeatureId, parseFeatureLine } from './feature-line';
import { BadLineError, scanObject } from './json-line';
import { createDatasetOpener } from './open-dataset';
import { all, TempFolder } from './testing/temp-folder';

/** fast-check prints the seed and the smallest failing value. */
const RUNS = Number(process.env['WENTU_FUZZ_RUNS'] ?? 300);
jest.setTimeout(RUNS * 100 + 600_000);

/** Text with a few characters removed, doubled or replaced. */
const damage = (text: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.nat(Math.max(0, text.length - 1)),
        fc.constantFrom('', '"', '\\', ',', '{', '[', ']', ':', '\t', '\u0000', 'é', '1e999'),
      ),
      {
        maxLength: 3,
      },
    )
    .map((changes) => changes.reduce((changed, [at, by]) => changed.slice(0, at) + by + changed.slice(at + 1), text));

test('a line of JSON has the values that JSON.parse finds', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (object, key) => {
      const found = scanObject(JSON.stringify(object), [key, ...Object.keys(object)]);
      for (const [name, value] of Object.entries(object)) {
        const literal = found.get(name);
        // -0 has no form of its own in JSON.
        expect(JSON.stringify(JSON.parse(literal ?? 'null'))).toBe(JSON.stringify(value));
      }
    }),
    { numRuns: RUNS },
  );
});

test('a damaged line is a feature, or an error of this line', () => {
  const line = fc
    .record({ image_id: fc.oneof(fc.string(), fc.bigInt()), feature: fc.array(fc.double(), { maxLength: 6 }) })
    .chain(({ image_id, feature }) =>
      damage(
        `{"image_id": ${typeof image_id === 'bigint' ? image_id : JSON.stringify(image_id)}, "feature": [${feature.join(', ')}]}`,
      ),
    );
  fc.assert(
    fc.property(fc.oneof(line, fc.string({ unit: 'binary' })), (text) => {
      for (const parse of [
        parseFeatureLine,
        parseFeatureId,
        (bytes: Buffer) => scanObject(bytes.toString(), ['image_id']),
      ]) {
        try {
          parse(Buffer.from(text));
        } catch (error) {
          expect(error instanceof ItemError || error instanceof BadLineError).toBe(true);
        }
      }
    }),
    { numRuns: RUNS },
  );
});

test('a file of damaged rows gives one entry or one error a row, and reading them ends', async () => {
  const open = createDatasetOpener({ maxImageBytes: 3_000 });
  const folder = await TempFolder.make();
  const row = fc.oneof(
    fc.tuple(fc.string(), fc.base64String()).chain(([id, data]) => damage(`${id}\t${data}`)),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 8 }), async (rows) => {
        await folder.write('valid_imgs.tsv', rows.join('\n'));
        const dataset = await open(folder.path, {}).catch((error: unknown) => error as { code?: string });
        if (!('entries' in dataset)) {
          expect(dataset.code).toMatch(/^[A-Z_]+$/);
          return;
        }
        for (const entry of await all(dataset)) {
          if (!('read' in entry)) continue;
          await (entry as { read: () => Promise<unknown> }).read().catch((error: unknown) => {
            expect(error).toBeInstanceOf(ItemError);
          });
        }
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
    expect(await folder.openFiles()).toEqual([]);
  } finally {
    await folder.remove();
  }
});

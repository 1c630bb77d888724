import type { ImageOrder } from '@wentu/domain';
import type { FacetField } from '@wentu/session';
import { Option, type Command } from 'commander';
import type { Backend, ImageView } from './backend';
import { addFilterFlags, filterOf, parseOrder, type FilterFlags } from './filter-flags';
import { parseCount } from './parse-count';
import type { Terminal } from './terminal';

const FIELDS: Readonly<Record<Lowercase<FacetField>, FacetField>> = {
  ...{
    year: 'YEAR',
    month: 'MONTH',
    day: 'DAY',
    folder: 'FOLDER',
    camera: 'CAMERA',
    lens: 'LENS',
    type: 'TYPE',
    tag: 'TAG',
  },
};

/** `wentu images` and `wentu facets`. */
export function addImageCommands(
  program: Command,
  { out, words }: Terminal,
  withBackend: (work: (backend: Backend) => Promise<void>) => Promise<void>,
): void {
  const images = program
    .command('images')
    .description(words.images.description)
    .argument('<collection>', words.images.collection)
    .option('--order <order>', words.images.order, parseOrder(words.filter))
    .option('--first <n>', words.images.first, parseCount(words), 100)
    .option('--json', words.asJson);
  addFilterFlags(images, words).action((collection: string, flags: ImagesFlags) =>
    withBackend(async (backend) => {
      const list = { filter: filterOf(flags), order: flags.order ?? null };
      const found: ImageView[] = [];
      if (flags.first > 0)
        for await (const image of backend.images(collection, list)) if (found.push(image) === flags.first) break;
      if (flags.json) return out(JSON.stringify(found, null, 2));
      for (const { imageId, takenAt, sizeBytes } of found)
        out(`${takenAt?.toISOString() ?? '-'}\t${sizeBytes}\t${imageId}`);
    }),
  );

  const facets = program
    .command('facets')
    .description(words.facets.description)
    .argument('<collection>', words.images.collection)
    .addOption(
      new Option('--by <field...>', words.facets.by).choices(Object.keys(FIELDS)).default(['year', 'folder', 'camera']),
    )
    .option('--first <n>', words.facets.first, parseCount(words), 20)
    .option('--json', words.asJson);
  addFilterFlags(facets, words).action((collection: string, flags: FacetsFlags) =>
    withBackend(async (backend) => {
      const found = await backend.facets(collection, {
        filter: filterOf(flags),
        fields: flags.by.map((field) => FIELDS[field]),
        folder: flags.folder ?? '',
        limit: flags.first,
      });
      if (flags.json) return out(JSON.stringify(found, null, 2));
      for (const { field, values, totalCount } of found) {
        out(field.toLowerCase());
        for (const { value, count } of values) out(`  ${value}\t${count}`);
        if (totalCount > values.length) out(`  ${words.andMore(totalCount - values.length)}`);
      }
    }),
  );
}

interface ImagesFlags extends FilterFlags {
  readonly order?: ImageOrder;
  readonly first: number;
  readonly json?: true;
}

interface FacetsFlags extends FilterFlags {
  readonly by: readonly Lowercase<FacetField>[];
  readonly first: number;
  readonly json?: true;
}

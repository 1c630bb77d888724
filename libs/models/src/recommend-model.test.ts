import type { ListedModel, Machine } from '@wentu/domain';
import { recommendModel } from './recommend-model';

const GB = 1e9;
const machine: Machine = { memoryBytes: 64 * GB, cores: 64, hasGpu: false };

function model(name: string, recall: number | null, more: Partial<ListedModel> = {}): ListedModel {
  return {
    ...{ name, title: null, languages: [], installed: false, shipped: false, inUse: false, space: null },
    ...{ dimension: null, sizeBytes: GB, memoryBytes: GB, license: 'MIT', origin: null, recallSource: null },
    recall: recall === null ? null : { flickr30kCn: [recall, 90, 95] },
    ...{ speed: null, install: `wentu model add ${name}`, problem: null, ...more },
  };
}

// minCores of the catalogue: 1, 8 and 20.
const models = [
  model('cn-clip-vit-b-16', 62.7),
  model('cn-clip-vit-l-14', 68, { memoryBytes: 2 * GB }),
  model('cn-clip-vit-l-14-336', 69, { memoryBytes: 2 * GB }),
  model('unpublished', 99, { install: 'export it with tools/export-chinese-clip' }),
  model('broken', 98, { installed: true, install: null, problem: 'no' }),
  model('not-commercial', 97, { license: 'CC-BY-NC-4.0' }),
  model('unknown', null),
];

test.each([
  [{}, 'cn-clip-vit-l-14-336', null],
  [{ cores: 8 }, 'cn-clip-vit-l-14', 'CORES'],
  [{ cores: 2 }, 'cn-clip-vit-b-16', 'CORES'],
  [{ cores: 2, hasGpu: true }, 'cn-clip-vit-l-14-336', null],
  [{ memoryBytes: 4 * GB, hasGpu: true }, 'cn-clip-vit-b-16', 'MEMORY'],
] as const)('a machine with %j gets %s', (has, name, limitedBy) => {
  const found = recommendModel(models, false, { ...machine, ...has });
  expect(found).toMatchObject({ model: { name }, limitedBy });
});

test('an installed model is recommended too, and a small machine gets nothing', () => {
  const installed = model('cn-clip-vit-l-14-336', 69, { installed: true, install: null });
  expect(recommendModel([installed], false, machine)?.model).toBe(installed);
  expect(recommendModel(models, false, { ...machine, memoryBytes: GB })).toBeNull();
});

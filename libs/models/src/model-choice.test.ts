import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addedModels } from '@wentu/data-folder';
import { chooseModel, isModelName, shippedModels, writeChoice } from './model-choice';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-choice-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

async function install(name: string): Promise<string> {
  const folder = join(addedModels(dataDir), name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'wentu-model.json'), '{}');
  return folder;
}

test('WENTU_MODEL comes first, then the chosen model, then the shipped one', async () => {
  const mini = join(shippedModels(), 'wentu-mini');
  expect(await chooseModel({ dataDir, model: null })).toEqual({ folder: mini, from: 'default' });
  const [one, two] = [await install('one'), await install('two')];
  await writeChoice(dataDir, 'one');
  expect(await chooseModel({ dataDir, model: null })).toEqual({ folder: one, from: 'wentu model use' });
  for (const model of ['two', two])
    expect(await chooseModel({ dataDir, model })).toEqual({ folder: two, from: 'WENTU_MODEL' });
  expect(await chooseModel({ dataDir, model: 'wentu-mini' })).toMatchObject({ folder: mini });
});

test('a missing model is an error that says where its name came from', async () => {
  await expect(chooseModel({ dataDir, model: 'nobody' })).rejects.toThrow(/WENTU_MODEL is "nobody".*wentu model list/);
  await expect(chooseModel({ dataDir, model: './nobody' })).rejects.toThrow(
    `${resolve('nobody')} holds no wentu-model.json`,
  );
  for (const chosen of ['gone', '../escape', '']) {
    await writeFile(join(dataDir, 'model'), chosen);
    await expect(chooseModel({ dataDir, model: null })).rejects.toThrow(/is not installed.*wentu model use wentu-mini/);
  }
});

test.each(['', '.', '..', '.hidden', 'a/b', 'a\\b', 'a.', 'a b', 'ä', 'x'.repeat(129)])(
  '%j is not a valid model name',
  (name) => {
    expect(isModelName(name)).toBe(false);
  },
);

import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { inBrowser, launch, openPage } from './browser-harness';
import { TestServer } from './harness';
import { writePhotoLibrary, type LibraryPicture } from './photo-library';
import { picture, writeTree } from './pictures';

jest.setTimeout(900_000);

const COUNT = Number(process.env['WENTU_LIBRARY_PICTURES'] ?? 60);
const SEED = Number(process.env['WENTU_LIBRARY_SEED'] ?? Date.now() % 2 ** 31);
/** A folder for screenshots of each step. */
const SHOTS = process.env['WENTU_LIBRARY_SHOTS'];
const YEAR = new Date().getFullYear() - 1;

inBrowser(`a library of ${COUNT} pictures, by clicks (seed ${SEED})`, () => {
  let server: TestServer;
  let browser: Browser;
  let folder: string;
  let library: LibraryPicture[];
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'wentu-library-')));
    library = await writePhotoLibrary(join(folder, '照片'), COUNT, SEED);
    await writeTree(join(folder, '图画'), { 'circle.png': await picture(1), 'square.png': await picture(2) });
    server = await TestServer.start({ WENTU_LOAD_ROOTS: folder });
    browser = await launch();
    ({ page, complaints } = await openPage(browser, server.address));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const number = (count: number): string => count.toLocaleString('zh-CN');
  const those = (holds: (picture: LibraryPicture) => boolean): number => library.filter(holds).length;
  const button = (name: RegExp | string) => page.getByRole('button', { name, exact: typeof name === 'string' });
  const shot = async (name: string): Promise<void> => {
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}.png`) });
  };
  const labels = async (): Promise<string[]> =>
    await page
      .locator('.grid:not(.grid-stale) button.tile')
      .evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('aria-label') ?? ''));
  const ask = async (text: string): Promise<void> => {
    await page.getByRole('searchbox').fill(text);
    await page.getByRole('searchbox').press('Enter');
  };
  const load = async (path: string, collection: string): Promise<void> => {
    await page.getByRole('navigation').getByRole('button', { name: '导入图片' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('文件夹路径').fill(path);
    await dialog.getByLabel('图库名称').fill(collection);
    await dialog.getByRole('button', { name: '开始导入' }).click();
    await dialog.getByText('导入完成').waitFor();
  };
  /**
   * Waits until the first picture is one of these. A result from before the click stays until the next one is there.
   */
  const untilFirstTile = async (paths: readonly string[]): Promise<unknown> =>
    await page.waitForFunction((given) => {
      const label = document.querySelector('.grid:not(.grid-stale) button.tile')?.getAttribute('aria-label') ?? '';
      return given.some((path) => label.includes(path));
    }, paths);
  const isSummer = ({ taken }: LibraryPicture): boolean =>
    taken.getUTCFullYear() === YEAR && taken.getUTCMonth() >= 5 && taken.getUTCMonth() <= 7;

  test('a folder is loaded, and a text finds its pictures', async () => {
    await page.goto(server.address);
    await load(join(folder, '照片'), '照片');
    await page.getByRole('dialog').getByRole('button', { name: '在「照片」里搜索' }).click();
    await ask('小狗');
    await page.getByText(new RegExp(`^「小狗」最接近的 24 张，共 ${number(COUNT)} 张`)).waitFor();
    const nearest = (await server.search('小狗', '照片', 24)).map(({ image }) => image.imageId);
    expect((await labels()).map((label) => nearest.findIndex((path) => label.includes(path)))).toEqual([
      ...nearest.keys(),
    ]);
    await shot('1-search');
  });

  test('time, camera, folder, tag and place narrow the search to what the files say', async () => {
    const matching = async (count: number): Promise<void> =>
      await page.getByText(new RegExp(`^「小狗」最接近的 .*符合条件的共 ${number(count)} 张`)).waitFor();
    await button('筛选').click();
    await page.getByLabel('开始日期').fill(`${YEAR}-06-01`);
    await page.getByLabel('开始日期').press('Enter');
    await page.getByLabel('结束日期').fill(`${YEAR}-08-31`);
    await page.getByLabel('结束日期').press('Enter');
    await matching(those(isSummer));
    await shot('2-summer');
    await button(new RegExp(`^去掉这个条件: ${YEAR}年6月`)).click();

    const nikon = those(({ camera }) => camera === 'Nikon D750');
    await button(`Nikon D750 ${number(nikon)}`).click();
    await matching(nikon);
    await button(`家人 ${number(those(({ camera, tags }) => camera === 'Nikon D750' && tags.length > 0))}`).click();
    await matching(those(({ camera, tags }) => camera === 'Nikon D750' && tags.length > 0));
    await button('清除筛选').click();

    await button(`截图 ${number(those(({ path }) => path.startsWith('截图/')))}`).click();
    await matching(those(({ path }) => path.startsWith('截图/')));
    await button('清除筛选').click();
    await button(`PNG ${number(those(({ path }) => path.endsWith('.png')))}`).click();
    await matching(those(({ path }) => path.endsWith('.png')));
    await button('清除筛选').click();

    await page.getByLabel('附近').fill('31.23, 121.5, 30');
    await page.getByLabel('附近').press('Enter');
    await matching(those(({ place }) => place === '上海'));
    await shot('3-place');
    await button('清除筛选').click();
    await button('≥ 1000 px').click();
    await matching(those(({ width, height }) => Math.max(width, height) >= 1_000));
    await button('清除筛选').click();
  });

  test('a date in words is understood, and taken off again', async () => {
    await ask('去年夏天的小狗');
    const camera = those((one) => isSummer(one) && one.camera !== null);
    await page.getByText(new RegExp(`^「小狗」最接近的 .*符合条件的共 ${number(camera)} 张`)).waitFor();
    await shot('4-date-in-words');
    await button(new RegExp(`^去年夏天：${YEAR}年6月`)).click();
    await page.getByText(new RegExp(`^「去年夏天的小狗」最接近的 24 张，共 ${number(COUNT)} 张`)).waitFor();
  });

  test('without a text, all pictures are below their months, in the order that is chosen', async () => {
    await page.goto(`${server.address}/?c=${encodeURIComponent('照片')}`);
    await button(`按时间看全部 ${number(COUNT)} 张图片`).click();
    const inMonth = (month: number): number =>
      those(({ taken }) => taken.getUTCFullYear() === YEAR && taken.getUTCMonth() === month);
    for (let month = 0; month < 12; month++)
      if (inMonth(month) > 0) await button(`${YEAR}年${month + 1}月：${number(inMonth(month))} 张`).waitFor();
    await shot('5-timeline');
    const month = [...Array(12).keys()].sort((a, b) => inMonth(b) - inMonth(a))[0] as number;
    await button(`${YEAR}年${month + 1}月：${number(inMonth(month))} 张`).click();
    await page.getByText(`共 ${number(inMonth(month))} 张图片`).waitFor();
    const newest = library.filter(({ taken }) => taken.getUTCFullYear() === YEAR && taken.getUTCMonth() === month);
    const last = Math.max(...newest.map(({ taken }) => taken.getTime()));
    await untilFirstTile(newest.filter(({ taken }) => taken.getTime() === last).map(({ path }) => path));
    await page.getByRole('combobox', { name: '排序' }).selectOption({ label: '名称' });
    await untilFirstTile(
      newest
        .map(({ path }) => path)
        .sort()
        .slice(0, 1),
    );
  });

  test('all collections are searched at once', async () => {
    await load(join(folder, '图画'), '图画');
    await page.goto(`${server.address}/?q=${encodeURIComponent('小狗')}&in=all`);
    await page.getByText(new RegExp(`^「小狗」最接近的 24 张，共 ${number(COUNT + 2)} 张`)).waitFor();
    expect(new Set(await page.locator('.hit-collection').allTextContents())).toContain('照片');
  });

  test('copies are shown once, found in groups, and one of each is kept', async () => {
    await page.goto(`${server.address}/?c=${encodeURIComponent('照片')}&q=${encodeURIComponent('小狗')}`);
    await button('合并重复').click();
    await page
      .getByText(/重复的已合并/)
      .first()
      .waitFor();
    await shot('6-once');
    await page.goto(`${server.address}/?view=collections`);
    await page.getByRole('link', { name: '找重复: 照片' }).click();
    await page.getByRole('button', { name: '开始查找' }).click();
    const copies = those(({ copyOf }) => copyOf !== null);
    await page.getByText(/^共 [\d,]+ 组/).waitFor();
    const { duplicates } = await server.data<{
      duplicates: { edges: { node: { images: { image: { imageId: string } }[] } }[] };
    }>('{ duplicates(collection: "照片", first: 300) { edges { node { images { image { imageId } } } } } }');
    const groups = duplicates.edges.map(({ node }) => node.images.map(({ image }) => image.imageId));
    const together = library.filter(
      ({ path, copyOf }) => copyOf !== null && groups.some((group) => group.includes(path) && group.includes(copyOf)),
    );
    expect(together).toHaveLength(copies);
    await shot('7-duplicates');
    const group = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('radiogroup') })
      .first();
    const [kept] = await group.getByRole('radiogroup').allTextContents();
    await group.getByRole('button', { name: /^移出其余/ }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: '不再收录' }).click();
    await page.waitForFunction(
      (text) => ![...document.querySelectorAll('[role=radiogroup]')].some((one) => one.textContent === text),
      kept,
    );
    await page.getByRole('button', { name: '现在就移出' }).click();
    const keptOut = async (): Promise<number> => {
      const query = '{ collection(name: "照片") { keptOutCount } }';
      return (await server.data<{ collection: { keptOutCount: number } }>(query)).collection.keptOutCount;
    };
    while ((await keptOut()) === 0) await page.waitForTimeout(100);
  });

  test('what was taken out for good does not come back with the next load', async () => {
    const count = async (): Promise<{ imageCount: number; keptOutCount: number }> =>
      (
        await server.data<{ collection: { imageCount: number; keptOutCount: number } }>(
          '{ collection(name: "照片") { imageCount keptOutCount } }',
        )
      ).collection;
    const before = await count();
    expect(before.keptOutCount).toBeGreaterThan(0);
    expect(before.imageCount).toBe(COUNT - before.keptOutCount);
    await page.goto(`${server.address}/?view=collections`);
    await page.getByRole('link', { name: '文件夹: 照片' }).click();
    const list = page.getByRole('region', { name: '文件夹' });
    const source = list.locator('.load-list > li', { hasText: join(folder, '照片') });
    await source.getByRole('button', { name: '再次导入' }).click();
    const last = async (): Promise<{ status: string; keptOut: number }> => {
      const query = '{ loadJobs(collection: "照片", first: 1) { status keptOut } }';
      return (await server.data<{ loadJobs: { status: string; keptOut: number }[] }>(query)).loadJobs[0]!;
    };
    // The load before this one left nothing out.
    for (let state = await last(); state.keptOut === 0 || /QUEUED|RUNNING/.test(state.status); state = await last())
      await page.waitForTimeout(200);
    expect(await last()).toEqual({ status: 'SUCCEEDED', keptOut: before.keptOutCount });
    expect(await count()).toEqual(before);
  });

  test('a watched folder: a saved picture is found, and a moved one is the same', async () => {
    await page.goto(`${server.address}/?view=collections`);
    await page.getByRole('link', { name: '文件夹: 照片' }).click();
    const list = page.getByRole('region', { name: '文件夹' });
    const source = list.locator('.load-list > li', { hasText: join(folder, '照片') });
    await source.getByRole('switch', { name: '自动导入', checked: false }).click();
    await source.getByRole('switch', { name: '自动导入', checked: true }).waitFor();
    const idOf = async (imageId: string): Promise<string | undefined> => {
      const query = 'query ($id: ID!) { image(collection: "照片", imageId: $id) { id } }';
      return (await server.data<{ image: { id: string } | null }>(query, { id: imageId })).image?.id;
    };
    const until = async (holds: () => Promise<boolean>): Promise<void> => {
      for (const end = Date.now() + 240_000; !(await holds());) {
        if (Date.now() > end) {
          const state = await server.data(
            '{ loadJobs(first: 3) { status loaded skipped } collection(name: "照片") { imageCount sources { watch { state problem } } } }',
          );
          throw new Error(`the watch did not notice it: ${JSON.stringify(state)}\n${server.log}`);
        }
        await page.waitForTimeout(200);
      }
    };
    await writeFile(join(folder, '照片', '新的.png'), await picture(9, 200));
    await until(async () => (await idOf('新的.png')) !== undefined);
    const before = await idOf('新的.png');
    await mkdir(join(folder, '照片', '整理'));
    await rename(join(folder, '照片', '新的.png'), join(folder, '照片', '整理', '新的.png'));
    await until(async () => (await idOf('整理/新的.png')) === before);
    await shot('8-watched');
    expect(complaints).toEqual([]);
  });
});

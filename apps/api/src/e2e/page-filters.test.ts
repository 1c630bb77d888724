import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { accessibilityProblems, inBrowser, launch, PageOfSuite } from './browser-harness';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

const q = (text: string): string => encodeURIComponent(text);

async function photo(n: number, taken: string, more: Record<string, Record<string, string>> = {}): Promise<Buffer> {
  return await sharp(await picture(n))
    .withExif({ ...more, IFD2: { DateTimeOriginal: taken } })
    .jpeg()
    .toBuffer();
}

inBrowser('conditions on the page', () => {
  let server: TestServer;
  let browser: Browser;
  let folder: string;
  let page: Page;
  let complaints: string[];
  const kept = new PageOfSuite();
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'wentu-page-filters-')));
    const nikon = { IFD0: { Make: 'NIKON CORPORATION', Model: 'NIKON D750' } };
    const shanghai = {
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '31/1 14/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '121/1 30/1 0/1' },
    };
    await writeTree(join(folder, '照片'), {
      '旅行/july.jpg': await photo(1, '2023:07:15 12:00:00', nikon),
      '旅行/august.jpg': await photo(2, '2023:08:31 23:30:00', shanghai),
      'may.jpg': await photo(3, '2023:05:01 12:00:00', nikon),
      'large.png': await sharp(await picture(4))
        .resize(1_200, 1_200)
        .png()
        .toBuffer(),
    });
    await writeTree(join(folder, '图画'), { 'a.png': await picture(5), 'b.png': await picture(6) });
    server = await TestServer.start({ WENTU_LOAD_ROOTS: folder });
    for (const name of ['照片', '图画']) await server.load(join(folder, name), { collection: name });
    await server.untilMeasured();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    ({ page, complaints } = await kept.open(browser, server.address));
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await kept.leave(page);
  });

  const tiles = () => page.locator('.grid button.tile');
  const untilShown = async (...names: string[]): Promise<void> => {
    await page.waitForFunction((wanted) => {
      const labels = [...document.querySelectorAll('.grid:not(.grid-stale) button.tile')].map(
        (tile) => tile.getAttribute('aria-label') ?? '',
      );
      return labels.length === wanted.length && wanted.every((name) => labels.some((label) => label.includes(name)));
    }, names);
  };
  const toggle = (name: string) => page.getByRole('button', { name, exact: true });
  const button = (name: RegExp | string) => page.getByRole('button', { name });

  test('a date in the text is a chip; without it the text is searched as it is, and the address has the choice', async () => {
    await page.goto(`${server.address}/?c=${q('照片')}&q=${q('2023年夏天的圆')}`);
    await untilShown('july.jpg', 'august.jpg');
    await page.getByText('「圆」最接近的 2 张，符合条件的共 2 张').waitFor();
    await page.getByText('符合条件的 2 张图片都显示了。').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await button('2023年夏天：2023年6月 – 2023年8月').click();
    await untilShown('july.jpg', 'august.jpg', 'may.jpg', 'large.png');
    expect(new URL(page.url()).searchParams.get('dates')).toBe('off');
    await page.goBack();
    await untilShown('july.jpg', 'august.jpg');
    await page.goForward();
    await untilShown('july.jpg', 'august.jpg', 'may.jpg', 'large.png');
    // Another text is read again.
    await page.getByLabel('图片描述').fill('2023年5月的圆');
    await page.getByLabel('图片描述').press('Enter');
    await untilShown('may.jpg');
    await page.getByLabel('图片描述').fill('2001年的圆');
    await page.getByLabel('图片描述').press('Enter');
    await page.getByText('没有相机时间在 2001年 的图片。').waitFor();
    await button('不按日期，按原话搜索').click();
    await untilShown('july.jpg', 'august.jpg', 'may.jpg', 'large.png');
  });

  test('the filter bar narrows the search; its conditions are chips and in the address', async () => {
    await page.goto(`${server.address}/?c=${q('照片')}&q=${q('圆')}`);
    await untilShown('july.jpg', 'august.jpg', 'may.jpg', 'large.png');
    expect(await page.getByLabel('开始日期').count()).toBe(0);
    await toggle('筛选').click();
    await page.getByLabel('开始日期').fill('2023-06-01');
    await page.getByLabel('开始日期').press('Enter');
    // The last one has the time of its file.
    await untilShown('july.jpg', 'august.jpg', 'large.png');
    await page.getByLabel('结束日期').fill('2023-07-31');
    await page.getByLabel('结束日期').press('Enter');
    await untilShown('july.jpg');
    expect(await accessibilityProblems(page)).toEqual([]);
    await button('去掉这个条件: 2023年6月 – 2023年7月').click();
    await untilShown('july.jpg', 'august.jpg', 'may.jpg', 'large.png');
    await toggle('PNG 1').click();
    await untilShown('large.png');
    expect(await toggle('PNG 1').getAttribute('aria-pressed')).toBe('true');
    await toggle('PNG 1').click();
    await page.getByLabel('相机').fill('Nikon D750');
    await page.getByLabel('相机').press('Enter');
    await untilShown('july.jpg', 'may.jpg');
    await page.getByLabel('文件夹').fill('旅行/');
    await page.getByLabel('文件夹').press('Enter');
    await untilShown('july.jpg');
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      ...{ c: '照片', q: '圆', camera: 'Nikon D750', folder: '旅行' },
    });
    await page.goBack();
    await untilShown('july.jpg', 'may.jpg');
    await page.reload();
    await untilShown('july.jpg', 'may.jpg');
    await button('清除筛选').click();
    await toggle('筛选').click();
    await page.getByLabel('附近').fill('somewhere');
    await page.getByLabel('附近').press('Enter');
    expect(await page.getByLabel('附近').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('附近').fill('31.23, 121.5, 20');
    await page.getByLabel('附近').press('Enter');
    await untilShown('august.jpg');
    await toggle('≥ 1000 px').click();
    await page.getByText('图库里没有图片符合全部条件。').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.locator('.notice').getByRole('button', { name: '清除筛选' }).click();
    await untilShown('july.jpg', 'august.jpg', 'may.jpg', 'large.png');
  });

  test('without a text, all pictures that match are shown in an order, below their months', async () => {
    const shown = async (...names: string[]): Promise<void> => {
      await page.waitForFunction(
        (wanted) =>
          [...document.querySelectorAll('.grid:not(.grid-stale) button.tile')]
            .map((tile) => /([^/：]+)$/.exec(tile.getAttribute('aria-label') ?? '')?.[1])
            .join() === wanted,
        names.join(),
      );
    };
    await page.goto(`${server.address}/?c=${q('照片')}`);
    await button('按时间看全部 4 张图片').click();
    // The last one has the time of its file, which is new.
    await shown('large.png', 'august.jpg', 'july.jpg', 'may.jpg');
    await page.getByText('共 4 张图片').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('combobox', { name: '排序' }).selectOption({ label: '名称' });
    await shown('large.png', 'may.jpg', 'august.jpg', 'july.jpg');
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ c: '照片', sort: 'name' });
    await toggle('2023年7月：1 张').click();
    await shown('july.jpg');
    await toggle('2023').click();
    await shown('may.jpg', 'august.jpg', 'july.jpg');
    // The numbers of a field are those under the other conditions.
    await toggle('筛选').click();
    await toggle('Nikon D750 2').click();
    await shown('may.jpg', 'july.jpg');
    await toggle('旅行 1').click();
    await shown('july.jpg');
    await toggle('Nikon D750 1').click();
    await shown('august.jpg', 'july.jpg');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: /第 1 张：.*august/ }).click();
    await page.getByRole('dialog').getByText('2023年8月31日 23:30').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: '下一张' }).click();
    await page.getByRole('dialog', { name: '旅行/july.jpg' }).waitFor();
    // The button of the last picture loses the focus.
    await page.getByRole('dialog').press('Escape');
    // To close the picture is a step back too.
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.goBack();
    await shown('july.jpg');
    // A text is searched for under the same conditions.
    await page.getByLabel('图片描述').fill('圆');
    await page.getByLabel('图片描述').press('Enter');
    await page.getByText('「圆」最接近的 1 张，符合条件的共 1 张').waitFor();
  });

  test('the start page has a card for each collection, and examples that its pictures show', async () => {
    await page.goto(`${server.address}/?c=${q('照片')}`);
    const cards = page.locator('.home-cards a');
    await cards.nth(1).waitFor();
    expect((await page.locator('.home-cards b').allTextContents()).sort()).toEqual(['图画', '照片']);
    // What was found is kept for the next visit.
    const stored = await page.waitForFunction(() => localStorage.getItem('wentu.examples'));
    const [{ texts }] = JSON.parse((await stored.jsonValue()) ?? '[]') as [{ texts: string[] }];
    expect(await page.locator('.examples .chip').allTextContents()).toEqual(expect.arrayContaining(texts));
    expect(await accessibilityProblems(page)).toEqual([]);
    await cards.filter({ hasText: '图画' }).click();
    await untilShown('a.png', 'b.png');
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ c: '图画', sort: '-taken' });
  });

  test('all collections are searched at once, and each picture names its collection', async () => {
    await page.goto(`${server.address}/?c=${q('照片')}&q=${q('圆')}`);
    await untilShown('july.jpg', 'august.jpg', 'may.jpg', 'large.png');
    await page.locator('.picker select').selectOption({ label: '全部图库（6 张）' });
    await untilShown('july.jpg', 'august.jpg', 'may.jpg', 'large.png', 'a.png（图库 图画）', 'b.png（图库 图画）');
    expect(new URL(page.url()).search).toBe(`?q=${q('圆')}&in=all`);
    expect(await page.locator('.hit-collection').allTextContents()).toEqual(
      expect.arrayContaining(['照片', '照片', '照片', '照片', '图画', '图画']),
    );
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.reload();
    await tiles().nth(5).waitFor();
    // Similar pictures are those of the collection of the picture.
    await page.locator('.grid button.tile[aria-label*="a.png"]').click();
    await page.getByRole('dialog').getByText('图画').first().waitFor();
    await button('找相似的图片').click();
    await untilShown('b.png');
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ c: '图画', like: 'a.png' });
    await page.goBack();
    await page.getByRole('dialog', { name: 'a.png' }).waitFor();
    await page.goBack();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await tiles().nth(5).waitFor();
    // A picture that was added elsewhere makes the results of all collections outdated.
    await writeTree(join(folder, '图画'), { 'c.png': await picture(7) });
    await server.load(join(folder, '图画'), { collection: '图画' });
    await page.getByRole('link', { name: '图库', exact: true }).click();
    await page.getByText('3 张图片').waitFor();
    await page.goBack();
    await tiles().nth(6).waitFor();
  });

  test('tags of the owner are offered when there are some, and a picture has to have all that are chosen', async () => {
    const changes = [
      { imageId: 'may.jpg', addTags: ['花', '家人'] },
      { imageId: '旅行/july.jpg', addTags: ['家人'] },
    ];
    await server.data(
      'mutation ($c: String!, $i: [ImageAttributesChange!]!) { setImageAttributes(collection: $c, changes: $i) { status } }',
      {
        ...{ c: '照片', i: changes },
      },
    );
    await page.goto(`${server.address}/?c=${q('照片')}&q=${q('圆')}`);
    await toggle('筛选').click();
    await toggle('家人 2').click();
    await untilShown('july.jpg', 'may.jpg');
    await toggle('花 1').click();
    await untilShown('may.jpg');
    expect(new URL(page.url()).searchParams.getAll('tag')).toEqual(['家人', '花']);
    expect(await accessibilityProblems(page)).toEqual([]);
    await button('去掉这个条件: 标签 家人').click();
    await untilShown('may.jpg');
    await page.locator('.grid button.tile').click();
    for (const tag of ['家人', '花'])
      await page.getByRole('dialog').getByRole('button', { name: tag, exact: true }).waitFor();
  });

  test('a picture that is deleted leaves the list, which stays at its place', async () => {
    await page.goto(`${server.address}/?c=${q('照片')}&sort=name`);
    await untilShown('july.jpg', 'august.jpg', 'may.jpg', 'large.png');
    await page.getByRole('button', { name: /^第 .*may\.jpg/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: '移出图库' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: '只移出这一次' }).click();
    await untilShown('july.jpg', 'august.jpg', 'large.png');
    await page.getByText('共 3 张图片').waitFor();
  });
});

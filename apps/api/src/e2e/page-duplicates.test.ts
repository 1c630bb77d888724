import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { accessibilityProblems, inBrowser, launch, openPage } from './browser-harness';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

inBrowser('duplicates on the page', () => {
  let server: TestServer;
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'wentu-page-duplicates-')));
    const [sea, cat] = [await picture(1, 400), await picture(2, 300)];
    await writeTree(folder, {
      ...{ '旅行/sea.png': sea, 'copies/sea.png': sea },
      ...{ '旅行/sea-small.jpg': await sharp(sea).resize(200).jpeg().toBuffer() },
      ...{ 'cat.png': cat, 'cat (1).png': cat, 'other.png': await picture(3) },
    });
    server = await TestServer.start({ WENTU_LOAD_ROOTS: folder });
    await server.load(folder, { collection: '相册' });
    await server.untilMeasured();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  test('a search shows each picture once, and the others that look the same in its dialog', async () => {
    const { page, complaints } = await openPage(browser, server.address);
    const until = async (number: number): Promise<void> => {
      await page.waitForFunction(
        (wanted) => document.querySelectorAll('.grid:not(.grid-stale) button.tile').length === wanted,
        number,
      );
    };
    await page.goto(`${server.address}/?c=${encodeURIComponent('相册')}&q=${encodeURIComponent('圆')}`);
    await until(6);
    await page.getByRole('button', { name: '合并重复' }).click();
    await until(3);
    await page.getByText('「圆」最接近的 3 张，共 3 张（重复的已合并）').waitFor();
    await page.getByText('3 张图片都显示了，重复的已合并。').waitFor();
    expect(new URL(page.url()).searchParams.get('once')).toBe('1');
    expect(await accessibilityProblems(page)).toEqual([]);
    const counts = await page.locator('.tile-count').allTextContents();
    expect(counts.sort()).toEqual(['+1', '+2']);
    // A stack opens to its pictures.
    const stack = page.getByRole('button', { name: '展开 3 张一样的' });
    await stack.click();
    await until(5);
    await page.getByRole('button', { name: '收起 3 张一样的' }).click();
    await until(3);
    await page.getByRole('button', { name: /^第 \d+ 名：.*另有 2 张一样的/ }).click();
    const dialog = page.getByRole('dialog');
    const same = dialog.getByRole('group', { name: '这 3 张看上去一样' });
    await same.getByRole('button', { name: '旅行/sea-small.jpg' }).click();
    await dialog.getByRole('heading', { name: 'sea-small.jpg' }).waitFor();
    await dialog.getByText('200 × 200 px').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('dialog').press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.goBack();
    await until(6);
    expect(await page.locator('.tile-count').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('groups are found, one picture of each is kept, and the others are taken out', async () => {
    const { page, complaints } = await openPage(browser, server.address);
    await page.goto(`${server.address}/?view=collections`);
    await page.getByRole('link', { name: '找重复: 相册' }).click();
    await page.getByText('还没有查找过。').waitFor();
    expect(new URL(page.url()).search).toBe(`?view=duplicates&c=${encodeURIComponent('相册')}`);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: '开始查找' }).click();
    await page.getByText(/^共 2 组，/).waitFor();
    const group = (name: string) => page.getByRole('radiogroup').filter({ hasText: name });
    const images = group('sea.png');
    expect(await images.getByRole('radio').count()).toBe(3);
    await images.getByText('400 × 400').first().waitFor();
    await images.getByText('copies').waitFor();
    await images.getByText('文件完全一样').waitFor();
    expect(await images.getByRole('radio').nth(0).isChecked()).toBe(true);
    await page.waitForFunction(() => {
      const shown = [...document.querySelectorAll<HTMLImageElement>('.duplicate img')];
      return shown.length === 5 && shown.every((img) => img.complete && img.naturalWidth > 0);
    });
    expect(await accessibilityProblems(page)).toEqual([]);
    // Another picture than the best one is kept.
    await images.getByRole('radio').nth(2).check();
    const card = page.getByRole('listitem').filter({ has: images });
    await card.getByRole('button', { name: '移出其余 2 张' }).click();
    const question = page.getByRole('alertdialog', { name: '把其余 2 张移出图库？' });
    expect(await accessibilityProblems(page)).toEqual([]);
    await question.getByRole('button', { name: '不再收录' }).click();
    await images.waitFor({ state: 'detached' });
    await group('cat.png').waitFor();
    await page.getByRole('button', { name: '撤销' }).click();
    await images.waitFor();
    await images.getByRole('radio').nth(2).check();
    await card.getByRole('button', { name: '移出其余 2 张' }).click();
    await question.getByRole('button', { name: '不再收录' }).click();
    await page.getByRole('button', { name: '现在就移出' }).click();
    await images.waitFor({ state: 'detached' });
    const state = async () =>
      (
        await server.data<{ collection: { images: { imageId: string }[]; keptOutCount: number } }>(
          '{ collection(name: "相册") { keptOutCount images { imageId } } }',
        )
      ).collection;
    let collection = await state();
    while (collection.keptOutCount !== 2) collection = await state();
    expect(collection.images.map(({ imageId }) => imageId).sort()).toEqual(
      ['cat (1).png', 'cat.png', 'other.png', '旅行/sea-small.jpg'].sort(),
    );
    // A later visit shows the groups that are left, and that a new picture was not compared.
    await writeTree(folder, { 'new.png': await picture(4) });
    await server.load(folder, { collection: '相册' });
    await page.reload();
    await page.getByText(/^共 1 组，/).waitFor();
    await page.getByText(/之后有 1 张新图片还没有比较。$/).waitFor();
    const last = page.getByRole('button', { name: '移出其余 1 张' });
    await last.click();
    await page.getByRole('button', { name: '只移出这一次' }).click();
    await page.getByRole('button', { name: '现在就移出' }).click();
    await page.getByText('没有找到重复的图片。').waitFor();
    await page.getByRole('button', { name: '再查找一次' }).click();
    await page.getByText(/比较了 4 张图片。$/).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('an address without such a collection says so', async () => {
    const { page, complaints } = await openPage(browser, server.address);
    await page.goto(`${server.address}/?view=duplicates&c=none`);
    await page.getByText('没有名为「none」的图库').waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('each view that a link opens has its margins and the same kind of heading', async () => {
    const { page, complaints } = await openPage(browser, server.address);
    const looks = [];
    for (const view of ['collections', 'models', 'duplicates', 'loads']) {
      await page.goto(`${server.address}/?view=${view}&c=${encodeURIComponent('相册')}`);
      const heading = page.locator('main h1');
      await heading.waitFor();
      looks.push(
        await heading.evaluate((h1) => {
          const { fontFamily, fontSize } = getComputedStyle(h1);
          return { hasMargin: h1.getBoundingClientRect().left >= 16, fontFamily, fontSize };
        }),
      );
    }
    expect(looks[0]?.hasMargin).toBe(true);
    expect(new Set(looks.map((look) => JSON.stringify(look))).size).toBe(1);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

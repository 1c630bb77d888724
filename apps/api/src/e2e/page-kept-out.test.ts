import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { accessibilityProblems, inBrowser, launch, openPage } from './browser-harness';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

inBrowser('deleting a picture on the page', () => {
  let server: TestServer;
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'wentu-page-kept-out-')));
    await writeTree(folder, { 'a.png': await picture(1), 'b.png': await picture(2), 'c.png': await picture(3) });
    server = await TestServer.start({ WENTU_LOAD_ROOTS: folder });
    await server.load(folder, { collection: '相册' });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  test('a question decides between once and for good; the card lists what stays out, with the way back', async () => {
    const { page, complaints } = await openPage(browser, server.address);
    const remove = async (name: string, how: string): Promise<void> => {
      await page.locator(`.grid button.tile[aria-label*="${name}"]`).click();
      await page.getByRole('dialog').getByRole('button', { name: '移出图库' }).click();
      const question = page.getByRole('alertdialog', { name: `把「${name}」移出图库？` });
      expect(await accessibilityProblems(page)).toEqual([]);
      await question.getByRole('button', { name: how }).click();
      await question.waitFor({ state: 'detached' });
      // The viewer goes on with the next picture, if there is one.
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: '现在就移出' }).click();
      await page.locator(`.grid button.tile[aria-label*="${name}"]`).waitFor({ state: 'detached' });
    };
    await page.goto(`${server.address}/?c=${encodeURIComponent('相册')}&q=${encodeURIComponent('圆')}`);
    await page.locator('.grid button.tile').nth(2).waitFor();
    await remove('a.png', '只移出这一次');
    await remove('b.png', '不再收录');
    expect(await page.locator('.grid button.tile').count()).toBe(1);
    await page.getByText('共 1 张').waitFor();
    expect(await page.getByText('图库有变化').count()).toBe(0);

    expect(await server.load(folder, { collection: '相册' })).toMatchObject({ loaded: 1, skipped: 1, keptOut: 1 });
    await page.goto(`${server.address}/?view=collections`);
    await page.getByRole('button', { name: '不再收录: 相册' }).click();
    const list = page.getByRole('dialog', { name: '「相册」不再收录的图片' });
    await list.getByText('b.png').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await list.getByRole('button', { name: '重新允许: b.png' }).click();
    await list.getByText('没有这样的图片').waitFor();
    expect(await server.load(folder, { collection: '相册' })).toMatchObject({ loaded: 1, skipped: 2, keptOut: 0 });
    expect(complaints).toEqual([]);
    await page.close();
  });
});

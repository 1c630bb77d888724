import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { accessibilityProblems, inBrowser, launch, openPage } from './browser-harness';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

inBrowser('the folders of a collection on the page', () => {
  let server: TestServer;
  let browser: Browser;
  let root: string;
  beforeAll(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'wentu-page-sources-')));
    for (const name of ['phone', 'camera']) await mkdir(join(root, name));
    await writeTree(join(root, 'phone'), { 'a.png': await picture(1), 'broken.jpg': Buffer.from('no picture') });
    await writeTree(join(root, 'camera'), { 'c.png': await picture(3) });
    server = await TestServer.start({ WENTU_LOAD_ROOTS: root });
    for (const name of ['phone', 'camera']) await server.load(join(root, name), { collection: '相册' });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (root) await rm(root, { recursive: true, force: true });
  });

  test('each folder shows its last load and the failures, and is loaded again with one click', async () => {
    const { page, complaints } = await openPage(browser, server.address);
    await page.goto(`${server.address}/?view=collections`);
    await page.getByRole('link', { name: '文件夹: 相册' }).click();
    await page.getByRole('heading', { name: '「相册」的导入' }).waitFor();
    const list = page.getByRole('region', { name: '文件夹' });
    const phone = list.locator('.load-list > li', { hasText: join(root, 'phone') });
    await phone.getByText('失败的文件 (1)').click();
    await phone.getByText('broken.jpg').waitFor();
    await phone.getByText('这个文件不是文图能读的图片；请换成 JPEG、PNG、WebP、HEIC、TIFF 等格式。').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);

    await writeFile(join(root, 'phone', 'b.png'), await picture(2));
    await phone.getByRole('button', { name: '再次导入' }).click();
    await phone.getByText('2 张图片').waitFor();
    expect((await server.search('圆', '相册', 10)).map(({ image }) => image.imageId).sort()).toEqual([
      ...['a.png', 'b.png', 'c.png'],
    ]);

    await phone.getByRole('switch', { name: '自动导入', checked: false }).click();
    await writeFile(join(root, 'phone', 'd.png'), await picture(4));
    await phone.getByText('3 张图片').waitFor();
    await phone.getByRole('switch', { name: '自动导入', checked: true }).click();

    await rename(join(root, 'camera'), join(root, 'away'));
    const camera = list.locator('.load-list > li', { hasText: join(root, 'camera') });
    await camera.getByText('文件夹现在找不到').waitFor();
    expect(await camera.getByRole('button', { name: '再次导入' }).isDisabled()).toBe(true);
    expect(await camera.getByRole('switch').isDisabled()).toBe(true);
    expect(await accessibilityProblems(page)).toEqual([]);

    await phone.getByRole('button', { name: '移出' }).click();
    const question = page.getByRole('alertdialog', { name: `把 ${join(root, 'phone')} 移出「相册」？` });
    await question.getByText('导入的 3 张图片').waitFor();
    await question.getByRole('button', { name: '移出' }).click();
    await phone.waitFor({ state: 'detached' });
    expect((await server.search('圆', '相册', 10)).map(({ image }) => image.imageId)).toEqual(['c.png']);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('all loads and their failures are there after a reload, in the language of the page', async () => {
    const { page, complaints } = await openPage(browser, server.address, { locale: 'en' });
    await page.goto(`${server.address}/?view=loads`);
    const ended = page.getByRole('region', { name: 'Earlier imports' });
    const partial = ended.locator('.load-list > li', { hasText: 'Imported in part' }).last();
    await partial.getByText('Files that failed (1)').click();
    await partial.getByText('The file is not a picture that Wentu can read; give JPEG, PNG').waitFor();
    await partial.getByRole('link', { name: 'See the pictures: 相册' }).click();
    await page.waitForURL(/sort=-loaded/);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

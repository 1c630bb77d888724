import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { dropFiles, inBrowser, launch, PageOfSuite } from './browser-harness';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

const SAMPLES = join(__dirname, '../../../../samples');

inBrowser('user journeys on the page', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  const kept = new PageOfSuite();
  let folder: string;

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'wentu-journey-')));
    await writeTree(folder, {
      '假期/a.png': await picture(1),
      '假期/b.png': await picture(2),
      '假期/broken.jpg': 'no picture',
      '假期/空.jpg': '',
    });
    await mkdir(join(folder, '别的'));
    const many: Record<string, Buffer> = {};
    for (let i = 0; i < 1_000; i++) many[`p${i}.png`] = await picture(i);
    await writeTree(join(folder, '一千张'), many);
    const some = Object.entries(many).slice(0, 200);
    await writeTree(join(folder, '两百张'), Object.fromEntries(some));
    server = await TestServer.start({ WENTU_SAMPLES: 'on', WENTU_LOAD_ROOTS: folder });
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
  afterEach(() => kept.leave(page));

  test('a first visit: search, open, similar pictures, search by a file, load a folder with broken files, search it, switch the language', async () => {
    await page.goto(server.address);
    await page.getByRole('button', { name: '小狗' }).click();
    await page.getByText(/^「小狗」最接近的 24 张，共 337 张/).waitFor();
    const tiles = page.locator('.grid button.tile');
    expect(await tiles.first().getAttribute('aria-label')).toContain('dog-face');
    await tiles.first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('256 × 256 px').waitFor();
    await dialog.getByRole('button', { name: '找相似的图片' }).click();
    await page.getByText(/^与 animals\/dog-face.png 相似的/).waitFor();

    await dropFiles(page, [{ name: '我的.png', bytes: await readFile(join(SAMPLES, 'vehicles/rocket.png')) }]);
    await page.getByText(/^与这张图片相似的/).waitFor();
    await page.waitForFunction(() =>
      document.querySelector('.grid button.tile')?.getAttribute('aria-label')?.includes('rocket'),
    );

    await page.getByRole('button', { name: '导入图片' }).click();
    await dialog.getByRole('row', { name: '假期' }).dblclick();
    await dialog.getByText('共 4 张图片（连同子文件夹）').waitFor();
    expect(await dialog.getByLabel('文件夹路径').inputValue()).toBe(join(folder, '假期'));
    await dialog.getByRole('button', { name: '上一级' }).click();
    await dialog.getByText('共 1,204 张图片（连同子文件夹）').waitFor();
    await dialog.getByRole('row', { name: '假期' }).click();
    await dialog.getByText('共 4 张图片（连同子文件夹）').waitFor();
    await dialog.getByRole('button', { name: '上一级' }).click();
    await dialog.getByRole('row', { name: '别的' }).click();
    await dialog.getByText('这里没有图片文件').waitFor();
    await dialog.getByRole('button', { name: '上一级' }).click();
    await dialog.getByRole('row', { name: '假期' }).click();
    await dialog.getByText('共 4 张图片（连同子文件夹）').waitFor();
    expect(await dialog.getByLabel('图库名称').inputValue()).toBe('假期');
    await dialog.getByLabel('图库名称').fill('我的照片');
    await dialog.getByRole('button', { name: '开始导入' }).click();
    await dialog.getByText('部分导入').waitFor();
    await dialog.getByText('broken.jpg').waitFor();
    await dialog.getByText(/不是文图能读的图片/).waitFor();
    await dialog.getByText(/文件是空的/).waitFor();
    await dialog.getByRole('button', { name: '在「我的照片」里搜索' }).click();
    await page.getByRole('searchbox').fill('圆');
    await page.getByText(/^「圆」最接近的 2 张，共 2 张/).waitFor();
    expect(await tiles.count()).toBe(2);

    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Search', exact: true }).waitFor();
    await page.getByText('The 2 nearest to “圆” of 2 in all').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.reload();
    await page.getByText('The 2 nearest to “圆” of 2 in all').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a load of a thousand pictures continues while the page is reloaded, and can be cancelled', async () => {
    await page.goto(server.address);
    await page.getByRole('button', { name: '导入图片' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('文件夹路径').fill(join(folder, '一千张'));
    await dialog.getByLabel('图库名称').fill('一千张');
    await dialog.getByRole('button', { name: '开始导入' }).click();
    const first = Number(
      await (
        await page.waitForFunction(
          () => /^(\d+) \/ 1,000 张/.exec(document.querySelector('.load-line')?.textContent ?? '')?.[1],
        )
      ).jsonValue(),
    );
    await page.reload();
    // The header shows the progress; a click opens the details.
    await page.getByRole('button', { name: /^导入中.*%/ }).click();
    await dialog.getByText('导入中').waitFor();
    await dialog.getByText(/张\/秒 · 还需/).waitFor();
    await page.waitForFunction(
      (before) => Number(/^(\d+) \//.exec(document.querySelector('.load-line')?.textContent ?? '')?.[1]) > before,
      first,
    );
    await dialog.getByRole('button', { name: '取消导入' }).click();
    await dialog.getByText('已取消').waitFor();
    const jobs = await server.data<{ loadJobs: { status: string; processed: number }[] }>(
      '{ loadJobs(collection: "一千张") { status processed } }',
    );
    expect(jobs.loadJobs[0]!.status).toBe('CANCELLED');
    expect(jobs.loadJobs[0]!.processed).toBeLessThan(1_000);
    expect(complaints).toEqual([]);
  });

  test('progress comes by subscription, with few queries', async () => {
    const asked: string[] = [];
    const sockets: string[] = [];
    page.on('request', (request) => {
      const name = /"operationName":"(\w+)"/.exec(request.postData() ?? '')?.[1];
      if (name) asked.push(name);
    });
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => sockets.push(String(payload))));
    await page.goto(server.address);
    await page.getByRole('button', { name: '导入图片' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('文件夹路径').fill(join(folder, '两百张'));
    await dialog.getByLabel('图库名称').fill('全部');
    await dialog.getByRole('button', { name: '开始导入' }).click();
    await dialog.getByText('导入完成').waitFor();
    expect(sockets.filter((frame) => frame.includes('loadProgress')).length).toBeGreaterThan(5);
    expect(asked.filter((name) => name === 'LoadState').length).toBeLessThan(sockets.length);
    await dialog.getByRole('button', { name: '在「全部」里搜索' }).click();
    await page.getByRole('searchbox').fill('红色的圆');
    await page.getByText(/^「红色的圆」最接近的 24 张，共 200 张/).waitFor();
    expect(complaints).toEqual([]);
  });

  test('uploads pictures from the desktop: valid pictures are loaded, other files are left out, broken pictures are listed', async () => {
    await page.goto(server.address);
    await dropFiles(page, [
      { name: '一.png', bytes: await picture(7) },
      { name: '二.png', bytes: await picture(8) },
      { name: '坏.jpg', bytes: Buffer.from('no picture') },
      { name: 'notes.txt', bytes: Buffer.from('text') },
    ]);
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^已选 3 张图片/).waitFor();
    await dialog.getByLabel('图库名称').fill('桌面');
    await dialog.getByRole('button', { name: '上传并导入' }).click();
    await dialog.getByText('部分导入').waitFor();
    await dialog.getByText('坏.jpg').waitFor();
    await dialog.getByText('上传的图片 → 桌面').waitFor();
    await dialog.getByRole('button', { name: '在「桌面」里搜索' }).click();
    await page.getByRole('searchbox').fill('圆');
    await page.getByText(/^「圆」最接近的 2 张，共 2 张/).waitFor();
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('.grid img')].every((image) => image.naturalWidth > 0),
    );

    // The ids of files in a chosen folder start with its name.
    await page.getByRole('button', { name: '导入图片' }).click();
    await dialog.getByRole('button', { name: '导入别的图片' }).click();
    await dialog.getByRole('tab', { name: '这台电脑' }).click();
    const choosing = page.waitForEvent('filechooser');
    await dialog.getByRole('button', { name: '选择文件夹' }).click();
    await (await choosing).setFiles(join(folder, '假期'));
    await dialog.getByText(/^已选 4 张图片/).waitFor();
    expect(await dialog.getByLabel('图库名称').inputValue()).toBe('假期');
    await dialog.getByLabel('图库名称').fill('桌面');
    await dialog.getByRole('button', { name: '上传并导入' }).click();
    await dialog.getByText('部分导入').waitFor();
    await dialog.getByText('假期/broken.jpg').waitFor();
    const { collection } = await server.data<{ collection: { images: { imageId: string }[] } }>(
      '{ collection(name: "桌面") { images { imageId } } }',
    );
    expect(collection.images.map(({ imageId }) => imageId).sort()).toEqual(
      ['一.png', '二.png', '假期/a.png', '假期/b.png'].sort(),
    );
    expect(complaints).toEqual([]);
  });

  test('creates, renames and removes collections, with a confirmation where data is lost', async () => {
    await page.goto(server.address);
    await page.getByRole('link', { name: '图库', exact: true }).click();
    await page.getByRole('heading', { name: 'samples' }).waitFor();
    await page.getByText('337 张图片 · 2.2 MB').waitFor();
    await page.getByRole('button', { name: '新建图库' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('图库名称').fill('samples');
    await dialog.getByRole('button', { name: '新建' }).click();
    await dialog.getByText('已有名为「samples」的图库；请换一个名称。').waitFor();
    await dialog.getByLabel('图库名称').fill('新图库');
    await dialog.getByRole('button', { name: '新建' }).click();
    await page.getByRole('heading', { name: '新图库' }).waitFor();
    await page.getByRole('button', { name: '改名: 新图库' }).click();
    await dialog.getByLabel('图库名称').fill('旧图库');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '旧图库', exact: true }).waitFor();
    await page.getByRole('button', { name: '删除: 旧图库' }).click();
    const alert = page.getByRole('alertdialog', { name: '删除「旧图库」？' });
    await alert.getByRole('button', { name: '取消' }).click();
    await alert.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '删除: 旧图库' }).click();
    await alert.getByRole('button', { name: '删除' }).click();
    await page.getByRole('heading', { name: '旧图库', exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'samples', exact: true }).click();
    await page.getByRole('searchbox').waitFor();
    expect(new URL(page.url()).searchParams.get('c')).toBe('samples');
    // The refused change above appears in the browser's console only if the HTTP status is an error; GraphQL errors
    // have status 200.
    expect(complaints).toEqual([]);
  });
});

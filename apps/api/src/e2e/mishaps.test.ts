import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { dropFiles, inBrowser, launch, openPage, PageOfSuite } from './browser-harness';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

inBrowser('failures on the page', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  let folder: string;
  const kept = new PageOfSuite();

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'wentu-mishaps-')));
    await writeTree(folder, { '少/a.png': await picture(1) });
    const many: Record<string, Buffer> = {};
    for (let i = 0; i < 60; i++) many[`p${i}.png`] = await picture(i);
    await writeTree(join(folder, '多'), many);
    server = await TestServer.start({ WENTU_LOAD_ROOTS: folder });
    await server.load(join(folder, '多'), { collection: '多' });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    ({ page } = await kept.open(browser, server.address));
  });
  afterEach(() => kept.leave(page));

  test('a refused request is not shown as an unavailable server; a proxy without a server is', async () => {
    const refused = { errors: [{ message: 'made up: too large', extensions: { code: 'LIMIT_EXCEEDED' } }] };
    let answer: { status: number; contentType: string; body: string } | null = {
      status: 413,
      contentType: 'application/json',
      body: JSON.stringify(refused),
    };
    await page.route('**/graphql', async (route) => {
      const isFind = (route.request().postData() ?? '').includes('"Find"');
      await (isFind && answer ? route.fulfill(answer) : route.continue());
    });
    await page.goto(`${server.address}/?c=多&q=圆`);
    const alert = page.getByRole('alert');
    const again = alert.getByRole('button', { name: '重试' });
    await alert.getByText('made up: too large').waitFor();
    expect(await alert.getByText('连不上').count()).toBe(0);
    answer = { status: 418, contentType: 'text/html', body: '<h1>no</h1>' };
    await again.click();
    await alert.getByText('状态码是 418').waitFor();
    answer = { status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' };
    await again.click();
    await alert.getByText('连不上文图服务').waitFor();
    answer = null;
    await again.click();
    await page.locator('.grid button.tile').nth(3).waitFor();
  });

  test('when one request fails, the rest of the page works, and a remedy is shown', async () => {
    await page.goto(`${server.address}/?c=多&q=圆`);
    await page.locator('.grid button.tile').nth(3).waitFor();
    await page.route('**/assets/**', (route) => route.abort());
    await page.getByRole('link', { name: '图库', exact: true }).click();
    await page.getByRole('button', { name: '重新打开页面' }).waitFor();
    await page.getByRole('link', { name: /回到首页/ }).waitFor();
    await page.unroute('**/assets/**');
    await page.getByRole('button', { name: '重新打开页面' }).click();
    await page.getByRole('heading', { name: '多', exact: true }).waitFor();
  });

  test('loads all files of the same name, accepts files dropped on an open panel, and lists other files', async () => {
    await page.goto(server.address);
    await page.getByRole('button', { name: '导入图片' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('文件夹路径').waitFor();
    await dropFiles(page, [{ name: 'notes.txt', bytes: Buffer.from('x') }]);
    await dialog.getByText('里面没有能导入的图片').waitFor();
    await dialog.getByText('有 1 个文件不是图片，不上传').waitFor();
    await dropFiles(page, [
      { name: 'image.png', bytes: await picture(501) },
      { name: 'image.png', bytes: await picture(502) },
      { name: 'x.png', bytes: await picture(503) },
    ]);
    await dialog.getByText(/^已选 3 张/).waitFor();
    await dialog.getByLabel('图库名称').fill('同名');
    await dialog.getByRole('button', { name: '上传并导入' }).click();
    await dialog.getByText('导入完成').waitFor();
    const { collection } = await server.data<{ collection: { images: { imageId: string }[] } }>(
      '{ collection(name: "同名") { images { imageId } } }',
    );
    expect(collection.images.map(({ imageId }) => imageId).sort()).toEqual(['image (2).png', 'image.png', 'x.png']);
    await dropFiles(page, [{ name: 'later.png', bytes: await picture(504) }]);
    await dialog.getByText('已选 1 张图片，等这次导入结束后再上传').waitFor();
    await dialog.getByRole('button', { name: '导入别的图片' }).click();
    await dialog.getByText(/^已选 1 张/).waitFor();
  });

  test('an upload that the server refuses ends with the reason and keeps the list of files', async () => {
    await page.goto(server.address);
    await dropFiles(
      page,
      await Promise.all([1, 2, 3, 4, 5, 6].map(async (i) => ({ name: `f${i}.png`, bytes: await picture(600 + i) }))),
    );
    let puts = 0;
    await page.route('**/uploads/**', async (route) => {
      const body = (code: string) =>
        JSON.stringify({ errors: [{ message: `made up: ${code}`, extensions: { code } }] });
      if (++puts === 1) await route.fulfill({ status: 503, body: body('UNAVAILABLE') });
      else {
        await new Promise((done) => setTimeout(done, 400));
        await route.fulfill({ status: 413, body: body('LIMIT_EXCEEDED') });
      }
    });
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('图库名称').fill('满');
    await dialog.getByRole('button', { name: '上传并导入' }).click();
    await dialog.getByText('服务器、存储或模型暂时没有回应').waitFor();
    await dialog.getByText('made up: UNAVAILABLE').waitFor();
    await page.waitForTimeout(700);
    expect(await dialog.getByText('上传中').count()).toBe(0);
    await dialog.getByText(/^已选 6 张/).waitFor();
    await page.unroute('**/uploads/**');
    await dialog.getByRole('button', { name: '上传并导入' }).click();
    await dialog.getByText('导入完成').waitFor();
    expect(await dialog.getByText('made up').count()).toBe(0);
  });

  test('files that are too large are listed with the setting before the upload; the others are sent', async () => {
    const small = await TestServer.start({ WENTU_MAX_COPIED_BYTES: '3000', WENTU_MAX_UPLOAD_BYTES: '4000' });
    try {
      const own = await openPage(browser, small.address);
      const puts: string[] = [];
      own.page.on('request', (sent) => sent.method() === 'PUT' && puts.push(decodeURIComponent(sent.url())));
      await own.page.goto(small.address);
      const dialog = own.page.getByRole('dialog');
      const send = dialog.getByRole('button', { name: '上传并导入' });
      await dropFiles(own.page, [
        { name: 'large.png', bytes: Buffer.alloc(5_000) },
        { name: 'larger.png', bytes: Buffer.alloc(6_000) },
      ]);
      await dialog.getByText('太大、不能上传的文件 (2)').waitFor();
      await dialog.getByText('WENTU_MAX_COPIED_BYTES').first().waitFor();
      expect(await send.isDisabled()).toBe(true);
      const small1 = await picture(1, 20);
      await dropFiles(own.page, [
        { name: 'a.png', bytes: Buffer.concat([small1, Buffer.alloc(2_000)]) },
        { name: 'b.png', bytes: Buffer.concat([small1, Buffer.alloc(2_500)]) },
      ]);
      await dialog.getByText('WENTU_MAX_UPLOAD_BYTES').waitFor();
      expect(await send.isDisabled()).toBe(true);
      await dropFiles(own.page, [
        { name: 'small.png', bytes: small1 },
        { name: 'large.png', bytes: Buffer.alloc(5_000) },
      ]);
      await dialog.getByText('太大、不能上传的文件 (1)').waitFor();
      await send.click();
      await dialog.getByText('导入完成').waitFor();
      expect(puts.map((url) => url.split('/').at(-1))).toEqual(['small.png']);
      await own.page.close();
    } finally {
      await small.close();
    }
  });

  test('when all files are refused, the reasons are shown and nothing is loaded', async () => {
    const small = await TestServer.start();
    try {
      const own = await openPage(browser, small.address);
      await own.page.goto(small.address);
      await own.page.getByRole('main').getByRole('button', { name: '导入图片' }).click();
      expect(await own.page.getByRole('dialog').getByLabel('图库名称').inputValue()).toBe('');
      await own.page.keyboard.press('Escape');
      // The limit became smaller after the page read it.
      await own.page.route('**/uploads/**', async (route) => {
        const errors = [
          { message: 'a file has at most … (WENTU_MAX_IMAGE_BYTES)', extensions: { code: 'LIMIT_EXCEEDED' } },
        ];
        await route.fulfill({ status: 413, json: { errors } });
      });
      await dropFiles(own.page, [
        { name: 'a.png', bytes: Buffer.alloc(5_000) },
        { name: 'b.png', bytes: Buffer.alloc(5_000) },
      ]);
      const dialog = own.page.getByRole('dialog');
      expect(await dialog.getByLabel('图库名称').inputValue()).toBe('default');
      await dialog.getByRole('button', { name: '上传并导入' }).click();
      await dialog.getByText('没有上传的文件 (2)').waitFor();
      await dialog.getByText('WENTU_MAX_IMAGE_BYTES').first().waitFor();
      expect((await small.data<{ loadJobs: unknown[] }>('{ loadJobs { id } }')).loadJobs).toEqual([]);
      await own.page.close();
    } finally {
      await small.close();
    }
  });

  test('the reason why a load did not start is visible in a low window, and no count is shown for another folder', async () => {
    const own = await openPage(browser, server.address, { viewport: { width: 900, height: 420 } });
    await own.page.goto(`${server.address}/?c=多`);
    await own.page.getByRole('button', { name: '导入图片' }).click();
    const dialog = own.page.getByRole('dialog');
    await dialog.getByText(/^\d 个文件夹/).waitFor();
    await dialog.getByLabel('文件夹路径').fill('/etc');
    await dialog.getByText(/^\d 个文件夹/).waitFor({ state: 'detached' });
    await dialog.getByText(/^\/etc 不在服务器可以读的文件夹/).waitFor();
    await dialog.getByRole('button', { name: '开始导入' }).click();
    const alert = dialog.getByRole('alert');
    await alert.getByText('导入没能开始').waitFor();
    const [top, bottom, height] = await alert.evaluate((element) => {
      const box = element.getBoundingClientRect();
      return [box.top, box.bottom, innerHeight];
    });
    expect(top).toBeGreaterThan(0);
    expect(bottom).toBeLessThan(height);
    await own.page.close();
  });

  test('asks whether to keep or remove pictures whose files are missing, and does so', async () => {
    const album = join(folder, '册');
    for (const part of ['留', '去'])
      await writeTree(join(album, part), { 'a.png': await picture(3), 'b.png': await picture(4) });
    await server.load(album, { collection: '册' });
    await rm(join(album, '去'), { recursive: true });
    await writeTree(album, { 'readme.txt': 'no picture' });
    await page.goto(`${server.address}/?c=册`);
    await page.getByRole('button', { name: '导入图片' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('文件夹路径').fill(album);
    await dialog.getByLabel('图库名称').fill('册');
    await dialog.getByRole('button', { name: '开始导入' }).click();
    await dialog.getByText('2 张图片的文件不见了').waitFor();
    await dialog.getByText('没有导入的：不是图片 1。').waitFor();
    const count = async (): Promise<number> => (await server.search('圆', '册')).length;
    expect(await count()).toBe(4);
    await dialog.getByRole('button', { name: '确实没有了，移出图库' }).click();
    await dialog.getByText('已按你的选择处理').waitFor();
    expect(await count()).toBe(2);
  });

  test('refuses an invalid collection name before the upload', async () => {
    let puts = 0;
    await page.route('**/uploads/**', (route) => {
      puts++;
      return route.continue();
    });
    await page.goto(server.address);
    await dropFiles(page, [
      { name: 'a.png', bytes: await picture(1) },
      { name: 'b.png', bytes: await picture(2) },
    ]);
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('图库名称').fill('长'.repeat(200));
    await dialog.getByRole('button', { name: '上传并导入' }).click();
    await dialog.getByText(/不能用作图库名称；请用 1 到 128 个字/).waitFor();
    expect(puts).toBe(0);
    await dialog.getByText(/^已选 2 张/).waitFor();
  });

  test('the end of a load keeps the shown results; the user can renew them', async () => {
    await page.goto(`${server.address}/?c=多&q=圆`);
    const tiles = page.locator('.grid button.tile');
    await tiles.nth(23).waitFor();
    await page.mouse.wheel(0, 800);
    await tiles.nth(59).waitFor();
    await tiles.nth(30).click();
    await page.getByRole('dialog').getByText('31 / 60').waitFor();
    await writeTree(join(folder, '多'), { 'new.png': await picture(900) });
    const { loadCollection } = await server.data<{ loadCollection: { status: string } }>(
      'mutation ($directory: String!) { loadCollection(collection: "多", directory: $directory, wait: true) { status } }',
      { directory: join(folder, '多') },
    );
    expect(loadCollection.status).toBe('SUCCEEDED');
    // The page learns of the change through a load of its own.
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '导入图片' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('文件夹路径').fill(join(folder, '少'));
    await dialog.getByLabel('图库名称').fill('少');
    await dialog.getByRole('button', { name: '开始导入' }).click();
    await dialog.getByText('导入完成').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('图库有变化').waitFor();
    expect(await tiles.count()).toBe(60);
    await page.getByRole('button', { name: '刷新结果' }).click();
    await page.getByText(/^「圆」最接近的 \d+ 张，共 61 张/).waitFor();
    expect(await page.getByText('图库有变化').count()).toBe(0);
  });

  test('a failed cancel can be repeated, and the focus stays in the dialog', async () => {
    const slow: Record<string, Buffer> = {};
    for (let i = 0; i < 600; i++) slow[`s${i}.png`] = await picture(2_000 + i);
    await writeTree(join(folder, '慢'), slow);
    await page.goto(server.address);
    await page.getByRole('button', { name: '导入图片' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('文件夹路径').fill(join(folder, '慢'));
    await dialog.getByLabel('图库名称').fill('慢');
    await dialog.getByRole('button', { name: '开始导入' }).click();
    const cancel = dialog.getByRole('button', { name: '取消导入' });
    await cancel.waitFor();
    await page.route('**/graphql', (route) =>
      (route.request().postData() ?? '').includes('CancelLoad') ? route.abort() : route.continue(),
    );
    await cancel.press('Enter');
    await dialog.getByText('连不上文图服务').waitFor();
    await page.unroute('**/graphql');
    await cancel.press('Enter');
    await dialog.getByText('已取消').waitFor();
    expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('a missing folder offers a way back, a picture on the collections page starts a search, and the logo leads home', async () => {
    const gone = join(folder, '将去');
    await mkdir(gone);
    await page.goto(server.address);
    await page.getByRole('button', { name: '导入图片' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('row', { name: '将去' }).waitFor();
    await rm(gone, { recursive: true });
    await dialog.getByRole('row', { name: '将去' }).click();
    await dialog.getByText(/^没有 .*将去 这个文件夹；请检查路径。$/).waitFor();
    await dialog.getByRole('button', { name: '上一级' }).click();
    await dialog.getByRole('row', { name: '少' }).waitFor();
    await page.keyboard.press('Escape');

    await page.goto(`${server.address}/?view=collections&c=多`);
    await page.getByRole('heading', { name: '多', exact: true }).waitFor();
    await dropFiles(page, [{ name: 'one.png', bytes: await readFile(join(folder, '少/a.png')) }]);
    await page.getByText(/^与这张图片相似的/).waitFor();
    await page.getByRole('link', { name: /回到首页/ }).click();
    await page.locator('.hero').waitFor();
  });
});

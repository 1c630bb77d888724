import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import {
  accessibilityProblems,
  inBrowser,
  launch,
  layoutShift,
  MOVING,
  openPage,
  PageOfSuite,
} from './browser-harness';
import { TestServer } from './harness';

const SAMPLE = join(__dirname, '../../../../samples/animals/dog-face.png');

inBrowser('in a browser', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  const kept = new PageOfSuite();

  beforeAll(async () => {
    server = await TestServer.start({ WENTU_SAMPLES: 'on' });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(async () => {
    ({ page, complaints } = await kept.open(browser, server.address));
  });
  afterEach(() => kept.leave(page));

  test('a first visit: a search for 小狗 shows sample pictures, and the address contains the query', async () => {
    await page.goto(server.address);
    await page.getByRole('searchbox').fill('小狗');
    await page.keyboard.press('Enter');
    const pictures = page.locator('img[src^="/images/"]');
    await pictures.nth(11).waitFor();
    await page.waitForFunction(() =>
      [...document.images].slice(0, 6).every((image) => image.complete && image.naturalWidth > 0),
    );
    expect(decodeURIComponent(page.url())).toContain('小狗');
    await page.reload();
    await pictures.first().waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('小狗');
    expect(complaints).toEqual([]);
  });

  test('finds pictures similar to a hit, shows more of them, and goes back', async () => {
    await page.goto(`${server.address}/?q=${encodeURIComponent('小狗')}`);
    const tiles = page.locator('.grid .tile img');
    await tiles.nth(23).waitFor();
    await page.mouse.wheel(0, 800);
    await tiles.nth(47).waitFor();
    await tiles.first().click();
    await page.getByRole('dialog').getByRole('button', { name: '找相似的图片' }).click();
    await page.getByText(/^与 .+ 相似的 24 张/).waitFor();
    expect(new URL(page.url()).searchParams.get('like')).toMatch(/\.(png|jpe?g)$/);
    expect(await page.getByRole('searchbox').inputValue()).toBe('');
    await page.reload();
    await page.getByText(/^与 .+ 相似的 24 张/).waitFor();
    await page.goBack();
    await page.getByText(/^「小狗」最接近的/).waitFor();
    expect(complaints).toEqual([]);
  });

  test('searches with a picture file, then with words again', async () => {
    await page.goto(`${server.address}/?c=samples`);
    const file = { name: 'mine.png', mimeType: 'image/png', buffer: await readFile(SAMPLE) };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText(/^与这张图片相似的 24 张/).waitFor();
    const first = page.locator('.grid .tile').first();
    expect(await first.getAttribute('aria-label')).toContain('dog-face');
    await page.getByRole('button', { name: '不再用这张图片' }).click();
    await page.locator('.hero').waitFor();
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText(/^与这张图片相似的 24 张/).waitFor();
    await page.getByRole('searchbox').fill('火箭');
    await page.getByText(/^「火箭」最接近的/).waitFor();
    expect(await page.locator('.search-picture').count()).toBe(0);
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'no.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await page.getByText('浏览器读不了这张图片').waitFor();
    expect(complaints).toEqual([]);
  });

  test('says when no picture fits the query, and draws a line after those that fit', async () => {
    await page.goto(`${server.address}/?c=samples`);
    await server.untilMeasured();
    await page.reload();
    const search = page.getByRole('searchbox');
    await search.fill('微积分公式');
    await page.getByText('这里好像没有真正符合的图片').waitFor();
    await search.fill('红苹果');
    await page.getByText(/^「红苹果」最接近的/).waitFor();
    expect(await page.getByText('这里好像没有真正符合的图片').count()).toBe(0);
    const entries = page.locator('.grid > li:not(.grid-end)');
    const line = page.locator('.grid > .grid-line');
    expect(await line.allTextContents()).toEqual(['以下的图不太像']);
    expect(await entries.first().locator('button.tile').getAttribute('aria-label')).toContain('red-apple');
    const relevant = await entries.evaluateAll((all) => all.findIndex((one) => one.className === 'grid-line'));
    expect(relevant).toBeGreaterThan(0);
    expect(relevant).toBeLessThan(15);
    const [above, below] = [await entries.nth(relevant - 1).boundingBox(), await line.boundingBox()];
    expect(below?.y).toBeGreaterThan((above?.y ?? 0) + (above?.height ?? 0));
    // The arrow keys pass the line.
    await entries
      .nth(relevant - 1)
      .locator('button.tile')
      .focus();
    await page.keyboard.press('ArrowRight');
    const next = await entries
      .nth(relevant + 1)
      .locator('button.tile')
      .getAttribute('aria-label');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(next);
    expect(complaints).toEqual([]);
  });

  test('works with the keyboard only, from the query to an open picture and back', async () => {
    await page.goto(`${server.address}/?c=samples`);
    await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'search');
    await page.keyboard.type('火箭');
    await page.keyboard.press('Enter');
    await page.getByText(/^「火箭」最接近的/).waitFor();
    const tiles = page.locator('.grid button.tile');
    await tiles.nth(23).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    for (let i = 0; i < 10 && !(await focused()).startsWith('第 1 名'); i++) await page.keyboard.press('Tab');
    expect(await focused()).toMatch(/^第 1 名/);
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toMatch(/^第 2 名/);
    await page.keyboard.press('ArrowDown');
    // The row below may be short: a line ends the row of the pictures that fit.
    expect(await focused()).toMatch(/^第 ([4-9]|1\d) 名/);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 / 337').waitFor();
    await page.keyboard.press('ArrowRight');
    await dialog.getByText('2 / 337').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    // The focus returns in the next frame.
    await page.waitForFunction(() => document.activeElement?.classList.contains('tile'));
    expect(await focused()).toMatch(/^第 1 名/);
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');
    expect(complaints).toEqual([]);
  });

  test('does not search during the composition of an input method, but for its final text', async () => {
    await page.goto(`${server.address}/?c=samples`);
    const asked: string[] = [];
    page.on('request', (request) => {
      const body = request.postData() ?? '';
      if (body.includes('"Find"'))
        asked.push((JSON.parse(body) as { variables: { query: { text: string } } }).variables.query.text);
    });
    const cdp = await page.context().newCDPSession(page);
    await page.getByRole('searchbox').focus();
    for (const text of ['x', 'xiao', 'xiao g', 'xiao gou']) {
      await cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
      await page.waitForTimeout(200);
    }
    await page.waitForTimeout(600);
    expect(asked).toEqual([]);
    await cdp.send('Input.insertText', { text: '小狗' });
    await page.getByText(/^「小狗」最接近的/).waitFor();
    expect(asked).toEqual(['小狗']);
  });

  test('copies a picture, and a GraphQL query that finds it', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.address });
    await page.goto(`${server.address}/?c=samples&q=${encodeURIComponent('红苹果')}`);
    await page.getByRole('button', { name: '开发者' }).click();
    await page.getByRole('button', { name: '复制当前画面的 GraphQL 查询' }).click();
    await page.getByText('已复制').waitFor();
    const query = await page.evaluate(() => navigator.clipboard.readText());
    const { search } = await server.data<{ search: { edges: { node: { image: { imageId: string } } }[] } }>(query);
    expect(search.edges[0]!.node.image.imageId).toBe('food/red-apple.png');
    await page.keyboard.press('Escape');
    await page.locator('.grid button.tile').first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: '更多操作' }).click();
    await page.getByRole('menuitem', { name: '复制图片' }).click();
    await dialog.getByText('已复制').waitFor();
    expect(await page.evaluate(async () => (await navigator.clipboard.read())[0]?.types)).toContain('image/png');
    expect(complaints).toEqual([]);
  });

  test('remembers queries in this browser only, until the user clears them', async () => {
    await page.goto(`${server.address}/?c=samples&q=${encodeURIComponent('生日蛋糕')}`);
    await page.getByText(/^「生日蛋糕」最接近的/).waitFor();
    await page.waitForTimeout(1_700);
    await page.goto(server.address);
    const history = page.getByRole('region', { name: '最近搜索' });
    await history.getByRole('button', { name: '生日蛋糕' }).click();
    await page.getByText(/^「生日蛋糕」最接近的/).waitFor();
    await page.goBack();
    await history.getByRole('button', { name: '清除' }).click();
    await history.waitFor({ state: 'detached' });
    await page.reload();
    await page.locator('.examples').waitFor();
    expect(await history.count()).toBe(0);
  });

  test.each([
    ['a laptop, with animations,', MOVING],
    ['a phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
    ['a dark colour scheme', { colorScheme: 'dark' as const }],
    ['a 4K screen', { viewport: { width: 3_840, height: 2_160 } }],
  ])('on %s the page is accessible, fits the width, and has no layout shift', async (_where, options) => {
    const own = await openPage(browser, server.address, options);
    const check = async (what: string): Promise<void> => {
      expect([what, await accessibilityProblems(own.page)]).toEqual([what, []]);
      const [width, inner] = await own.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect([what, width]).toEqual([what, Math.min(width, inner)]);
    };
    await own.page.goto(server.address);
    await own.page.locator('.examples').waitFor();
    await check('start');
    await own.page.goto(`${server.address}/?c=samples&q=${encodeURIComponent('微积分公式')}`);
    await own.page.locator('.grid .tile img').nth(10).waitFor();
    await own.page.waitForFunction(() => [...document.images].slice(0, 6).every((image) => image.complete));
    expect(await layoutShift(own.page)).toBeLessThan(0.02);
    await own.page.waitForTimeout(500);
    await check('results');
    await own.page.locator('.grid button.tile').first().click();
    await own.page.getByRole('dialog').waitFor();
    await own.page.waitForTimeout(400);
    await check('viewer');
    await own.page.keyboard.press('Escape');
    await own.page.getByRole('button', { name: '导入图片' }).click();
    await own.page.getByRole('grid', { name: '子文件夹' }).waitFor();
    await own.page.waitForTimeout(400);
    await check('load');
    await own.page.getByRole('tab', { name: '这台电脑' }).click();
    await check('upload');
    await own.page.keyboard.press('Escape');
    await own.page.goto(`${server.address}/?view=collections`);
    await own.page.locator('.card img').nth(3).waitFor();
    await check('collections');
    await own.page.getByRole('button', { name: '删除: samples' }).click();
    await own.page.getByRole('alertdialog').waitFor();
    await own.page.waitForTimeout(400);
    await check('drop');
    expect(own.complaints).toEqual([]);
    await own.page.close();
  });

  test('has no animations when the user prefers reduced motion', async () => {
    const own = await openPage(browser, server.address, { reducedMotion: 'reduce' });
    await own.page.goto(`${server.address}/?c=samples&q=${encodeURIComponent('小狗')}`);
    await own.page.locator('.grid button.tile').first().click();
    await own.page.getByRole('dialog').waitFor();
    const moving = await own.page.evaluate(() => document.getAnimations().length);
    expect(moving).toBe(0);
    await own.page.close();
  });

  test('the page can only run its own scripts and styles', async () => {
    const policy = (await fetch(server.address)).headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'self'/);
    expect(policy).not.toMatch(/unsafe/);
    const nonces = await Promise.all(
      [1, 2].map(
        async () =>
          /'nonce-([^']+)'/.exec((await fetch(server.address)).headers.get('content-security-policy') ?? '')?.[1],
      ),
    );
    expect(nonces[0]).toHaveLength(24);
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  test('a first visit loads few bytes of scripts', async () => {
    const { page: visit } = await openPage(browser, server.address);
    const cdp = await visit.context().newCDPSession(visit);
    await cdp.send('Network.enable');
    let bytes = 0;
    const pictures = new Set<string>();
    const uncompressed: string[] = [];
    cdp.on('Network.responseReceived', ({ type, requestId, response }) => {
      if (type === 'Image') pictures.add(requestId);
      if (type === 'Script' && response.headers['Content-Encoding'] === undefined) uncompressed.push(response.url);
    });
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (!pictures.has(requestId)) bytes += encodedDataLength;
    });
    await visit.goto(server.address);
    await visit.locator('.examples').waitFor();
    expect(uncompressed).toEqual([]);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(200_000);
    await visit.close();
  });

  test('can be installed, and searches with a picture that another app shares', async () => {
    const manifest = (await (await fetch(`${server.address}/manifest.webmanifest`)).json()) as {
      icons: { src: string; type: string }[];
      share_target: { action: string; params: { files: { name: string }[] } };
    };
    for (const { src, type } of manifest.icons) {
      const icon = await fetch(server.address + src);
      expect([icon.status, icon.headers.get('content-type')]).toEqual([200, type]);
    }
    // The server itself takes no form.
    const { action, params } = manifest.share_target;
    expect((await fetch(server.address + action, { method: 'POST' })).status).toBe(404);
    await page.goto(`${server.address}/?c=samples`);
    await page.evaluate(async () => {
      const { active, installing, waiting } = await navigator.serviceWorker.register('/share-worker.js');
      const worker = active ?? waiting ?? installing;
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (worker?.state === 'activated') resolve();
        };
        worker?.addEventListener('statechange', look);
        look();
      });
    });
    // As the system sends it.
    await page.evaluate(
      ([to, name]) => {
        const form = document.createElement('form');
        Object.assign(form, { id: 'share', method: 'POST', enctype: 'multipart/form-data', action: to });
        form.append(Object.assign(document.createElement('input'), { type: 'file', name }));
        document.body.append(form);
      },
      [action, params.files[0]?.name ?? ''] as const,
    );
    await page.locator('#share input').setInputFiles(SAMPLE);
    await page.evaluate(() => (document.querySelector('#share') as HTMLFormElement).submit());
    await page.getByText(/^与这张图片相似的 24 张/).waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(await page.evaluate(() => caches.keys())).toEqual([]);
    await page.evaluate(async () => {
      for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
    });
    expect(complaints).toEqual([]);
  });

  test('GraphiQL works without a network: its first example runs', async () => {
    await page.goto(`${server.address}/graphql`);
    await page.getByRole('button', { name: /execute query/i }).click();
    await page.getByText('similarity').last().waitFor();
    await page.waitForFunction(() => /"distance"/.test(document.body.innerText));
    expect(complaints.filter((complaint) => complaint.startsWith('requested'))).toEqual([]);
  });
});

import type { Browser } from 'playwright-core';
import { accessibilityProblems, inBrowser, launch, openPage } from './browser-harness';
import { TestServer } from './harness';

const ADMIN_KEY = '0123456789abcdef0123456789abcdef';

inBrowser('the page of a server that needs keys', () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    server = await TestServer.start({ WENTU_ALLOW_ANONYMOUS: 'off', WENTU_ADMIN_KEY: ADMIN_KEY });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('asks for a sign-in; an admin makes a password, whose owner is offered what the role may do', async () => {
    const { page, complaints } = await openPage(browser, server.address, { viewport: { width: 390, height: 800 } });
    await page.goto(server.address);
    await page.getByRole('heading', { name: '登录' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('tab', { name: '密钥' }).click();
    const submit = page.getByRole('button', { name: '登录' });
    const key = page.locator('input[name=key]');
    await key.fill('wrong');
    await submit.click();
    await page.getByRole('alert').getByText('密钥不对，或者名称和密码不对').waitFor();
    // The browser reports it beside the answer, so perhaps later.
    while (complaints.length === 0) await page.waitForTimeout(50);
    expect(complaints.splice(0)).toEqual([expect.stringContaining('401')]);
    await key.fill(ADMIN_KEY);
    await submit.click();

    await page.getByRole('link', { name: '密钥' }).click();
    await page.getByRole('button', { name: '新建' }).click();
    const dialog = page.getByRole('dialog', { name: '新建密钥或密码' });
    await dialog.getByLabel('名称').fill('小明');
    await dialog.getByLabel('密码，给人').check();
    await dialog.locator('input[type=password]').fill('一二三四五六七八九十');
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: '新建' }).click();
    await page.getByRole('listitem').filter({ hasText: '小明' }).waitFor();
    await page.getByRole('cell', { name: 'keys.create' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    // Nothing is wider than the phone.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.getByRole('button', { name: '退出登录' }).click();

    await page.getByLabel('名称').fill('小明');
    // Requests of the page before may have arrived after the session had ended.
    for (const complaint of complaints.splice(0)) expect(complaint).toContain('401');
    await page.locator('input[type=password]').fill('一二三四五六七八九十');
    await submit.click();
    await page.getByRole('button', { name: '退出登录' }).waitFor();
    expect(await page.getByRole('button', { name: '导入图片' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: '密钥' }).count()).toBe(0);
    await page.goto(`${server.address}/?view=collections`);
    await page.getByRole('heading', { name: 'default' }).waitFor();
    expect(await page.locator('.card-actions button').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

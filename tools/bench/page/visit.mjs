/* global document */
/**
 * One visit with an empty cache.
 * @param seen the selector of pictures; the visit ends when six are drawn
 * @returns times in ms since the start of the navigation, and sizes in KB
 */
export async function visit(browser, address, seen) {
  const page = await browser.newPage({ viewport: { width: 1_280, height: 860 }, locale: 'zh-CN' });
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  const [kinds, bytes] = [new Map(), { Script: 0, Image: 0, all: 0 }];
  network.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes.all += encodedDataLength;
    const kind = kinds.get(requestId);
    if (kind === 'Script' || kind === 'Image') bytes[kind] += encodedDataLength;
  });
  await page.goto(address);
  const drawn = await page.waitForFunction(
    (selector) => {
      const pictures = [...document.querySelectorAll(selector)].slice(0, 6);
      return (
        pictures.length === 6 &&
        pictures.every((picture) => picture.complete && picture.naturalWidth > 0) &&
        performance.now()
      );
    },
    seen,
    { polling: 'raf' },
  );
  const painted = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
  const pictures = await drawn.jsonValue();
  await page.waitForLoadState('networkidle');
  await page.close();
  const [script, all, page_] = [bytes.Script, bytes.all, bytes.all - bytes.Image].map((size) => size / 1_024);
  return { painted, pictures, script, all, page: page_ };
}

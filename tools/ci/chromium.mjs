import { chromium } from 'playwright-core';

/** The machine's Chromium, without a window and with a fresh profile. */
export async function launchChromium() {
  return await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
}

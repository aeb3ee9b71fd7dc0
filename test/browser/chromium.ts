import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';

/** Chromium without what it does on its own account over the network; `more` of its switches. */
export function launchChromium(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH,
    timeout: ACTION_TIMEOUT_MS,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}

export interface Size {
  width: number;
  height: number;
}
export const DESKTOP: Size = { width: 1280, height: 800 };
export const PHONE: Size = { width: 390, height: 844 };

/** Below a test's own limit, so that what was waited for is named. */
const ACTION_TIMEOUT_MS = 120_000;

/** Cookies of their own; whatever is done there has as long as an action may take. */
export async function newContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(ACTION_TIMEOUT_MS);
  return context;
}

export interface WatchedPage {
  page: Page;
  /**
   * What a healthy page never does: script errors, refusals by the content security policy, dialogs
   * opened by a script, calls to another origin. Tests expect it to be empty at their end.
   */
  complaints: string[];
}

/** A page of its own, with its own cookies. */
export async function openPage(
  browser: Browser,
  webUrl: string,
  size: Size = DESKTOP,
): Promise<WatchedPage> {
  const context = await newContext(browser, { viewport: size, baseURL: webUrl });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // A refused call (401 before the login) is the server's answer, not a fault of the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(`console: ${message.text()}`);
  });
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const { origin } = new URL(webUrl);
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) complaints.push(`request: ${request.url()}`);
  });
  return { page, complaints };
}

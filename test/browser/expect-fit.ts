import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.js';
import { expectAccessible } from './axe.js';
import { DESKTOP, type Size } from './chromium.js';

/** Nothing sticks out, once the page has given way: what is drawn does so in its next frame. */
export async function expectWidth(page: Page, name: string, size: Size): Promise<void> {
  await waitFor(
    async () => {
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      if (width !== size.width) throw new Error(`it is ${width} px wide`);
      return true;
    },
    { what: `${name} to be ${size.width} px wide`, withinMs: GIVES_WAY_MS },
  );
}

/** The narrowest phone the pages are made for. */
export const NARROW: Size = { width: 360, height: 780 };

const GIVES_WAY_MS = 20_000;

/** Each width and each theme once; for pictures all four. */
const USUAL = [
  { size: NARROW, themes: ['dark'] },
  { size: DESKTOP, themes: ['light'] },
] as const;
const THEMES = ['dark', 'light'] as const;

/**
 * The page as it stands, narrow and wide, dark and light: nothing sticks out and axe finds nothing.
 * With BROWSER_SHOTS there are pictures of all four in that folder.
 */
export async function expectFit(page: Page, name: string): Promise<void> {
  const folder = process.env['BROWSER_SHOTS'];
  for (const { size, themes } of USUAL) {
    await page.setViewportSize(size);
    for (const colorScheme of folder === undefined ? themes : THEMES) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
      const file = `${name}-${size.width}-${colorScheme}`;
      if (folder !== undefined) {
        await page.screenshot({ path: join(folder, `${file}.png`), fullPage: true });
      }
      await expectWidth(page, file, size);
      await expectAccessible(page, file);
    }
  }
}

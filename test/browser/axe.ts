import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** What axe finds wrong on the page as it stands, with every rule it has; `where` names it. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  // A script of ours would be refused by the content security policy; the debugger's is not.
  await page.evaluate(`window.axe ?? (() => { ${AXE} })()`);
  const violations = await page.evaluate<Violation[]>(
    `window.axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  );
  const found = violations.map(({ id, nodes }) => ({
    id,
    where,
    nodes: nodes
      .slice(0, 5)
      .map(({ target, failureSummary }) => [target.join(' '), failureSummary]),
  }));
  expect(found).toEqual([]);
}

/** The same in the light and in the dark. */
export async function expectAccessibleInBothThemes(page: Page, where: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    await expectAccessible(page, `${where}, ${colorScheme}`);
  }
}

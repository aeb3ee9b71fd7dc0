import type { Locator, Page } from 'playwright-core';

/** The dashboard as a person uses it: by labels, roles and words, not by markup. */

export interface Login {
  email: string;
  password: string;
}

/** Opens a page of the dashboard; without a session it shows the login. */
export async function openDashboard(page: Page, path = '/'): Promise<void> {
  await page.goto(`/dashboard${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

export class LoginForm {
  constructor(private readonly page: Page) {}

  async submit({ email, password }: Login): Promise<void> {
    await this.page.getByLabel('Email').fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Log in' }).click();
  }

  /** Submits and waits until the page behind the login is there. */
  async enter(login: Login): Promise<void> {
    await this.submit(login);
    await this.page.getByRole('button', { name: 'Log out', exact: true }).waitFor();
  }

  /** "Your session has ended …" or the refusal of a login. */
  note(): Locator {
    return this.page.getByRole('status').or(this.page.getByRole('alert'));
  }
}

/** The list; its rows are table rows on a wide screen and cards on a narrow one. */
export class DocumentList {
  constructor(private readonly page: Page) {}

  rows(): Locator {
    return this.page.locator('[data-document]');
  }

  /** The row that holds this text: a number, an external id, a name. */
  row(text: string): Locator {
    return this.rows().filter({ hasText: text });
  }

  /** Waits until so many rows are shown: the address of a search is there before its rows are. */
  async shows(count: number): Promise<void> {
    await this.rows().nth(count).waitFor({ state: 'detached' });
    await this.rows()
      .nth(count - 1)
      .waitFor();
  }

  statusOf(text: string): Locator {
    return this.row(text).locator('[data-document-status]');
  }

  /** Shows one status, or "All"; the tab's name is followed by its count. */
  async showStatus(label: string): Promise<void> {
    const tab = this.tab(label);
    await tab.click();
    await this.page
      .getByRole('navigation', { name: 'Status' })
      .locator('[aria-current=page]', { hasText: label })
      .waitFor();
    await this.settled();
  }

  tab(label: string): Locator {
    return this.page
      .getByRole('navigation', { name: 'Status' })
      .getByRole('link', { name: new RegExp(`^${label}[\\d,\\s]*$`) });
  }

  async search(text: string): Promise<void> {
    await this.page.getByLabel('Search by number, external id or name').fill(text);
    await this.page.waitForURL((url) => (url.searchParams.get('q') ?? '') === text);
    await this.settled();
  }

  async showKind(label: string): Promise<void> {
    await this.page.getByLabel('Kind of document').selectOption({ label });
    await this.settled();
  }

  async open(title: string): Promise<void> {
    await this.page.getByRole('link', { name: title, exact: true }).click();
    await this.page.getByRole('heading', { level: 2, name: 'History' }).waitFor();
  }

  select(name: string): Promise<void> {
    return this.page.getByLabel(`Select ${name}`, { exact: true }).check();
  }

  retryAllFailed(): Locator {
    return this.page.getByRole('button', { name: /^Retry all failed rows of this page/ });
  }

  retrySelected(): Locator {
    return this.page.getByRole('button', { name: /^Retry \d+ selected$/ });
  }

  /** The dialog of a retry, first its question, then its result. */
  dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  async confirmRetry(): Promise<void> {
    await this.dialog()
      .getByRole('button', { name: /^Retry \d+ document/ })
      .click();
    await this.dialog().getByRole('heading', { name: 'Retried' }).waitFor();
  }

  async closeDialog(): Promise<void> {
    await this.dialog().getByRole('button', { name: 'Close' }).last().click();
    await this.dialog().waitFor({ state: 'detached' });
  }

  /** The rows of what was asked for have come. */
  private async settled(): Promise<void> {
    await this.page.locator('[aria-busy=false]').waitFor();
  }
}

export class DocumentView {
  constructor(private readonly page: Page) {}

  title(): Locator {
    return this.page.getByRole('heading', { level: 1 });
  }

  /** The current status, not those of the history. */
  status(): Locator {
    return this.page.locator('[data-document-status]').first();
  }

  details(): Locator {
    return this.panel('Details');
  }

  inQuickBooks(): Locator {
    return this.panel('In QuickBooks');
  }

  historyEntries(): Locator {
    return this.panel('History').getByRole('listitem');
  }

  retryButton(): Locator {
    return this.page.getByRole('button', { name: 'Retry', exact: true });
  }

  async back(): Promise<void> {
    await this.page.getByRole('main').getByRole('link', { name: 'Documents' }).click();
    await this.page.getByRole('heading', { level: 1, name: 'Documents' }).waitFor();
  }

  private panel(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }
}

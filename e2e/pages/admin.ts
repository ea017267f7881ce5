import type { Locator, Page } from "@playwright/test";

/** The administration's pages that are in its menu, and what they are called there. */
export const adminPages: Record<string, string> = {
  "/account/admin": "Overview",
  "/account/admin/users": "Users",
  "/account/admin/sessions": "Sessions",
  "/account/admin/downstreams": "Downstreams",
  "/account/admin/keys": "Keys",
  "/account/admin/audit": "Audit log",
};

/** What all of the administration's pages have. */
class AdminPage {
  readonly heading: Locator;
  /** The ways to each of them. */
  readonly ways: Locator;
  /** What asks before something is done. */
  readonly question: Locator;

  constructor(
    readonly page: Page,
    readonly path: string,
  ) {
    this.heading = page.getByRole("heading", { name: adminPages[path] ?? "", exact: true, level: 1 });
    this.ways = page.getByRole("navigation", { name: "Administration" }).getByRole("link");
    this.question = page.getByRole("alertdialog");
  }

  async open(query: Record<string, string> = {}): Promise<void> {
    await this.page.goto(`${this.path}?${new URLSearchParams(query)}`);
    await this.heading.waitFor();
  }

  /** One of the answers to the question. */
  answer(name: string | RegExp): Locator {
    return this.question.getByRole("button", { name });
  }
}

/** A page that is a list. */
class ListPage extends AdminPage {
  readonly filters: Locator;
  readonly table: Locator;
  /** Those that are drawn. */
  readonly rows: Locator;
  readonly clear: Locator;

  constructor(page: Page, path: string) {
    super(page, path);
    this.filters = page.getByRole("search");
    this.table = page.getByRole("table", { name: adminPages[path] ?? "", exact: true });
    this.rows = this.table.getByRole("rowgroup").nth(1).getByRole("row");
    this.clear = page.getByRole("button", { name: "Take the filters away" });
  }

  row(text: string): Locator {
    return this.rows.filter({ hasText: text });
  }

  /** How many there are, as the page says it. */
  count(text: string | RegExp): Locator {
    return this.page.getByRole("status").filter({ hasText: text });
  }

  field(name: string): Locator {
    return this.filters.getByLabel(name, { exact: true });
  }
}

export class OverviewPage extends AdminPage {
  constructor(page: Page) {
    super(page, "/account/admin");
  }

  chart(name: string): Locator {
    return this.page.getByRole("figure", { name, exact: true });
  }

  /** A drawing's name says what it shows. */
  drawing(name: string): Locator {
    return this.chart(name).getByRole("img").first();
  }

  asTable(name: string): Locator {
    return this.chart(name).getByRole("button", { name: "As a table" });
  }

  part(name: string): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }
}

export class UsersPage extends ListPage {
  constructor(page: Page) {
    super(page, "/account/admin/users");
  }

  acts(name: string): Locator {
    return this.page.getByRole("button", { name: `What can be done to ${name}` });
  }

  /** Asks to do something to someone who is in the list. */
  async choose(name: string, act: string): Promise<void> {
    await this.acts(name).click();
    await this.menuItem(act).click();
  }

  menuItem(act: string): Locator {
    return this.page.getByRole("menuitem", { name: act });
  }
}

export class UserPage {
  readonly question: Locator;
  readonly sessions: Locator;
  readonly events: Locator;

  constructor(readonly page: Page) {
    this.question = page.getByRole("alertdialog");
    this.sessions = page.getByRole("region", { name: "Newest sessions" });
    this.events = page.getByRole("region", { name: "Latest events" });
  }

  async open(id: string): Promise<void> {
    await this.page.goto(`/account/admin/users/${id}`);
  }

  heading(name: string): Locator {
    return this.page.getByRole("heading", { name, level: 1 });
  }

  act(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }
}

export class AllSessionsPage extends ListPage {
  constructor(page: Page) {
    super(page, "/account/admin/sessions");
  }

  endButton(device: string): Locator {
    return this.row(device).getByRole("button", { name: `End ${device}` });
  }

  choice(device: string): Locator {
    return this.row(device).getByRole("checkbox");
  }

  act(name: string | RegExp): Locator {
    return this.page.getByRole("main").getByRole("button", { name });
  }
}

export class DownstreamsPage extends AdminPage {
  constructor(page: Page) {
    super(page, "/account/admin/downstreams");
  }

  downstream(name: string): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }

  /** What is said of it under a name. */
  fact(downstream: string, name: string): Locator {
    const term = this.page.getByRole("term").filter({ hasText: new RegExp(`^${name}$`) });
    return this.downstream(downstream).locator("dl > div", { has: term }).getByRole("definition");
  }
}

export class KeysPage extends AdminPage {
  readonly rotate: Locator;
  readonly rows: Locator;

  constructor(page: Page) {
    super(page, "/account/admin/keys");
    this.rotate = page.getByRole("button", { name: "Rotate" });
    this.rows = page.getByRole("table", { name: "Keys" }).getByRole("rowgroup").nth(1).getByRole("row");
  }

  inState(state: string): Locator {
    return this.rows.filter({ has: this.page.getByText(state, { exact: true }) });
  }
}

export class AuditPage extends ListPage {
  readonly anew: Locator;
  readonly details: Locator;

  constructor(page: Page) {
    super(page, "/account/admin/audit");
    this.anew = page.getByRole("button", { name: "Load the newest" });
    this.details = page.getByRole("dialog");
  }

  exportAs(format: "CSV" | "JSON lines"): Locator {
    return this.page.getByRole("button", { name: `Export as ${format}` });
  }
}

/** What stands in a page's place that is for another role. */
export class NotYours {
  readonly heading: Locator;

  constructor(page: Page) {
    this.heading = page.getByRole("heading", { name: "This page is not for your role", level: 1 });
  }
}

import type { Locator, Page } from "@playwright/test";

/** The example app as a visitor sees it. */
export class LandingPage {
  readonly heading: Locator;
  readonly signIn: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { name: "Orders, and how they are going", level: 1 });
    this.signIn = page.getByRole("link", { name: "Sign in" });
  }
}

export class OrdersPage {
  readonly heading: Locator;
  readonly table: Locator;
  readonly rows: Locator;
  readonly search: Locator;
  readonly newOrder: Locator;
  readonly placed: Locator;
  readonly dialog: Locator;
  readonly customer: Locator;
  readonly items: Locator;
  readonly place: Locator;
  readonly acting: Locator;
  readonly cancel: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { name: "All orders", level: 1 });
    this.table = page.getByRole("table", { name: "Orders, newest first" });
    this.rows = this.table.getByRole("rowgroup").nth(1).getByRole("row");
    this.search = page.getByRole("searchbox", { name: "Search orders" });
    this.newOrder = page.getByRole("button", { name: "New order" });
    this.placed = page.getByRole("status").filter({ hasText: "is placed." });
    this.dialog = page.getByRole("dialog", { name: "New order" });
    this.customer = this.dialog.getByLabel("Customer");
    this.items = this.dialog.getByLabel("Items");
    this.place = this.dialog.getByRole("button", { name: "Place order" });
    this.acting = this.dialog.getByRole("button", { name: "Placing…" });
    this.cancel = this.dialog.getByRole("button", { name: "Cancel" });
  }

  async open(): Promise<void> {
    await this.page.goto("/");
  }
}

export class InsightsPage {
  readonly heading: Locator;
  readonly tab: Locator;
  readonly customers: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { name: "Insights", level: 1 });
    this.tab = page.getByRole("navigation", { name: "Orders" }).getByRole("link", { name: "Insights" });
    this.customers = page.getByRole("table", { name: "Customers with the most revenue" });
  }

  async open(): Promise<void> {
    await this.page.goto("/insights");
  }

  /** The number that stands under a heading. */
  figure(title: string): Locator {
    const heading = this.page.getByRole("heading", { name: title, level: 2 });
    return heading.locator("xpath=following-sibling::p[1]");
  }

  chart(title: string): Locator {
    return this.page.getByRole("figure", { name: title });
  }
}

import type { Locator, Page } from "@playwright/test";

export type Experiment = "revoke" | "cost" | "scale" | "theft" | "anatomy";

const tabs: Record<Experiment, string> = {
  revoke: "End a session",
  cost: "What it costs",
  scale: "How it scales",
  theft: "Theft",
  anatomy: "One request",
};

export class LabPage {
  readonly heading: Locator;
  /** The way there, in the bar. */
  readonly tab: Locator;
  readonly run: Locator;
  readonly again: Locator;
  readonly stop: Locator;
  /** What was found, as a sentence. */
  readonly finding: Locator;
  readonly asTable: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { name: "Lab", level: 1 });
    this.tab = page.getByRole("navigation", { name: "Your account" }).getByRole("link", { name: "Lab" });
    this.run = page.getByRole("button", { name: "Run", exact: true });
    this.again = page.getByRole("button", { name: "Run again" });
    this.stop = page.getByRole("button", { name: "Stop" });
    this.finding = page.getByRole("status").first();
    this.asTable = page.getByRole("button", { name: "As a table" }).first();
  }

  async open(): Promise<void> {
    await this.page.goto("/account/lab");
    await this.run.waitFor();
  }

  async choose(experiment: Experiment): Promise<void> {
    const experiments = this.page.getByRole("navigation", { name: "Experiments" });
    await experiments.getByRole("button", { name: tabs[experiment] }).click();
    await this.part(tabs[experiment]).waitFor();
  }

  /** An experiment, or one of its ways. */
  part(name: string): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }

  rowsOf(table: string): Locator {
    return this.page.getByRole("table", { name: table }).getByRole("row");
  }

  steps(scene: string): Locator {
    return this.page.getByRole("list", { name: scene }).getByRole("listitem");
  }
}

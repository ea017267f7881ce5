import type { Locator, Page } from "@playwright/test";

/** What would be approved, and the answers to it: however a client has asked. */
export class Approval {
  readonly password: Locator;
  readonly approveButton: Locator;
  readonly denyButton: Locator;
  readonly alert: Locator;
  /** Whom one answers as. */
  readonly who: Locator;
  readonly someoneElse: Locator;

  constructor(readonly page: Page) {
    this.password = page.getByLabel("Password", { exact: true });
    this.approveButton = page.getByRole("button", { name: "Approve" });
    this.denyButton = page.getByRole("button", { name: "Deny" });
    this.alert = page.getByRole("alert");
    this.who = page.getByText(/^Signed in as /).locator("..");
    this.someoneElse = page.getByRole("link", { name: "Sign in as someone else" });
  }

  question(client: string): Locator {
    return this.page.getByRole("heading", { name: `Approve ${client}?`, level: 1 });
  }

  approved(client: string): Locator {
    return this.page.getByRole("heading", { name: `You approved ${client}`, level: 1 });
  }

  denied(client: string): Locator {
    return this.page.getByRole("heading", { name: `You denied ${client}`, level: 1 });
  }

  /** What stands beside a name: "May use", "Asked from". */
  fact(name: string): Locator {
    return this.page
      .getByRole("term")
      .filter({ hasText: new RegExp(`^${name}$`) })
      .locator("xpath=following-sibling::dd");
  }

  async approve(password: string): Promise<void> {
    await this.password.fill(password);
    await this.approveButton.click();
  }
}

/** Where the code that a device shows is entered. */
export class DevicePage {
  readonly heading: Locator;
  readonly code: Locator;
  readonly submit: Locator;
  readonly alert: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { name: "Connect a device", level: 1 });
    this.code = page.getByLabel("Code");
    this.submit = page.getByRole("button", { name: "Continue" });
    this.alert = page.getByRole("alert");
  }

  async open(userCode?: string): Promise<void> {
    await this.page.goto(`/account/device${userCode ? `?user_code=${userCode}` : ""}`);
  }

  async enter(code: string): Promise<void> {
    await this.code.fill(code);
    await this.submit.click();
  }
}

import type { Locator, Page } from "@playwright/test";
import type { Person } from "../fixtures/person.ts";

// Page objects find and act; the journeys say what must be true.

export class SignInPage {
  readonly heading: Locator;
  readonly email: Locator;
  readonly password: Locator;
  readonly remember: Locator;
  readonly submit: Locator;
  readonly alert: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { name: "Sign in", level: 1 });
    this.email = page.getByLabel("Email");
    this.password = page.getByLabel("Password", { exact: true });
    this.remember = page.getByRole("checkbox", { name: "Keep me signed in" });
    this.submit = page.getByRole("button", { name: "Sign in", exact: true });
    this.alert = page.getByRole("alert");
  }

  async open(returnTo = "/"): Promise<void> {
    await this.page.goto(`/account/sign-in?return_to=${encodeURIComponent(returnTo)}`);
  }

  async signIn(person: Pick<Person, "email" | "password">): Promise<void> {
    await this.email.fill(person.email);
    await this.password.fill(person.password);
    await this.submit.click();
  }
}

/** Signs in and waits until the page that was asked for is there. */
export async function signedIn(page: Page, person: Person, at = "/account/sessions"): Promise<void> {
  const signIn = new SignInPage(page);
  await signIn.open(at);
  await signIn.signIn(person);
  await page.waitForURL((url) => url.pathname === at);
}

/** Signs in past the page that asks for it, for journeys that are about something else, and opens a page. */
export async function arrive(page: Page, { email, password }: Person, at?: string): Promise<void> {
  const answer = await page.request.post("/auth/login", {
    data: { email, password },
    headers: { "X-CSRF": "1" },
  });
  if (!answer.ok()) throw new Error(`login answered ${answer.status()}: ${await answer.text()}`);
  if (at) await page.goto(at);
}

export class RegisterPage {
  readonly heading: Locator;
  readonly name: Locator;
  readonly email: Locator;
  readonly password: Locator;
  readonly rules: Locator;
  readonly submit: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { name: "Create an account", level: 1 });
    this.name = page.getByLabel("Name", { exact: true });
    this.email = page.getByLabel("Email");
    this.password = page.getByLabel("Password", { exact: true });
    this.rules = page.getByRole("list", { name: "What a password must be" }).getByRole("listitem");
    this.submit = page.getByRole("button", { name: "Create account" });
  }

  async open(returnTo = "/"): Promise<void> {
    await this.page.goto(`/account/register?return_to=${encodeURIComponent(returnTo)}`);
  }

  async register({ name, email, password }: Person): Promise<void> {
    await this.name.fill(name);
    await this.email.fill(email);
    await this.password.fill(password);
    await this.submit.click();
  }
}

export class SessionsPage {
  readonly heading: Locator;
  readonly table: Locator;
  readonly rows: Locator;
  readonly here: Locator;
  readonly endOthers: Locator;
  readonly question: Locator;
  readonly lately: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { name: "Devices and sessions", level: 1 });
    this.table = page.getByRole("table", { name: "Sessions that are open now" });
    this.rows = this.table.getByRole("rowgroup").nth(1).getByRole("row");
    this.here = this.rows.filter({ hasText: "This device" });
    this.endOthers = page.getByRole("button", { name: /^End the (other one|\d+ others)$/ });
    this.question = page.getByRole("alertdialog");
    this.lately = page.getByRole("region", { name: "Ended lately" });
  }

  async open(): Promise<void> {
    await this.page.goto("/account/sessions");
  }

  row(device: string): Locator {
    return this.rows.filter({ hasText: device });
  }

  endButton(device: string): Locator {
    return this.page.getByRole("button", { name: `End the session of ${device}` });
  }
}

export class SecurityPage {
  readonly heading: Locator;
  readonly current: Locator;
  readonly next: Locator;
  readonly submit: Locator;
  readonly result: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { name: "Security", level: 1 });
    this.current = page.getByLabel("Current password", { exact: true });
    this.next = page.getByLabel("New password", { exact: true });
    this.submit = page.getByRole("button", { name: "Change password" });
    this.result = page.getByRole("status").filter({ hasText: "Your password is changed." });
  }

  async open(): Promise<void> {
    await this.page.goto("/account/security");
  }

  async change(current: string, next: string): Promise<void> {
    await this.current.fill(current);
    await this.next.fill(next);
    await this.submit.click();
  }
}

export class ActivityPage {
  readonly lines: Locator;
  readonly more: Locator;

  constructor(readonly page: Page) {
    this.lines = page.getByRole("list", { name: "Activity" }).getByRole("listitem");
    this.more = page.getByRole("button", { name: "Show 50 more" });
  }

  async open(): Promise<void> {
    await this.page.goto("/account/activity");
  }

  filter(name: string): Locator {
    return this.page.getByRole("navigation", { name: "What to show" }).getByRole("button", { name });
  }
}

export class ClientsPage {
  readonly question: Locator;

  constructor(readonly page: Page) {
    this.question = page.getByRole("alertdialog");
  }

  async open(): Promise<void> {
    await this.page.goto("/account/clients");
  }

  client(name: string): Locator {
    return this.page.getByRole("listitem").filter({ has: this.page.getByRole("heading", { name }) });
  }

  takeBack(name: string): Locator {
    return this.page.getByRole("button", { name: `Take back what ${name} may do` });
  }
}

/** The question for a fresh proof, wherever it is asked. */
export class StepUpDialog {
  readonly dialog: Locator;
  readonly password: Locator;
  readonly confirm: Locator;
  readonly cancel: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
    this.password = this.dialog.getByLabel("Password", { exact: true });
    this.confirm = this.dialog.getByRole("button", { name: "Confirm" });
    this.cancel = this.dialog.getByRole("button", { name: "Cancel" });
  }
}

/** What a page becomes whose session has ended elsewhere. */
export class SignedOut {
  readonly heading: Locator;
  readonly text: Locator;
  readonly again: Locator;
  /** Where one signs in again, in place. */
  readonly dialog: Locator;
  /** Where someone else is signed in meanwhile. */
  readonly anew: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { name: "You were signed out", level: 1 });
    this.text = page.getByRole("status").filter({ has: this.heading });
    this.again = page.getByRole("button", { name: "Sign in again" });
    this.dialog = page.getByRole("dialog", { name: "Sign in again" });
    this.anew = page.getByRole("button", { name: "Load this page anew" });
  }

  /** Without leaving the page. */
  async signIn(person: Pick<Person, "email" | "password">): Promise<void> {
    await this.again.click();
    await new SignInPage(this.page).signIn(person);
  }
}

/** What says that the session will end by itself. */
export class Expiring {
  readonly dialog: Locator;
  readonly timer: Locator;
  readonly stay: Locator;
  readonly leave: Locator;
  /** At the absolute limit alone. */
  readonly password: Locator;
  readonly again: Locator;
  readonly later: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("alertdialog", { name: /^You will be signed out in \d:\d\d$/ });
    this.timer = this.dialog.getByRole("timer");
    this.stay = this.dialog.getByRole("button", { name: "Stay signed in" });
    this.leave = this.dialog.getByRole("button", { name: "Sign out now" });
    this.password = this.dialog.getByLabel("Password", { exact: true });
    this.again = this.dialog.getByRole("button", { name: "Sign in" });
    this.later = this.dialog.getByRole("button", { name: "Not now" });
  }
}

/** Who is signed in, and the ways from there: in the account's pages and in the example app alike. */
export class UserMenu {
  readonly button: Locator;
  readonly menu: Locator;
  readonly signOut: Locator;

  constructor(
    readonly page: Page,
    { name, email }: Person,
  ) {
    this.button = page.getByRole("button", { name: `${name}, account of ${email}` });
    this.menu = page.getByRole("menu", { name: "Account" });
    this.signOut = this.menu.getByRole("menuitem", { name: "Sign out" });
  }

  link(name: string): Locator {
    return this.menu.getByRole("menuitem", { name });
  }
}

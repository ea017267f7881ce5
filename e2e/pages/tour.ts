import type { Page } from "@playwright/test";
import { agents } from "../fixtures/agents.ts";
import { type Person, signInOnTheWire } from "../fixtures/person.ts";
import { answer, hold, refuse, stopPlaying } from "../fixtures/play.ts";
import { ask } from "../fixtures/wire.ts";
import {
  RegisterPage,
  SecurityPage,
  SessionsPage,
  SignedOut,
  SignInPage,
  StepUpDialog,
  UserMenu,
} from "./account.ts";
import { InsightsPage, LandingPage, OrdersPage } from "./orders.ts";

/** One page in one state, and the way there. */
export interface Stop {
  name: string;
  /** Something lies over the page, as high as the window. */
  over?: boolean;
  reach(page: Page, person: Person): Promise<void>;
}

/** Every page and state that a visitor can see. */
const visitor: Stop[] = [
  {
    name: "landing",
    async reach(page) {
      await page.goto("/");
      await new LandingPage(page).heading.waitFor();
    },
  },
  {
    name: "sign-in",
    async reach(page) {
      await new SignInPage(page).open();
      await new SignInPage(page).heading.waitFor();
    },
  },
  {
    name: "sign-in-nothing-typed",
    async reach(page) {
      await new SignInPage(page).open();
      await new SignInPage(page).submit.click();
      await page.getByText("Enter your email address.").waitFor();
    },
  },
  {
    name: "sign-in-wrong",
    async reach(page, { email }) {
      const signIn = new SignInPage(page);
      await signIn.open();
      await signIn.signIn({ email, password: "certainly not the password" });
      await signIn.alert.getByText("Email or password is wrong.").waitFor();
    },
  },
  {
    name: "sign-in-limited",
    async reach(page, person) {
      await refuse(page, "/auth/login", { status: 429, code: "rate_limited", retryAfter: 240 });
      const signIn = new SignInPage(page);
      await signIn.open();
      await signIn.signIn(person);
      await signIn.alert.getByText("Too many attempts.").waitFor();
    },
  },
  {
    name: "sign-in-unreachable",
    over: true,
    async reach(page, person) {
      const signIn = new SignInPage(page);
      await signIn.open();
      await page.route("/auth/*", (route) => route.abort());
      await signIn.signIn(person);
      await signIn.alert.getByText("The server can’t be reached.").waitFor();
    },
  },
  {
    name: "register",
    async reach(page) {
      await new RegisterPage(page).open();
      await new RegisterPage(page).heading.waitFor();
    },
  },
  {
    name: "register-errors",
    async reach(page) {
      const register = new RegisterPage(page);
      await register.open();
      await register.register({ name: "", email: "no address", password: "short" });
      await page.getByText("At least 15 characters: 5 so far").waitFor();
      await register.name.and(page.locator("[aria-invalid=true]")).waitFor();
    },
  },
  {
    name: "register-taken",
    async reach(page, { name, email }) {
      const register = new RegisterPage(page);
      await register.open();
      await register.register({ name, email, password: "a fine day for something new" });
      await page.getByText("There is an account with this address already.").waitFor();
    },
  },
  {
    name: "account-not-found",
    async reach(page) {
      await page.goto("/account/nowhere");
      await page.getByRole("heading", { name: "There is no page here" }).waitFor();
    },
  },
];

/** Every page and state of the example app. The last one is signed out. */
const app: Stop[] = [
  {
    name: "orders",
    async reach(page) {
      await new OrdersPage(page).open();
      await new OrdersPage(page).table.waitFor();
    },
  },
  {
    name: "user-menu",
    over: true,
    async reach(page, person) {
      await new OrdersPage(page).table.waitFor();
      await new UserMenu(page, person).button.click();
      await new UserMenu(page, person).menu.waitFor();
    },
  },
  {
    name: "new-order",
    over: true,
    async reach(page) {
      const orders = new OrdersPage(page);
      await orders.open();
      await orders.newOrder.click();
      await orders.dialog.waitFor();
    },
  },
  {
    name: "new-order-errors",
    over: true,
    async reach(page) {
      const orders = new OrdersPage(page);
      await orders.place.click();
      await orders.items.fill("many");
      await page.getByText("Enter the customer’s name.").waitFor();
    },
  },
  {
    name: "order-placed",
    async reach(page) {
      const orders = new OrdersPage(page);
      await orders.customer.fill("Ångström & Daughters");
      await orders.items.fill("12");
      await orders.place.click();
      await orders.placed.waitFor();
    },
  },
  {
    name: "orders-not-found",
    async reach(page) {
      await new OrdersPage(page).search.fill("nobody of that name");
      await page.getByRole("heading", { name: "No order matches" }).waitFor();
    },
  },
  {
    name: "orders-empty",
    async reach(page) {
      await answer(page, "/api/orders/", { orders: [], total: 0 });
      await new OrdersPage(page).open();
      await page.getByRole("heading", { name: "No orders yet" }).waitFor();
    },
  },
  {
    name: "orders-loading",
    async reach(page) {
      await hold(page, "/api/orders/");
      await new OrdersPage(page).open();
      await page.getByText("Loading orders").waitFor();
    },
  },
  {
    name: "orders-failed",
    async reach(page) {
      await refuse(page, "/api/orders/", { status: 500, code: "internal" });
      await new OrdersPage(page).open();
      await page.getByRole("heading", { name: "Your orders could not be loaded" }).waitFor();
    },
  },
  {
    name: "orders-busy",
    async reach(page) {
      await refuse(page, "/api/orders/", { status: 503, code: "unavailable", retryAfter: 90 });
      await new OrdersPage(page).open();
      await page.getByText("Trying again in").waitFor();
    },
  },
  {
    name: "orders-offline",
    over: true,
    async reach(page) {
      await new OrdersPage(page).open();
      await new OrdersPage(page).table.waitFor();
      await page.route("/auth/*", (route) => route.abort());
      await page.evaluate(() => window.dispatchEvent(new Event("offline")));
      await page.getByText("This page goes on by itself when the connection is back.").waitFor();
    },
  },
  {
    name: "insights",
    async reach(page) {
      await new InsightsPage(page).open();
      await new InsightsPage(page).customers.waitFor();
    },
  },
  {
    name: "insights-as-table",
    async reach(page) {
      const chart = new InsightsPage(page).chart("Revenue by day");
      await chart.getByRole("button", { name: "As a table" }).click();
      await chart.getByRole("table").waitFor();
    },
  },
  {
    name: "insights-loading",
    async reach(page) {
      await hold(page, "/api/insights/");
      await new InsightsPage(page).open();
      await page.getByText("Loading your figures").waitFor();
    },
  },
  {
    name: "insights-failed",
    async reach(page) {
      await refuse(page, "/api/insights/", { status: 502, code: "bad_gateway", retryAfter: 90 });
      await new InsightsPage(page).open();
      await page.getByRole("heading", { name: "Your figures could not be loaded" }).waitFor();
    },
  },
  {
    name: "app-not-found",
    async reach(page) {
      await page.goto("/nowhere");
      await page.getByRole("heading", { name: "There is no page here" }).waitFor();
    },
  },
  {
    name: "app-signed-out",
    async reach(page, person) {
      await new OrdersPage(page).open();
      await new OrdersPage(page).table.waitFor();
      await endElsewhere(person);
      await new SignedOut(page).heading.waitFor();
    },
  },
];

/** Every page and state of the account's own pages. The last one is signed out. */
const account: Stop[] = [
  {
    name: "profile",
    async reach(page) {
      await page.goto("/account/");
      await page.getByRole("heading", { name: "This session" }).waitFor();
    },
  },
  {
    name: "account-loading",
    async reach(page) {
      await hold(page, "/auth/session");
      await page.goto("/account/");
      await page.getByText("Loading").waitFor();
    },
  },
  {
    name: "account-failed",
    async reach(page) {
      await refuse(page, "/auth/session", { status: 500, code: "internal" });
      await page.goto("/account/");
      await page.getByRole("heading", { name: "Your account could not be loaded" }).waitFor();
    },
  },
  {
    name: "sessions",
    async reach(page, person) {
      await signInOnTheWire(person, agents.firefox);
      await signInOnTheWire(person, agents.tablet);
      await signInOnTheWire(person, agents.iphone);
      await new SessionsPage(page).open();
      await new SessionsPage(page).row("iPhone").waitFor();
    },
  },
  {
    name: "sessions-one-ended",
    async reach(page) {
      const sessions = new SessionsPage(page);
      await sessions.endButton("Firefox on Windows").click();
      await sessions.rows.filter({ hasText: "Ended just now, by you." }).waitFor();
    },
  },
  {
    name: "sessions-not-ended",
    async reach(page) {
      await refuse(page, "/auth/sessions/*", { status: 500, code: "internal" });
      const sessions = new SessionsPage(page);
      await sessions.endButton("Safari on iPhone").click();
      await page.getByText("Not ended: something went wrong").waitFor();
    },
  },
  {
    name: "sessions-question",
    over: true,
    async reach(page) {
      await new SessionsPage(page).endOthers.click();
      await new SessionsPage(page).question.waitFor();
    },
  },
  {
    name: "step-up",
    over: true,
    async reach(page) {
      await refuse(page, "/auth/sessions", { status: 401, code: "step_up_required" });
      await new SessionsPage(page).question.getByRole("button", { name: /^End \d+ sessions$/ }).click();
      await new StepUpDialog(page).dialog.waitFor();
    },
  },
  {
    name: "step-up-wrong",
    over: true,
    async reach(page) {
      const stepUp = new StepUpDialog(page);
      await stepUp.password.fill("certainly not the password");
      await stepUp.confirm.click();
      await page.getByText("This is not your password.").waitFor();
    },
  },
  {
    name: "sessions-loading",
    async reach(page) {
      await hold(page, "/auth/sessions");
      await new SessionsPage(page).open();
      await page.getByText("Loading your sessions").waitFor();
    },
  },
  {
    name: "sessions-failed",
    async reach(page) {
      await refuse(page, "/auth/sessions", { status: 500, code: "internal" });
      await new SessionsPage(page).open();
      await page.getByRole("heading", { name: "Your sessions could not be loaded" }).waitFor();
    },
  },
  {
    name: "security",
    async reach(page) {
      await new SecurityPage(page).open();
      await new SecurityPage(page).current.waitFor();
    },
  },
  {
    name: "security-errors",
    async reach(page) {
      await new SecurityPage(page).change("certainly not the password", "another fine day for all");
      await page.getByText("This is not your current password.").waitFor();
    },
  },
  {
    name: "security-changed",
    async reach(page, person) {
      const security = new SecurityPage(page);
      const next = `${person.password} anew`;
      await security.change(person.password, next);
      await security.result.waitFor();
      person.password = next;
    },
  },
  {
    name: "account-signed-out",
    async reach(page, person) {
      await new SessionsPage(page).open();
      await new SessionsPage(page).here.waitFor();
      await endElsewhere(person);
      await new SignedOut(page).heading.waitFor();
    },
  },
];

export const tours = { visitor, app, account };

/** Goes to a stop; what was played on the way to the one before is over. */
export async function reach(stop: Stop, page: Page, person: Person): Promise<void> {
  await stopPlaying(page);
  await stop.reach(page, person);
}

/** Ends all of someone's sessions but a new one, from another device. */
async function endElsewhere(person: Person): Promise<void> {
  const secret = await signInOnTheWire(person, agents.firefox);
  const { status } = await ask("DELETE", "/auth/sessions", { secret });
  if (status !== 200) throw new Error(`ending the others answered ${status}`);
}

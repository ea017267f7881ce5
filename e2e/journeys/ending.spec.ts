import type { Page } from "@playwright/test";
import { agents } from "../fixtures/agents.ts";
import { fetchIn, secretOf, type Who } from "../fixtures/ask.ts";
import { answerTo, follows, momentOfSignOut } from "../fixtures/moment.ts";
import { newPerson, type Person, signInOnTheWire } from "../fixtures/person.ts";
import { expect, test } from "../fixtures/test.ts";
import { ask, origin } from "../fixtures/wire.ts";
import { arrive, SecurityPage, SessionsPage, SignedOut, SignInPage, UserMenu } from "../pages/account.ts";
import { LandingPage, OrdersPage } from "../pages/orders.ts";

test("one browser ends the other's session, whose open page says so by itself", async ({
  page,
  person,
  otherBrowser,
}) => {
  const other = await openApp(await otherBrowser.newPage(), person);
  const secret = await secretOf(otherBrowser);
  const sessions = new SessionsPage(page);
  await arrive(page, person, "/account/sessions");
  await expect(sessions.rows).toHaveCount(2);

  const seen = momentOfSignOut(other);
  const answer = await answerTo(page, "DELETE", "/auth/sessions/", () =>
    sessions.endButton("Firefox on Windows").click(),
  );
  expect(answer.status()).toBe(204);
  await seen;

  const out = new SignedOut(other);
  await expect(out.text).toContainText(/You ended this session from another device, today at \d\d:\d\d\./);
  await expect(out.text).toContainText("If that wasn’t you, sign in and change your password");
  await expectNothingLeft(other, person);
  await expectDead(other, secret);

  // The row stays where one looked, and says what happened.
  await expect(sessions.row("Firefox on Windows")).toContainText("Ended just now, by you.");
  await expect(sessions.here).toBeVisible();

  await out.signIn(person);
  await expect(new OrdersPage(other).heading).toBeVisible();
  expect((await fetchIn<Who>(other, "/auth/session")).status).toBe(200);
});

test("all tabs of the other browser say so, the account's pages too", async ({
  page,
  person,
  otherBrowser,
}) => {
  const app = await openApp(await otherBrowser.newPage(), person);
  const account = await otherBrowser.newPage();
  await new SecurityPage(account).open();
  await expect(new SecurityPage(account).heading).toBeVisible();
  await follows(account);
  const sessions = new SessionsPage(page);
  await arrive(page, person, "/account/sessions");

  const seen = [momentOfSignOut(app), momentOfSignOut(account)];
  const answer = await answerTo(page, "DELETE", "/auth/sessions/", () =>
    sessions.endButton("Firefox on Windows").click(),
  );
  expect(answer.status()).toBe(204);
  await Promise.all(seen);
  for (const tab of [app, account]) await expectNothingLeft(tab, person);
});

test("“end the others” ends each of them, and this one lives", async ({ page, person, otherBrowser }) => {
  const other = await openApp(await otherBrowser.newPage(), person);
  const secret = await secretOf(otherBrowser);
  const onPhone = await signInOnTheWire(person, agents.iphone);
  const sessions = new SessionsPage(page);
  await arrive(page, person, "/account/sessions");
  await expect(sessions.rows).toHaveCount(3);

  await sessions.endOthers.click();
  await expect(sessions.question).toHaveAccessibleName("End the 2 other sessions?");
  await expect(sessions.question).toHaveAccessibleDescription(/Firefox on Windows/);
  await expect(sessions.question).toHaveAccessibleDescription(/Safari on iPhone/);
  const keep = sessions.question.getByRole("button", { name: "Keep them" });
  await expect(keep).toBeFocused();
  await keep.click();
  expect((await ask("GET", "/auth/session", { secret })).status).toBe(200);

  await sessions.endOthers.click();
  const seen = momentOfSignOut(other);
  const answer = await answerTo(page, "DELETE", "/auth/sessions", () =>
    sessions.question.getByRole("button", { name: "End 2 sessions" }).click(),
  );
  expect(await answer.json()).toEqual({ ended: 2 });
  await seen;
  await expectDead(other, secret);
  expect((await ask("GET", "/auth/session", { secret: onPhone })).status).toBe(401);
  await expect(sessions.rows.filter({ hasText: "Ended just now, by you." })).toHaveCount(2);
  await expect(sessions.endOthers).toBeHidden();
  expect((await fetchIn<Who>(page, "/auth/session")).status).toBe(200);
});

test("a new password ends all other sessions, and says which", async ({ page, person, otherBrowser }) => {
  const other = await openApp(await otherBrowser.newPage(), person);
  const secret = await secretOf(otherBrowser);
  await arrive(page, person, "/account/security");
  const security = new SecurityPage(page);
  const next = `${person.password} anew`;

  await security.change("not the current one", next);
  await expect(security.current).toHaveAccessibleDescription("This is not your current password.");
  await expect(security.current).toBeFocused();
  await expect(security.next).toHaveValue(next);
  expect((await ask("GET", "/auth/session", { secret })).status).toBe(200);

  const seen = momentOfSignOut(other);
  const answer = await answerTo(page, "POST", "/auth/password", () => security.change(person.password, next));
  expect(answer.status()).toBe(204);
  await seen;
  await expect(security.result).toContainText("1 other session ended with it: Firefox on Windows.");
  await expect(new SignedOut(other).text).toContainText(
    /You changed your password on another device, today at/,
  );
  await expectDead(other, secret);

  expect((await fetchIn<Who>(page, "/auth/session")).status).toBe(200);
  const { email, password } = person;
  expect((await ask("POST", "/auth/login", { body: { email, password } })).status).toBe(401);
  expect((await ask("POST", "/auth/login", { body: { email, password: next } })).status).toBe(200);
});

test("signing out in one tab shows in the other", async ({ page, person, context }) => {
  await openApp(page, person);
  const secret = await secretOf(context);
  const tab = await context.newPage();
  await new SessionsPage(tab).open();
  await expect(new SessionsPage(tab).here).toBeVisible();
  await follows(tab);

  const seen = momentOfSignOut(tab);
  const menu = new UserMenu(page, person);
  await menu.button.click();
  const answer = await answerTo(page, "POST", "/auth/logout", () => menu.signOut.click());
  expect(answer.status()).toBe(204);
  await seen;
  await expect(new LandingPage(page).heading).toBeVisible();
  await expect(new SignedOut(tab).text).toContainText(/You signed out in another tab, today at \d\d:\d\d\./);
  await expectNothingLeft(tab, person);
  expect(await context.cookies()).toEqual([]);
  expect((await ask("GET", "/auth/session", { secret })).status).toBe(401);
});

test("signing out on the list of sessions ends this one alone", async ({ page, person, otherBrowser }) => {
  const other = await openApp(await otherBrowser.newPage(), person);
  await arrive(page, person, "/account/sessions");
  const secret = await secretOf(page.context());
  await new SessionsPage(page).here.getByRole("button", { name: "Sign out" }).click();
  await expect(new SignInPage(page).heading).toBeVisible();
  await expect(page).toHaveURL(`${origin}/account/sign-in`);
  expect(await page.context().cookies()).toEqual([]);
  expect((await ask("GET", "/auth/session", { secret })).status).toBe(401);
  expect((await fetchIn<Who>(other, "/auth/session")).status).toBe(200);
  await expect(new OrdersPage(other).table).toBeVisible();
});

test("a page that was cut off when its session ended says so as soon as it is back", async ({
  page,
  person,
  wire,
}) => {
  await openApp(page, person);
  const secret = await secretOf(page.context());
  wire.cut();
  await expect(page.getByText("The server can’t be reached.")).toBeVisible();
  expect((await ask("POST", "/auth/logout", { secret })).status).toBe(204);
  await expect(new OrdersPage(page).table).toBeVisible(); // what was read stays readable: nobody knows yet

  wire.mend();
  await expect(new SignedOut(page).heading).toBeVisible();
  await expectNothingLeft(page, person);
});

test("nobody can end someone else's session", async ({ page, person, otherBrowser }) => {
  const other = await openApp(await otherBrowser.newPage(), await newPerson());
  const { body } = await fetchIn<Who>(other, "/auth/session");
  await arrive(page, person, "/account/sessions");
  const answer = await fetchIn(page, `/auth/sessions/${body.session.sid}`, "DELETE");
  expect(answer.status).toBe(404);
  expect((await fetchIn<Who>(other, "/auth/session")).status).toBe(200);
  await expect(new OrdersPage(other).table).toBeVisible();
});

/** Signs in at the example app, and waits until its page follows the session. */
async function openApp(page: Page, person: Person): Promise<Page> {
  await arrive(page, person, "/");
  await expect(new OrdersPage(page).table).toBeVisible();
  await follows(page);
  return page;
}

/** Nothing of the session stays on the screen: no data, no name, no menu. */
async function expectNothingLeft(page: Page, person: Person): Promise<void> {
  await expect(new SignedOut(page).heading).toBeFocused();
  await expect(page.getByRole("table")).toHaveCount(0);
  await expect(page.getByRole("navigation")).toHaveCount(0);
  const html = await page.content();
  expect(html).not.toContain(person.name);
  expect(html).not.toContain(person.email);
}

/** What the ended session carried opens nothing, from its own page or from anywhere. */
async function expectDead(page: Page, secret: string): Promise<void> {
  for (const path of ["/auth/session", "/auth/sessions", "/api/orders/", "/api/insights/"]) {
    const answer = await fetchIn(page, path);
    expect(answer.status, path).toBe(401);
    expect(answer.body.code).toBe("unauthenticated");
    expect((await ask("GET", path, { secret })).status, path).toBe(401);
  }
}

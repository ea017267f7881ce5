import type { BrowserContext, Page } from "@playwright/test";
import { fetchIn, secretOf, type Who } from "../fixtures/ask.ts";
import { type Left, leave } from "../fixtures/database.ts";
import { focusOf } from "../fixtures/focus.ts";
import { bringAxe, violations } from "../fixtures/judge.ts";
import { answerTo, follows } from "../fixtures/moment.ts";
import type { Network } from "../fixtures/network.ts";
import { newPerson, type Person } from "../fixtures/person.ts";
import { hold } from "../fixtures/play.ts";
import { header } from "../fixtures/tap.ts";
import { expect, test } from "../fixtures/test.ts";
import { ask } from "../fixtures/wire.ts";
import { arrive, Expiring, SecurityPage, SignedOut, signedIn } from "../pages/account.ts";
import { OrdersPage } from "../pages/orders.ts";
import { endElsewhere } from "../pages/tour/stop.ts";

const minute = 60_000;

test("two minutes before the end the pages say so, and staying puts it off in every tab", async ({
  page,
  person,
  context,
  wire,
}) => {
  await halfOrdered(page, person);
  const account = await context.newPage();
  await new SecurityPage(account).open();
  await expect(new SecurityPage(account).current).toBeEditable(); // all of it is there, and asks nothing more
  await later(page, 27);
  await expect(page.getByRole("alertdialog")).toHaveCount(0);

  await later(page, 1.1, { idle: 118 });
  const [here, there] = [new Expiring(page), new Expiring(account)];
  await expect(here.timer).toHaveText(/^1:[45]\d$/);
  await expect(there.timer).toHaveText(/^1:[45]\d$/);
  await expect(here.dialog).toContainText("You haven’t used Orders for 28 minutes.");
  await expect(there.dialog).toContainText("You haven’t used Vestibule for 28 minutes.");
  await expect(here.stay).toBeFocused();
  await expect(page).toHaveTitle(/^1:[45]\d left · /);

  const before = uses(wire);
  await page.keyboard.press("Enter");
  await expect(here.dialog).toBeHidden();
  await expect(there.dialog).toBeHidden();
  expect(uses(wire) - before, "uses").toBe(1);
  // It is the database that says so, and what was typed is still there.
  await expect(async () => expect(await leftOf(page)).toBeGreaterThan(29 * minute)).toPass();
  await expect(new OrdersPage(page).customer).toHaveValue("Patience Works");
  await new OrdersPage(page).place.click();
  await expect(new OrdersPage(page).placed).toContainText("for Patience Works is placed.");
});

test("a session that is used in one tab is warned of in none, though that tab was idle", async ({
  page,
  person,
  context,
}) => {
  await openApp(page, person);
  const account = await context.newPage();
  await new SecurityPage(account).open();
  await expect(new SecurityPage(account).current).toBeEditable(); // all of it is there, and asks nothing more
  const asked = account.waitForRequest("**/auth/sessions");
  await later(page, 28.1); // in the database it was used just now: by this or another tab
  await (await asked).response();
  await expect(new SecurityPage(account).current).toBeEditable();
  for (const tab of [page, account]) await expect(tab.getByRole("alertdialog")).toHaveCount(0);
  expect((await fetchIn<Who>(page, "/auth/session")).status).toBe(200);
});

test("a session that nobody wanted to keep ends, and the page says that it was not used", async ({
  page,
  person,
}) => {
  await halfOrdered(page, person);
  const secret = await secretOf(page.context());
  await later(page, 28.1, { idle: 5 });
  await expect(new Expiring(page).dialog).toBeVisible();
  await expect(new SignedOut(page).text).toContainText("This session was not used for 30 minutes.");
  await expect(new SignedOut(page).text).toContainText("What you typed and had not saved is kept too");
  await expectNothingOf(page, person);
  // The page knows the server's time to about a second, and this question is no use of the session.
  await expect(async () => expect((await ask("GET", "/auth/session", { secret })).status).toBe(401)).toPass();
});

test("one can sign out from the warning", async ({ page, person }) => {
  await openApp(page, person);
  await later(page, 28.1, { idle: 118 });
  const answer = await answerTo(page, "POST", "/auth/logout", () => new Expiring(page).leave.click());
  expect(answer.status()).toBe(204);
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
  expect(await page.context().cookies()).toEqual([]);
});

test("a session that is as old as one gets goes on under a new one, with the password, in place", async ({
  page,
  person,
}) => {
  await halfOrdered(page, person);
  const secret = await secretOf(page.context());
  await later(page, 28.1, { absolute: 118 });
  const expiring = new Expiring(page);
  await expect(expiring.dialog).toContainText("This session has been open for nearly 12 hours");
  await expect(expiring.stay).toHaveCount(0);
  await expect(expiring.password).toBeFocused();
  await page.keyboard.type("certainly not the password");
  await page.keyboard.press("Enter");
  await expect(expiring.password).toHaveAccessibleDescription("This is not your password.");
  await expect(expiring.password).toBeFocused();
  await page.keyboard.type(person.password);
  const answer = await answerTo(page, "POST", "/auth/login", () => page.keyboard.press("Enter"));
  expect(answer.status()).toBe(200);
  await expect(expiring.dialog).toBeHidden();

  const orders = new OrdersPage(page);
  await expect(orders.customer).toHaveValue("Patience Works");
  await orders.place.click();
  await expect(orders.placed).toContainText("for Patience Works is placed.");
  expect((await ask("GET", "/auth/session", { secret })).status).toBe(401);
  expect(await leftOf(page)).toBeGreaterThan(29 * minute);
});

test("whoever has no time now is not asked again, and the end comes", async ({ page, person }) => {
  await openApp(page, person);
  await later(page, 28.1, { absolute: 8 });
  const expiring = new Expiring(page);
  await expect(expiring.password).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(expiring.dialog).toBeHidden();
  await expect(new OrdersPage(page).table).toBeVisible();
  await expect(new SignedOut(page).text).toContainText(
    "This session was open for 12 hours, the longest that one lasts.",
  );
});

test("a form survives an end: whoever signs in again in place, in any tab, has it back in each", async ({
  page,
  person,
  context,
}) => {
  await halfOrdered(page, person);
  const tab = await context.newPage();
  await halfOrdered(tab, person, "Second Tab & Co", false);
  await endElsewhere(person);
  for (const each of [page, tab]) {
    await expect(new SignedOut(each).text).toContainText("You ended this session from another device");
    await expectNothingOf(each, person);
  }

  await new SignedOut(page).signIn(person);
  const orders = new OrdersPage(page);
  await expect(orders.customer).toHaveValue("Patience Works");
  await expect(orders.items).toHaveValue("12");
  await expect(new OrdersPage(tab).customer).toHaveValue("Second Tab & Co");
  await orders.place.click();
  await expect(orders.placed).toContainText("for Patience Works is placed.");
  expect((await fetchIn<Who>(tab, "/auth/session")).body.user.email).toBe(person.email);
});

test("an order that found its session ended is placed once the same person is back, and once only", async ({
  page,
  person,
}) => {
  await hold(page, "/auth/live"); // nobody tells the page
  await halfOrdered(page, person);
  const count = await new OrdersPage(page).rows.count();
  await endElsewhere(person);
  await new OrdersPage(page).place.click();
  await expect(new SignedOut(page).heading).toBeVisible();
  const release = await hold(page, "/api/orders/");
  await new SignedOut(page).signIn(person);
  // The form is back, and the order on its way: it can't be sent once more.
  await expect(new OrdersPage(page).customer).toHaveValue("Patience Works");
  await expect(new OrdersPage(page).acting).toBeVisible();
  await page.keyboard.press("Enter");
  await release();
  await expect(new OrdersPage(page).placed).toContainText("for Patience Works is placed.");
  await expect(new OrdersPage(page).dialog).toBeHidden();
  await expect(new OrdersPage(page).rows.filter({ hasText: "Patience Works" })).toHaveCount(1);
  await expect(new OrdersPage(page).rows).toHaveCount(count + 1);
});

test("when someone else signs in in another tab, nothing of the first is left, nor ever shown again", async ({
  page,
  person,
  context,
}) => {
  await halfOrdered(page, person);
  const other = await newPerson("Sascha Someone");
  const tab = await context.newPage();
  await signedIn(tab, other, "/account/sessions");

  await expect(new SignedOut(page).text).toContainText("Someone else has signed in in this browser since.");
  await expectNothingOf(page, person);
  expect(await page.content()).not.toContain(other.name);
  await new SignedOut(page).anew.click();
  await expect(new OrdersPage(page).heading).toBeVisible();
  await expect(new OrdersPage(page).dialog).toBeHidden();
  expect((await fetchIn<Who>(page, "/auth/session")).body.user.email).toBe(other.email);

  // In place, too: the second one's page ends, and the first one is back, to an empty form.
  await new OrdersPage(page).newOrder.click();
  await new OrdersPage(page).customer.fill("Of the second one");
  await endElsewhere(other);
  await new SignedOut(page).signIn(person);
  await expect(new OrdersPage(page).table).toBeVisible();
  await expect(new OrdersPage(page).dialog).toBeHidden();
  expect(await page.content()).not.toContain("Of the second one");
});

test("of many tabs one listens, and each piece of news is told once", async ({
  page,
  person,
  context,
  wire,
}) => {
  const heard = await overhear(context);
  const tabs = [page, await context.newPage(), await context.newPage(), await context.newPage()];
  await openApp(page, person);
  for (const tab of tabs.slice(1)) await openApp(tab);
  const streams = wire.exchanges().filter(({ path }) => path === "/auth/live");
  expect(streams).toHaveLength(1);
  expect(await heard()).toEqual([]);

  await endElsewhere(person);
  for (const tab of tabs) await expect(new SignedOut(tab).heading).toBeVisible();
  await new SignedOut(page).signIn(person);
  for (const tab of tabs) await expect(new OrdersPage(tab).table).toBeVisible();
  expect(await heard()).toEqual(["ended", "signed_in"]);
});

test("the dialogs can be used with the keyboard and heard, and nobody is kept out", async ({
  page,
  person,
}) => {
  await bringAxe(page);
  await halfOrdered(page, person);
  await later(page, 28.1, { idle: 118 });
  const expiring = new Expiring(page);
  await expect(expiring.stay).toBeFocused();
  await expect(expiring.dialog).toMatchAriaSnapshot(`
    - alertdialog /You will be signed out in \\d:\\d\\d/:
      - heading "You will be signed out in" [level=2]:
        - text: You will be signed out in
        - timer: /\\d:\\d\\d/
      - paragraph: /You haven’t used Orders for 28 minutes\\. Stay signed in and go on where you were; what you typed is still here\\./
      - text: /In any case this session ends .* at \\d\\d:\\d\\d\\./
      - status
      - button "Sign out now"
      - button "Stay signed in"
  `);
  await expect(expiring.dialog).toHaveAccessibleDescription(/You haven’t used Orders for 28 minutes/);
  expect(await violations(page)).toEqual([]);
  for (const key of ["Tab", "Tab", "Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab"]) {
    await page.keyboard.press(key);
    const focus = await focusOf(page);
    expect(["Sign out now", "Stay signed in", ""]).toContain(focus.on.replace(/Signing out…|Staying…/, ""));
    if (focus.on) expect(focus).toMatchObject({ ring: true, inSight: true });
  }
  await page.keyboard.press("Escape"); // whoever presses it is here
  await expect(expiring.dialog).toBeHidden();
  await expect(new OrdersPage(page).customer).toHaveValue("Patience Works");

  await endElsewhere(person);
  const out = new SignedOut(page);
  await expect(out.heading).toBeFocused();
  await page.keyboard.press("Tab"); // to the way to a new password, which is offered where it may not have been oneself
  await page.keyboard.press("Tab");
  await expect(out.again).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(out.dialog).toMatchAriaSnapshot(`
    - dialog "Sign in again":
      - heading "Sign in again" [level=2]
      - paragraph: You stay on this page. Someone else who signs in here sees nothing of what was on it.
      - form "Sign in again":
        - text: Email
        - textbox "Email"
        - text: Password
        - textbox "Password"
        - button "Show password"
        - button "Cancel"
        - button "Sign in"
  `);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.type(person.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await expect(new OrdersPage(page).customer).toBeFocused();
  await expect(new OrdersPage(page).customer).toHaveValue("Patience Works");
});

/** Signs in at the example app, and waits until its page follows the session. Its clock can be put forward. */
async function openApp(page: Page, person?: Person): Promise<void> {
  await page.clock.install();
  if (person) await arrive(page, person);
  await page.goto("/");
  await expect(new OrdersPage(page).table).toBeVisible();
  await follows(page);
}

/** Types an order, and does not send it. */
async function halfOrdered(
  page: Page,
  person: Person,
  customer = "Patience Works",
  first = true,
): Promise<void> {
  await openApp(page, first ? person : undefined);
  const orders = new OrdersPage(page);
  await orders.newOrder.click();
  await orders.customer.fill(customer);
  await orders.items.fill("12");
}

/**
 * So many minutes pass for the browser, without anyone doing anything; in the database, what is left of
 * the session then.
 */
async function later(page: Page, minutes: number, left: Left = {}): Promise<void> {
  const { body } = await fetchIn<Who>(page, "/auth/session");
  if (Object.keys(left).length > 0) await leave(body.session.sid, left);
  await page.clock.fastForward(minutes * minute);
}

/** What is left of the session if it is not used, as the database has it, in milliseconds. */
async function leftOf(page: Page): Promise<number> {
  const { body } = await fetchIn<{ sessions: Listed[] }>(page, "/auth/sessions");
  const here = body.sessions.find(({ current }) => current);
  return Date.parse(here?.idle_expires_at ?? "") - Date.now();
}

interface Listed {
  current: boolean;
  idle_expires_at: string;
}

/** How often a page did what "stay signed in" does: a look at one's sessions that counts as a use. */
function uses(wire: Network): number {
  return wire.exchanges().filter(({ method, path, headers }) => {
    return method === "GET" && path === "/auth/sessions" && !header(headers, "x-vestibule-activity");
  }).length;
}

/** Nothing of the session stays: no data, no name, no menu, and nothing that was typed. */
async function expectNothingOf(page: Page, person: Person): Promise<void> {
  await expect(new SignedOut(page).heading).toBeFocused();
  for (const role of ["table", "navigation", "dialog"] as const)
    await expect(page.getByRole(role)).toHaveCount(0);
  const html = await page.content();
  for (const gone of [person.name, person.email, "Patience Works", "Second Tab & Co"])
    expect(html).not.toContain(gone);
}

/** Listens to what the tabs of a browser tell one another, from a page that tells nothing. */
async function overhear(context: BrowserContext): Promise<() => Promise<string[]>> {
  const page = await context.newPage();
  await page.goto("/account/authorize?problem=unknown_client");
  const heard = await page.evaluateHandle(() => {
    const heard: string[] = [];
    new BroadcastChannel("vestibule").addEventListener("message", ({ data }) => heard.push(data.news));
    return heard;
  });
  return () => heard.jsonValue();
}

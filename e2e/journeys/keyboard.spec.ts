import type { Locator, Page } from "@playwright/test";
import { secretOf } from "../fixtures/ask.ts";
import { focusOf, tabTo } from "../fixtures/focus.ts";
import { signInOnTheWire } from "../fixtures/person.ts";
import { everyPage, expect, full, test } from "../fixtures/test.ts";
import { ask } from "../fixtures/wire.ts";
import { arrive, RegisterPage, SecurityPage, SessionsPage, SignInPage, UserMenu } from "../pages/account.ts";
import { AllSessionsPage, DownstreamsPage, KeysPage, UsersPage } from "../pages/admin.ts";
import { DevicePage } from "../pages/approval.ts";
import { InsightsPage, LandingPage, OrdersPage } from "../pages/orders.ts";

test("from the door to ending a session, with the keyboard alone", async ({ page, person, otherBrowser }) => {
  test.setTimeout(90_000);
  await arrive(await otherBrowser.newPage(), person, "/account/sessions");
  const other = await secretOf(otherBrowser);

  await test.step("in at the door", async () => {
    await page.goto("/");
    await expect(new LandingPage(page).heading).toBeVisible();
    await tabTo(page, new LandingPage(page).signIn);
    await page.keyboard.press("Enter");
    const signIn = new SignInPage(page);
    await expect(signIn.heading).toBeVisible();
    await tabTo(page, signIn.email);
    await page.keyboard.type(person.email);
    await tabTo(page, signIn.password);
    await page.keyboard.type(person.password);
    await tabTo(page, signIn.remember);
    await page.keyboard.press("Space");
    await expect(signIn.remember).toBeChecked();
    await tabTo(page, signIn.submit);
    await page.keyboard.press("Enter");
    await expect(new OrdersPage(page).table).toBeVisible();
  });

  await test.step("a new order", async () => {
    const orders = new OrdersPage(page);
    await tabTo(page, orders.newOrder);
    await page.keyboard.press("Enter");
    await expect(orders.customer).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(orders.dialog).toBeHidden();
    await expect(orders.newOrder).toBeFocused();

    await page.keyboard.press("Enter");
    await expect(orders.customer).toBeFocused();
    // The page behind is out of reach, in both directions.
    for (const key of ["Tab", "Tab", "Tab", "Tab", "Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab"]) {
      await page.keyboard.press(key);
      expect(["Customer", "Items", "Cancel", "Place order", ""]).toContain(
        (await focusOf(page)).on.replace("Placing…", ""),
      );
    }
    await tabTo(page, orders.customer);
    await page.keyboard.press("Enter");
    await expect(orders.customer).toBeFocused();
    await expect(orders.customer).toHaveAccessibleDescription("Enter the customer’s name.");
    await page.keyboard.type("Keyboard & Co");
    await tabTo(page, orders.items);
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("3");
    await page.keyboard.press("Enter");
    await expect(orders.placed).toContainText("for Keyboard & Co is placed.");
    await expect(orders.newOrder).toBeFocused();
    await expect(orders.rows.first()).toContainText("Keyboard & Co");
  });

  await test.step("on to the sessions", async () => {
    const menu = new UserMenu(page, person);
    await tabTo(page, menu.button, "Shift+Tab");
    await page.keyboard.press("Enter");
    await expect(menu.menu).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(menu.menu).toBeHidden();
    await expect(menu.button).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(menu.menu).toBeVisible();
    for (let pressed = 0; pressed < 5; pressed++) {
      if (await menu.link("Devices and sessions").evaluate((item) => item === document.activeElement)) break;
      await page.keyboard.press("ArrowDown");
    }
    await expect(menu.link("Devices and sessions")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(new SessionsPage(page).here).toBeVisible();
  });

  await test.step("ending the other one", async () => {
    const sessions = new SessionsPage(page);
    await tabTo(page, sessions.endOthers);
    await page.keyboard.press("Enter");
    await expect(sessions.question.getByRole("button", { name: "Keep it" })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(sessions.question).toBeHidden();
    await expect(sessions.endOthers).toBeFocused();
    expect((await ask("GET", "/auth/session", { secret: other })).status).toBe(200);

    await tabTo(page, sessions.endButton("Firefox on Windows"));
    await page.keyboard.press("Enter");
    const result = sessions.row("Firefox on Windows").getByRole("status");
    await expect(result).toContainText("Ended just now, by you.");
    await expect(result).toBeFocused();
    expect((await ask("GET", "/auth/session", { secret: other })).status).toBe(401);
  });
});

test("the focus is not lost when the question has ended all others", async ({
  page,
  person,
  otherBrowser,
}) => {
  await arrive(await otherBrowser.newPage(), person, "/account/sessions");
  await arrive(page, person, "/account/sessions");
  const sessions = new SessionsPage(page);
  await tabTo(page, sessions.endOthers);
  await page.keyboard.press("Enter");
  await tabTo(page, sessions.question.getByRole("button", { name: "End 1 session" }));
  await page.keyboard.press("Enter");
  await expect(sessions.question).toBeHidden();
  await expect(sessions.row("Firefox on Windows").getByRole("status")).toBeFocused();
  expect((await ask("GET", "/auth/session", { secret: await secretOf(otherBrowser) })).status).toBe(401);
});

test("the first Tab offers to skip to the page, and going on to another one begins there", async ({
  page,
  person,
}) => {
  await arrive(page, person, "/account/sessions");
  await expect(new SessionsPage(page).here).toBeVisible();
  await page.reload();
  await expect(new SessionsPage(page).here).toBeVisible();
  const skip = page.getByRole("link", { name: "Skip to the page" });
  await page.keyboard.press("Tab");
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(new SessionsPage(page).here.getByRole("button", { name: "Sign out" })).toBeFocused();

  await tabTo(page, page.getByRole("link", { name: "Security" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(new SecurityPage(page).heading).toBeVisible();
  await expect(page).toHaveTitle("Security · Vestibule");
  await expect(page.getByRole("main")).toBeFocused();
  await tabTo(page, new SecurityPage(page).current);
});

test("no page traps the keyboard, and all that can be used can be reached", async ({ page, person }) => {
  test.skip(!full, everyPage);
  test.setTimeout(90_000);
  await walk(page, "/", new LandingPage(page).signIn);
  await walk(page, "/account/sign-in", new SignInPage(page).submit);
  await walk(page, "/account/register", new RegisterPage(page).submit);
  await arrive(page, person);
  await walk(page, "/", new OrdersPage(page).table);
  await walk(page, "/insights", new InsightsPage(page).customers);
  await walk(page, "/account/", page.getByRole("link", { name: "All devices and sessions" }));
  await walk(page, "/account/sessions", new SessionsPage(page).here);
  await walk(page, "/account/security", new SecurityPage(page).submit);
  await walk(page, "/account/device", new DevicePage(page).submit);
  expect((await ask("GET", "/auth/session", { secret: await secretOf(page.context()) })).status).toBe(200);
});

test("nor does a page of the administration", async ({ page, person, admin }) => {
  test.skip(!full, everyPage);
  await signInOnTheWire(person);
  await arrive(page, admin);
  const found = `?q=${person.email}`;
  await walk(page, `/account/admin/users${found}`, new UsersPage(page).row(person.email));
  await walk(page, `/account/admin/sessions${found}`, new AllSessionsPage(page).row(person.email));
  await walk(page, "/account/admin/keys", new KeysPage(page).inState("Signing"));
  await walk(page, "/account/admin/downstreams", new DownstreamsPage(page).downstream("orders"));
});

test("a chart says in words what it shows, and can be had as a table", async ({ page, person }) => {
  await arrive(page, person, "/insights");
  const chart = new InsightsPage(page).chart("Orders by day");
  await expect(chart.getByRole("img")).toHaveAccessibleName(
    /^Orders by day: between \d+ orders? on .+ and \d+ orders on/,
  );
  await tabTo(page, chart.getByRole("button", { name: "As a table" }));
  await page.keyboard.press("Enter");
  await expect(chart.getByRole("row")).toHaveCount(14);
  await tabTo(page, chart.getByRole("region", { name: "Orders by day, as a table" }));
});

/** Goes through a page with Tab, to its end. */
async function walk(page: Page, path: string, there: Locator): Promise<void> {
  await test.step(path, async () => {
    await page.goto(path);
    await expect(there).toBeVisible();
    const all = await page.evaluate(
      () =>
        [...document.querySelectorAll<HTMLElement>("a[href], button, input, select, [tabindex='0']")].filter(
          (element) => element.tabIndex >= 0 && !element.matches(":disabled") && element.checkVisibility(),
        ).length,
    );
    const seen: string[] = [];
    for (;;) {
      await page.keyboard.press("Tab");
      const focus = await focusOf(page);
      if (!focus.on || focus.on === seen[0]) break; // out at the end, or round
      expect(focus, path).toEqual({ on: focus.on, ring: true, inSight: true });
      seen.push(focus.on);
      expect(seen.length, `${path}: ${seen.join(", ")}`).toBeLessThanOrEqual(all);
    }
    expect(seen.length, `${path}: ${seen.join(", ")}`).toBe(all);
  });
}

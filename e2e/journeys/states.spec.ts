import type { Locator, Page } from "@playwright/test";
import { agents } from "../fixtures/agents.ts";
import { fetchIn, type Who } from "../fixtures/ask.ts";
import { askedHere, authorizePath } from "../fixtures/asked.ts";
import { signInOnTheWire } from "../fixtures/person.ts";
import { answer, hold, refuse } from "../fixtures/play.ts";
import { boxOf, expectSameBox, watchForJumps } from "../fixtures/still.ts";
import { expect, test } from "../fixtures/test.ts";
import { arrive, SecurityPage, SessionsPage, SignedOut, SignInPage } from "../pages/account.ts";
import { Approval } from "../pages/approval.ts";
import { InsightsPage, OrdersPage } from "../pages/orders.ts";

test.use({ userAgent: agents.chrome });

interface List {
  what: string;
  path: string;
  from: string;
  loading: string;
  failed: string;
  loaded(page: Page): Locator;
  firstRow?(page: Page): Locator;
}

const lists: List[] = [
  {
    what: "orders",
    path: "/",
    from: "/api/orders/",
    loading: "Loading orders",
    failed: "Your orders could not be loaded",
    loaded: (page) => new OrdersPage(page).table,
    firstRow: (page) => new OrdersPage(page).rows.first(),
  },
  {
    what: "figures",
    path: "/insights",
    from: "/api/insights/",
    loading: "Loading your figures",
    failed: "Your figures could not be loaded",
    loaded: (page) => new InsightsPage(page).customers,
  },
  {
    what: "sessions",
    path: "/account/sessions",
    from: "/auth/sessions",
    loading: "Loading your sessions",
    failed: "Your sessions could not be loaded",
    loaded: (page) => new SessionsPage(page).table,
    firstRow: (page) => new SessionsPage(page).rows.first(),
  },
];

for (const { what, path, from, loading, failed, loaded, firstRow } of lists) {
  test(`nothing jumps when the ${what} arrive, on a desk or on a phone`, async ({ page, person }) => {
    await arrive(page, person);
    if (what === "sessions") await signInOnTheWire(person, agents.firefox);
    for (const { onDesk, width } of [
      { onDesk: true, width: 1280 },
      { onDesk: false, width: 390 },
    ]) {
      await page.setViewportSize({ width, height: 844 });
      const release = await hold(page, from);
      await page.goto(path);
      const skeleton = page.getByText(loading);
      await expect(skeleton).toBeAttached();
      await expect(loaded(page)).toBeHidden();
      const heading = page.getByRole("heading", { level: 1 });
      const { width: _, ...headingBefore } = await boxOf(heading);
      const panelBefore = await boxOf(skeleton.locator("xpath=.."));
      const rowBefore =
        firstRow && (await boxOf(skeleton.locator("xpath=preceding-sibling::div[last() - 1]")));

      const expectNoJump = await watchForJumps(page, panelBefore.y);
      await release();
      await expect(loaded(page)).toBeVisible();
      await expectNoJump();
      expectSameBox(await boxOf(heading), headingBefore, "heading");
      if (firstRow && rowBefore) {
        const { height: _, ...panelPlace } = panelBefore; // a list is as long as it is
        expectSameBox(await boxOf(loaded(page).locator("xpath=..")), panelPlace, "panel");
        const { height: rowHeight, ...rowPlace } = rowBefore; // on a phone a row is as high as its words need
        expectSameBox(
          await boxOf(firstRow(page)),
          onDesk ? { ...rowPlace, height: rowHeight } : rowPlace,
          "first row",
        );
      } else {
        expectSameBox(await boxOf(loaded(page).locator("xpath=../..")), panelBefore, "panel");
      }
    }
  });

  test(`${what} that can't be had say so, and come on another try, or by themselves`, async ({
    page,
    person,
  }) => {
    await arrive(page, person);
    // Refused twice: the one that is played last is asked first.
    await refuse(page, from, { status: 503, code: "unavailable", retryAfter: 2, times: 1 });
    await refuse(page, from, { status: 500, code: "internal", times: 1 });
    await page.goto(path);
    const alert = page.getByRole("alert").filter({ hasText: failed });
    await expect(alert).toContainText("Something went wrong on the server. It has been noted.");
    await expect(loaded(page)).toBeHidden();
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(alert).toContainText(/Trying again in [12] seconds?\./);
    await expect(loaded(page)).toBeVisible();
    await expect(alert).toBeHidden();
    expect((await fetchIn(page, from)).status).toBe(200);
  });
}

test("a server that can't be reached is said, and the page goes on by itself", async ({
  page,
  person,
  wire,
}) => {
  await arrive(page, person, "/");
  const orders = new OrdersPage(page);
  await expect(orders.table).toBeVisible();
  wire.cut();
  const bar = page.getByText("The server can’t be reached. This page goes on by itself");
  await expect(bar).toBeVisible();
  await expect(orders.table).toBeVisible();

  // What is asked for meanwhile fails, and is there when the wire is whole again: nobody reloads.
  await new InsightsPage(page).tab.click();
  await expect(page.getByRole("alert")).toContainText("The page will go on by itself when it can.");
  wire.mend();
  await expect(new InsightsPage(page).customers).toBeVisible();
  await expect(bar).toBeHidden();
  expect((await fetchIn<Who>(page, "/auth/session")).body.user.email).toBe(person.email);
});

test("a browser that is offline is told so, and nothing typed is lost", async ({ page, person, context }) => {
  await arrive(page, person, "/");
  const orders = new OrdersPage(page);
  await expect(orders.table).toBeVisible();
  const total = await orders.rows.count();
  await orders.newOrder.click();
  await orders.customer.fill("Patience Works");
  await context.setOffline(true);
  const bar = page.getByText("You are offline. This page goes on by itself");
  await expect(bar).toBeVisible();
  await orders.place.click();
  await expect(orders.dialog.getByRole("alert")).toContainText(
    "Nothing was sent. What you typed is still here.",
  );
  await expect(orders.customer).toHaveValue("Patience Works");

  await context.setOffline(false);
  await expect(bar).toBeHidden();
  await orders.place.click();
  await expect(orders.placed).toContainText("for Patience Works is placed.");
  await expect(orders.rows).toHaveCount(total + 1);
});

test("a list without anything in it says what would be there", async ({ page, person }) => {
  await arrive(page, person, "/");
  const orders = new OrdersPage(page);
  await orders.search.fill("nobody of that name");
  await expect(page.getByRole("heading", { name: "No order matches “nobody of that name”" })).toBeVisible();
  await orders.search.fill("");
  await expect(orders.table).toBeVisible();

  await answer(page, "/api/orders/", { orders: [], total: 0 });
  await page.reload();
  await expect(page.getByRole("heading", { name: "No orders yet" })).toBeVisible();
  await expect(page.getByText("Each order stands here as soon as it is placed.")).toBeVisible();
  await expect(orders.newOrder).toBeVisible();

  await new SessionsPage(page).open();
  await expect(page.getByText("You are signed in on this device alone.")).toBeVisible();
});

test("before one knows who is here, nothing of anyone is shown, and nothing jumps after", async ({
  page,
  person,
}) => {
  await arrive(page, person, "/account/security");
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    const release = await hold(page, "/auth/session");
    await page.goto("/account/security");
    await expect(page.getByText("Loading")).toBeAttached();
    expect(await page.content()).not.toContain(person.name);
    const { heading } = new SecurityPage(page);
    const { x, y, height } = await boxOf(heading);
    await release();
    await expect(new SecurityPage(page).current).toBeVisible();
    expectSameBox(await boxOf(heading), { x, y, height }, `heading, ${width} wide`);
  }
});

test("nothing jumps when it is known what a client asks for, on a desk or on a phone", async ({
  page,
  person,
}) => {
  await arrive(page, person);
  await answer(page, "/oauth/authorize", askedHere);
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    const release = await hold(page, "/oauth/authorize");
    const asked = page.waitForRequest((request) => request.url().endsWith("/oauth/authorize"));
    await page.goto(authorizePath);
    await asked;
    const approval = new Approval(page);
    const places = () =>
      Promise.all(
        ["Client", "May use", "Until", "Asked from", "Sent back to"].map((name) =>
          boxOf(approval.fact(name)),
        ),
      );
    const headingBefore = await boxOf(page.getByRole("heading", { level: 1 }));
    const door = page.getByRole("main").locator("xpath=*[1]");
    const doorBefore = await boxOf(door);
    const before = await places();
    await release();
    await expect(approval.question(askedHere.client.name)).toBeVisible();
    const { width: _, ...heading } = headingBefore;
    expectSameBox(await boxOf(approval.question(askedHere.client.name)), heading, `heading, ${width} wide`);
    expectSameBox(await boxOf(door), doorBefore, `door, ${width} wide`);
    for (const [nth, place] of (await places()).entries())
      expectSameBox(place, before[nth] ?? {}, `fact ${nth}, ${width} wide`);
  }
});

test("an account that can't be had says so, and comes on another try", async ({ page, person }) => {
  await arrive(page, person);
  await refuse(page, "/auth/session", { status: 500, code: "internal", times: 1 });
  await page.goto("/account/security");
  await expect(
    page.getByRole("heading", { name: "Your account could not be loaded", level: 1 }),
  ).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(new SecurityPage(page).heading).toBeVisible();
});

test("a sign-in that the server is too busy for says when to try again", async ({ page, person }) => {
  await refuse(page, "/auth/login", { status: 503, code: "busy", retryAfter: 2, times: 1 });
  const signIn = new SignInPage(page);
  await signIn.open("/account/security");
  await signIn.signIn(person);
  await expect(signIn.alert).toContainText("The server is busy.");
  await expect(signIn.alert).toContainText("You can try again now.");
  await signIn.signIn(person);
  await expect(new SecurityPage(page).heading).toBeVisible();
});

test("a session that was not used long enough ends with these words", async ({ page, person }) => {
  await arrive(page, person, "/account/security");
  // The shortest idle timeout is a minute, and no test waits that long: what the server then says is played.
  await page.route("/auth/live", (route) =>
    route.fulfill({
      contentType: "text/event-stream",
      body: 'event: ended\ndata: {"reason":"expired"}\n\n',
    }),
  );
  await page.reload();
  await expect(new SignedOut(page).text).toContainText("This session was not used for 30 minutes.");
  await expect(new SignedOut(page).text).not.toContainText("If that wasn’t you");
});

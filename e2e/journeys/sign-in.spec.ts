import type { Page, Response } from "@playwright/test";
import { fetchIn, type Orders, secretOf, type Who, type WhoAmI } from "../fixtures/ask.ts";
import { newPerson } from "../fixtures/person.ts";
import { expect, test } from "../fixtures/test.ts";
import { ask, cookieName, origin } from "../fixtures/wire.ts";
import { arrive, SessionsPage, SignInPage, UserMenu } from "../pages/account.ts";
import { InsightsPage, LandingPage, OrdersPage } from "../pages/orders.ts";

test("someone signs in and sees the orders and figures that are theirs", async ({
  page,
  person,
  otherBrowser,
}) => {
  const landing = new LandingPage(page);
  await page.goto("/");
  await expect(landing.heading).toBeVisible();
  await landing.signIn.click();
  await new SignInPage(page).signIn(person);

  const orders = new OrdersPage(page);
  await expect(orders.heading).toBeVisible();
  const mine = await fetchIn<Orders>(page, "/api/orders/");
  await expect(orders.rows).toContainText(mine.body.orders.map(({ customer }) => customer));
  await expect(orders.rows).toContainText(mine.body.orders.map(({ id }) => String(id)));

  const insights = new InsightsPage(page);
  await insights.tab.click();
  await expect(insights.heading).toBeVisible();
  await expect(page).toHaveTitle("Insights · Orders");
  const figures = await fetchIn<{ orders: { count: number }; top_customers: { name: string }[] }>(
    page,
    "/api/insights/",
  );
  await expect(insights.figure("Orders, last 7 days")).toHaveText(String(figures.body.orders.count));
  await expect(insights.chart("Revenue by day").getByRole("img")).toHaveAccessibleName(
    /^Revenue by day: between €\s[\d,]+ on .+ and €\s[\d,]+ on .+$/,
  );
  for (const { name } of figures.body.top_customers) await expect(insights.customers).toContainText(name);

  const other = await otherBrowser.newPage();
  await arrive(other, await newPerson(), "/");
  const theirs = await fetchIn<Orders>(other, "/api/orders/");
  expect(theirs.status).toBe(200);
  expect(theirs.body.orders).not.toEqual(mine.body.orders);
});

test("each service gets a token about this session, good for it alone, and never the cookie", async ({
  page,
  person,
}) => {
  await arrive(page, person, "/");
  const { body: who } = await fetchIn<Who>(page, "/auth/session");
  const ids = new Set<unknown>();
  for (const service of ["orders", "insights"]) {
    const { status, body } = await fetchIn<WhoAmI>(page, `/api/${service}/whoami`);
    expect(status).toBe(200);
    const { iat, exp, jti, auth_time: authTime, ...said } = body.claims;
    expect(said).toEqual({
      iss: origin,
      sub: who.user.id,
      aud: service === "orders" ? expect.anything() : "insights",
      sid: who.session.sid,
      client_id: "vestibule",
      amr: ["pwd"],
      acr: expect.any(String),
      roles: ["user"],
    });
    expect([body.claims.aud].flat()).toEqual([service]);
    expect(Number(exp) - Number(iat)).toBe(300);
    expect(Number(authTime)).toBe(Math.floor(Date.parse(who.session.auth_time) / 1000));
    ids.add(jti);
    const headers = Object.keys(body.headers).map((name) => name.toLowerCase());
    expect(headers).not.toContain("cookie");
    expect(JSON.stringify(body)).not.toContain(await secretOf(page.context()));
  }
  expect(ids.size).toBe(2);
});

test("the cookie is all that the browser gets, and no script can read it", async ({ page, person }) => {
  const answer = await signInAndCatch(page, person);
  const lines = await answer.headerValues("set-cookie");
  expect(lines).toHaveLength(1);
  const [pair, ...attributes] = (lines[0] ?? "").split("; ");
  expect(pair).toMatch(new RegExp(`^${cookieName}=[A-Za-z0-9_-]{43}$`));
  expect(attributes.map((a) => a.toLowerCase()).sort()).toEqual([
    "httponly",
    "path=/",
    "samesite=strict",
    "secure",
  ]);
  expect(await page.context().cookies()).toEqual([
    expect.objectContaining({
      name: cookieName,
      domain: "localhost",
      path: "/",
      expires: -1,
      httpOnly: true,
      secure: true,
      sameSite: "Strict",
    }),
  ]);
  expect(await page.evaluate(() => document.cookie)).toBe("");
});

test("“keep me signed in” outlives the browser, and says for how long", async ({ page, person }) => {
  await new SignInPage(page).open("/account/sessions");
  await new SignInPage(page).remember.check();
  const answer = await signInAndCatch(page, person);
  const maxAge = /max-age=(\d+)/i.exec((await answer.headerValue("set-cookie")) ?? "")?.[1];
  const thirtyDays = 30 * 24 * 3600;
  expect(Number(maxAge)).toBeGreaterThan(thirtyDays - 60);
  expect(Number(maxAge)).toBeLessThanOrEqual(thirtyDays);

  const sessions = new SessionsPage(page);
  await expect(sessions.here).toContainText("Kept signed in");
  const { body } = await fetchIn<Who>(page, "/auth/session");
  const life = Date.parse(body.session.absolute_expires_at) - Date.parse(body.session.created_at);
  expect(life).toBe(thirtyDays * 1000);
});

test("a visitor who has not signed in gets no cookie at all", async ({ page }) => {
  const set: string[] = [];
  page.on("response", async (answer) => set.push(...(await answer.headerValues("set-cookie"))));
  for (const path of ["/", "/insights", "/account/", "/account/sign-in", "/account/register"])
    await page.goto(path);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(set).toEqual([]);
  expect(await page.context().cookies()).toEqual([]);
});

for (const asked of ["/account/sessions", "/insights"]) {
  test(`whoever wanted ${asked} is back there after signing in`, async ({ page, person }) => {
    await page.goto(asked);
    if (asked === "/insights") await new LandingPage(page).signIn.click();
    const signIn = new SignInPage(page);
    await expect(signIn.heading).toBeVisible();
    expect(new URL(page.url()).searchParams.get("return_to")).toBe(asked);
    await signIn.signIn(person);
    await expect(page).toHaveURL(origin + asked);
    expect((await fetchIn<Who>(page, "/auth/session")).body.user.email).toBe(person.email);
  });
}

test("no way back leads to another site", async ({ page, person }) => {
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) elsewhere.push(request.url());
  });
  const signIn = new SignInPage(page);
  await signIn.open("//evil.example/");
  await signIn.signIn(person);
  await expect(new OrdersPage(page).heading).toBeVisible();
  await expect(page).toHaveURL(`${origin}/`);

  // Signed in, the page offers to go on: where to, is in the link.
  for (const bad of [
    "https://evil.example/",
    "///evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/.//evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "@evil.example",
  ]) {
    await signIn.open(bad);
    const link = page.getByRole("link", { name: "Go on" });
    await expect(link).toBeVisible();
    const to = new URL((await link.getAttribute("href")) ?? "", page.url());
    expect(to.origin, JSON.stringify(bad)).toBe(origin);
    expect(to.pathname.startsWith("//"), JSON.stringify(bad)).toBe(false);
  }
  expect(elsewhere).toEqual([]);
});

test("signing out takes the cookie back, and what it carried opens nothing more", async ({
  page,
  person,
}) => {
  await arrive(page, person, "/");
  const secret = await secretOf(page.context());
  expect((await ask("GET", "/auth/session", { secret })).status).toBe(200);

  const menu = new UserMenu(page, person);
  await menu.button.click();
  await menu.signOut.click();
  await expect(new LandingPage(page).heading).toBeVisible();
  expect(await page.context().cookies()).toEqual([]);
  for (const path of ["/auth/session", "/auth/sessions", "/api/orders/"])
    expect((await ask("GET", path, { secret })).status, path).toBe(401);
});

/** Signs in on the page that is open, or on a fresh one, and gives the answer of the login itself. */
async function signInAndCatch(page: Page, person: { email: string; password: string }): Promise<Response> {
  const signIn = new SignInPage(page);
  if (!page.url().startsWith(origin)) await signIn.open("/account/sessions");
  const answered = page.waitForResponse((answer) => answer.url().endsWith("/auth/login"));
  await signIn.signIn(person);
  const answer = await answered;
  expect(answer.status()).toBe(200);
  await expect(new SessionsPage(page).heading).toBeVisible();
  return answer;
}

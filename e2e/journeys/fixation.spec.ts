import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { fetchIn, secretOf, type Who } from "../fixtures/ask.ts";
import type { Elsewhere } from "../fixtures/elsewhere.ts";
import { newPerson, signInOnTheWire, stranger } from "../fixtures/person.ts";
import { expect, test } from "../fixtures/test.ts";
import { ask, cookieName } from "../fixtures/wire.ts";
import {
  arrive,
  RegisterPage,
  SecurityPage,
  SessionsPage,
  StepUpDialog,
  signedIn,
} from "../pages/account.ts";
import { OrdersPage } from "../pages/orders.ts";

test("a cookie that was planted before the login is never adopted", async ({
  page,
  person,
  context,
  elsewhere,
}) => {
  const planted = randomBytes(32).toString("base64url");
  await plant(page, elsewhere, planted);
  await signedIn(page, person, "/account/sessions");
  expect(await secretOf(context)).not.toBe(planted);
  expect(await statusOf(await secretOf(context))).toBe(200);
  expect(await statusOf(planted)).toBe(401);
});

test("a cookie that was planted before registering is never adopted", async ({
  page,
  context,
  elsewhere,
}) => {
  const planted = randomBytes(32).toString("base64url");
  await plant(page, elsewhere, planted);
  await new RegisterPage(page).open("/");
  await new RegisterPage(page).register(stranger());
  await expect(new OrdersPage(page).heading).toBeVisible();
  expect(await secretOf(context)).not.toBe(planted);
  expect(await statusOf(planted)).toBe(401);
});

test("an attacker's own live session, planted, ends with the victim's login: the two never share one", async ({
  page,
  person,
  context,
  elsewhere,
}) => {
  const attacker = await newPerson("Mallory Attacker");
  const theirs = await signInOnTheWire(attacker);
  await plant(page, elsewhere, theirs);
  await signedIn(page, person, "/account/sessions");
  const mine = await secretOf(context);
  expect(mine).not.toBe(theirs);
  expect((await fetchIn<Who>(page, "/auth/session")).body.user.email).toBe(person.email);
  expect(await statusOf(theirs)).toBe(401);
  expect(await statusOf(mine)).toBe(200);
});

test("signing in again replaces the session, and the old secret is dead", async ({
  page,
  person,
  context,
}) => {
  await signedIn(page, person, "/account/sessions");
  const [before, { body: first }] = [await secretOf(context), await fetchIn<Who>(page, "/auth/session")];
  await signedIn(page, person, "/account/sessions");
  const [after, { body: second }] = [await secretOf(context), await fetchIn<Who>(page, "/auth/session")];
  expect(after).not.toBe(before);
  expect(second.session.sid).not.toBe(first.session.sid);
  expect(await statusOf(before)).toBe(401);
  expect(await statusOf(after)).toBe(200);
  await expect(new SessionsPage(page).rows).toHaveCount(1);
});

test("a step-up gives the session a new secret, and the old one is dead", async ({
  page,
  person,
  context,
  otherBrowser,
}) => {
  await arrive(await otherBrowser.newPage(), person, "/account/sessions");
  await arrive(page, person, "/account/sessions");
  const [before, { body: first }] = [await secretOf(context), await fetchIn<Who>(page, "/auth/session")];
  // A proof is fresh for ten minutes, which no test waits for: the demand is played, once. All that
  // follows it is real.
  await page.route(
    "/auth/sessions/*",
    (route) =>
      route.fulfill({
        status: 401,
        contentType: "application/problem+json",
        json: { status: 401, code: "step_up_required", acr: "pwd", max_age: 600 },
      }),
    { times: 1 },
  );
  const sessions = new SessionsPage(page);
  await sessions.endButton("Firefox on Windows").click();
  const stepUp = new StepUpDialog(page);
  await expect(stepUp.dialog).toHaveAccessibleDescription(
    "This needs your password again, since you last gave it more than 10 minutes ago.",
  );
  await expect(stepUp.password).toBeFocused();
  await stepUp.password.fill("not the password");
  await stepUp.confirm.click();
  await expect(stepUp.password).toHaveAccessibleDescription("This is not your password.");
  expect(await secretOf(context)).toBe(before);

  await stepUp.password.fill(person.password);
  await stepUp.confirm.click();
  await expect(stepUp.dialog).toBeHidden();
  await expect(sessions.row("Firefox on Windows")).toContainText("Ended just now, by you.");
  const [after, { body: second }] = [await secretOf(context), await fetchIn<Who>(page, "/auth/session")];
  expect(after).not.toBe(before);
  expect(second.session.sid).toBe(first.session.sid);
  expect(Date.parse(second.session.auth_time)).toBeGreaterThan(Date.parse(first.session.auth_time));
  expect(await statusOf(before)).toBe(401);
  expect(await statusOf(after)).toBe(200);
});

test("a new password gives the session a new secret, and the old one is dead", async ({
  page,
  person,
  context,
}) => {
  await arrive(page, person, "/account/security");
  const [before, { body: first }] = [await secretOf(context), await fetchIn<Who>(page, "/auth/session")];
  const security = new SecurityPage(page);
  await security.change(person.password, `${person.password} anew`);
  await expect(security.result).toBeVisible();
  const [after, { body: second }] = [await secretOf(context), await fetchIn<Who>(page, "/auth/session")];
  expect(after).not.toBe(before);
  expect(second.session.sid).toBe(first.session.sid);
  expect(await statusOf(before)).toBe(401);
  expect(await statusOf(after)).toBe(200);
});

test("a session can't be handed over in an address, a header or a second cookie", async ({
  page,
  person,
  context,
}) => {
  await arrive(page, person, "/account/sessions");
  const secret = await secretOf(context);
  const other = randomBytes(32).toString("base64url");
  expect((await ask("GET", `/auth/session?${cookieName}=${secret}`)).status).toBe(401);
  expect((await ask("GET", "/auth/session", { headers: { authorization: `Bearer ${secret}` } })).status).toBe(
    401,
  );
  const two = `${cookieName}=${secret}; ${cookieName}=${other}`;
  expect((await ask("GET", "/auth/session", { headers: { cookie: two } })).status).toBe(401);
  expect(await statusOf(secret)).toBe(200);
});

/** Cookies know no ports: a page of another server on the same host can set this one's. */
async function plant(page: Page, elsewhere: Elsewhere, value: string): Promise<void> {
  await page.goto(elsewhere.at("localhost"));
  await page.evaluate((cookie) => {
    // biome-ignore lint/suspicious/noDocumentCookie: it is what the attacker has
    document.cookie = cookie;
  }, `${cookieName}=${value}; Path=/; Secure`);
  expect(await secretOf(page.context())).toBe(value);
}

/** What a session secret opens, from anywhere. */
async function statusOf(secret: string): Promise<number> {
  return (await ask("GET", "/auth/session", { secret })).status;
}

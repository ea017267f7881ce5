import type { Page, Response } from "@playwright/test";
import { stranger } from "../fixtures/person.ts";
import { expect, test } from "../fixtures/test.ts";
import { ask } from "../fixtures/wire.ts";
import { SignInPage } from "../pages/account.ts";

const wrong = "certainly not the password";

test("a wrong password is said once, at the form, and what was typed as the address stays", async ({
  page,
  person,
}) => {
  const signIn = new SignInPage(page);
  await signIn.open();
  const answer = await attempt(page, person.email, wrong);
  expect(answer.status()).toBe(401);
  await expect(signIn.alert).toHaveText("Email or password is wrong.Check both, and try again.");
  await expect(signIn.email).toHaveValue(person.email);
  await expect(signIn.password).toHaveValue("");
  await expect(signIn.password).toBeFocused();
  expect(await page.context().cookies()).toEqual([]);

  await signIn.signIn(person);
  await expect(page).toHaveURL("/");
  expect(await page.context().cookies()).toHaveLength(1);
});

test("an address without an account reads exactly the same", async ({ page, person }) => {
  const signIn = new SignInPage(page);
  const seen = [];
  for (const email of [person.email, stranger().email]) {
    await signIn.open();
    const answer = await attempt(page, email, wrong);
    const { request_id: _, ...document } = await answer.json();
    const { date: _date, ...headers } = await answer.allHeaders();
    seen.push({
      status: answer.status(),
      document,
      headers,
      said: await signIn.alert.innerText(),
      focused: await signIn.password.evaluate((field) => field === document.activeElement),
    });
  }
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[0]).toMatchObject({ status: 401, document: { code: "invalid_credentials" }, focused: true });
});

test("nothing typed is nothing sent", async ({ page }) => {
  const signIn = new SignInPage(page);
  await signIn.open();
  const sent: string[] = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
  await signIn.submit.click();
  await expect(signIn.email).toBeFocused();
  await expect(signIn.email).toHaveAccessibleDescription("Enter your email address.");
  await signIn.email.fill("someone@example.com");
  await signIn.submit.click();
  await expect(signIn.password).toBeFocused();
  await expect(signIn.password).toHaveAccessibleDescription("Enter your password.");
  expect(sent).toEqual([]);
});

test("after five wrong ones the page says when to try again, and even the right one has to wait", async ({
  page,
  person,
}) => {
  const signIn = new SignInPage(page);
  await signIn.open();
  for (let nth = 1; nth <= 5; nth++) {
    expect((await attempt(page, person.email, `${wrong} ${nth}`)).status(), `attempt ${nth}`).toBe(401);
    await expect(signIn.password).toHaveValue("");
  }
  const refused = await attempt(page, person.email, person.password);
  expect(refused.status()).toBe(429);
  expect(await refused.json()).toMatchObject({ code: "rate_limited" });
  const wait = Number(await refused.headerValue("retry-after"));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(30);

  await expect(signIn.alert).toContainText("Too many attempts.");
  await expect(signIn.alert).toContainText(/Try again in \d+ seconds?\./);
  await expect(signIn.alert).toContainText(/Try again at \d\d:\d\d\./); // read out once
  await expect(signIn.alert).not.toContainText("wrong");
  await expect(signIn.email).toHaveValue(person.email);
  await expect(signIn.password).toBeFocused();
  // It counts down by itself.
  await expect(signIn.alert).toContainText(`Try again in ${wait - 2} seconds.`);
  expect(await page.context().cookies()).toEqual([]);

  // Whoever guesses elsewhere keeps nobody out here: from another address the owner gets in.
  const { email, password } = person;
  expect((await ask("POST", "/auth/login", { body: { email, password } })).status).toBe(200);
});

async function attempt(page: Page, email: string, password: string): Promise<Response> {
  const answered = page.waitForResponse((answer) => answer.url().endsWith("/auth/login"));
  await new SignInPage(page).signIn({ email, password });
  return answered;
}

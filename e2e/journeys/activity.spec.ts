import type { Page } from "@playwright/test";
import { agents } from "../fixtures/agents.ts";
import { askWith, letIn, refresh } from "../fixtures/client.ts";
import type { Person } from "../fixtures/person.ts";
import { expect, test } from "../fixtures/test.ts";
import { ask } from "../fixtures/wire.ts";
import { ActivityPage, arrive, ClientsPage } from "../pages/account.ts";

test.use({ userAgent: agents.chrome });

test("what happens to an account is told there, in words, and can be looked at by its kind", async ({
  page,
  person,
}) => {
  const wrong = { email: person.email, password: "certainly not the password" };
  expect((await ask("POST", "/auth/login", { body: wrong })).status).toBe(401);
  await arrive(page, person);
  const activity = new ActivityPage(page);
  await activity.open();
  await expect(activity.lines).toHaveText([
    /Signed in/,
    /Sign-in failed.*Wrong password/,
    /Session of Firefox on Windows ended.*You signed out there/,
    /Signed in/,
    /Account created/,
  ]);

  await activity.filter("Account and password").click();
  await expect(activity.lines).toHaveText([/Account created/]);
  await page.reload();
  await expect(activity.lines).toHaveText([/Account created/]);
  await activity.filter("Clients").click();
  await expect(page.getByText("Nothing of this kind has happened yet.")).toBeVisible();
});

test("a long account comes page by page", async ({ page, person }) => {
  await arrive(page, person);
  for (let n = 0; n < 26; n++) await proveAnew(page, person); // two events each
  const activity = new ActivityPage(page);
  await activity.open();
  await expect(activity.lines).toHaveCount(50);
  await activity.more.click();
  await expect(activity.lines).toHaveCount(56);
  await expect(activity.more).toBeHidden();
  await expect(activity.lines.last()).toContainText("Account created");
});

test("what a client may do is taken back, and its tokens are refused from then on", async ({
  page,
  person,
}) => {
  await arrive(page, person);
  const tokens = await letIn(page, person);
  expect((await askWith(tokens, "/api/orders/")).status).toBe(200);
  const clients = new ClientsPage(page);
  await clients.open();
  await expect(clients.client("Vestibule CLI")).toContainText("last seen now");

  await clients.takeBack("Vestibule CLI").click();
  await expect(clients.question).toHaveAccessibleDescription(/To go on, it has to ask you again/);
  await clients.question.getByRole("button", { name: "End 1 session" }).click();
  await expect(page.getByText("Vestibule CLI acts in your name no more.")).toBeVisible();
  await expect(page.getByText(/No client acts in your name/)).toBeVisible();
  expect((await askWith(tokens, "/api/orders/")).status).toBe(401);
  expect((await refresh(tokens.refresh_token)).status).toBe(400);
});

async function proveAnew(page: Page, { password }: Person): Promise<void> {
  const answer = await page.request.post("/auth/step-up", { data: { password }, headers: { "X-CSRF": "1" } });
  expect(answer.status()).toBe(204);
}

import { fetchIn, type Who } from "../fixtures/ask.ts";
import { stranger } from "../fixtures/person.ts";
import { expect, test } from "../fixtures/test.ts";
import { ask } from "../fixtures/wire.ts";
import { RegisterPage, SignInPage, UserMenu } from "../pages/account.ts";
import { OrdersPage } from "../pages/orders.ts";

test("someone new makes an account and is signed in with it at once", async ({ page }) => {
  const someone = stranger("Noor van Dijk");
  await new SignInPage(page).open("/");
  await page.getByRole("link", { name: "Create an account" }).click();
  const register = new RegisterPage(page);
  await expect(register.heading).toBeVisible();
  await register.register(someone);
  await expect(new OrdersPage(page).heading).toBeVisible();
  await expect(new UserMenu(page, someone).button).toBeVisible();

  const { status, body } = await fetchIn<Who>(page, "/auth/session");
  expect(status).toBe(200);
  expect(body.user).toMatchObject({ email: someone.email, name: someone.name, role: "user" });
  const { email, password } = someone;
  expect((await ask("POST", "/auth/login", { body: { email, password } })).status).toBe(200);
});

test("what a password must be is ticked off while one types", async ({ page }) => {
  const register = new RegisterPage(page);
  await register.open();
  await register.name.fill("Robin Tester");
  await expect(register.rules.nth(0)).toHaveText("At least 15 characters, not met yet");
  await register.password.fill("fourteen chars");
  await expect(register.rules.nth(0)).toHaveText("At least 15 characters: 14 so far, not met yet");
  await register.password.fill("fifteen chars!!");
  await expect(register.rules.nth(0)).toHaveText("At least 15 characters, met");
  await register.password.fill("robintester123456");
  await expect(register.rules.nth(1)).toHaveText("Not your name or your address, not met yet");
});

test("each field says what is wrong with it, and nothing is made", async ({ page, person }) => {
  const register = new RegisterPage(page);
  await register.open();
  const someone = { name: "", email: "no address", password: "short" };
  await register.register(someone);
  await expect(register.name).toBeFocused();
  for (const field of [register.name, register.email, register.password]) {
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(/\w+/);
  }
  await expect(register.email).toHaveValue(someone.email);

  // Only the server knows what is common: it says so at the field.
  const common = { ...stranger(), password: "passwordpassword" };
  await register.register(common);
  await expect(register.password).toBeFocused();
  await expect(register.password).toHaveAccessibleDescription(
    "This is one of the passwords that guessers try first.",
  );
  await expect(register.name).not.toHaveAttribute("aria-invalid", "true");
  await expect(register.email).toHaveValue(common.email);

  await register.register({ ...person, password: "a fine day for something new" });
  await expect(register.email).toBeFocused();
  await expect(register.email).toHaveAccessibleDescription(/There is an account with this address already\./);
  await expect(register.email).toHaveValue(person.email);
  expect(await page.context().cookies()).toEqual([]);
  expect((await fetchIn(page, "/auth/session")).status).toBe(401);
  expect(
    (await ask("POST", "/auth/login", { body: { email: common.email, password: common.password } })).status,
  ).toBe(401);
});

import type { Locator, Page } from "@playwright/test";
import { agents } from "../fixtures/agents.ts";
import { promote } from "../fixtures/database.ts";
import { tabTo } from "../fixtures/focus.ts";
import { everyPage, expect, full, test } from "../fixtures/test.ts";
import { arrive, RegisterPage, SecurityPage, SessionsPage, SignInPage, UserMenu } from "../pages/account.ts";
import { AllSessionsPage, KeysPage, UsersPage } from "../pages/admin.ts";
import { DevicePage } from "../pages/approval.ts";
import { InsightsPage, LandingPage, OrdersPage } from "../pages/orders.ts";

test.use({ userAgent: agents.chrome });

const kept = (page: Page) => page.evaluate(() => ({ ...localStorage }));
const spoken = (page: Page) => expect(page.locator("html"));
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

test.describe("for a browser in Chinese", () => {
  test.use({ locale: "zh-CN", timezoneId: "Asia/Shanghai" });

  test("the door is in Chinese at once; in English it still holds what was typed; the choice outlives a reload", async ({
    page,
    person,
  }) => {
    await page.goto("/account/sign-in");
    await expect(page.getByRole("heading", { name: "登录", level: 1 })).toBeVisible();
    await expect(page).toHaveTitle("登录 · Vestibule");
    await spoken(page).toHaveAttribute("lang", "zh-CN");
    await expect(button(page, "简体中文")).toHaveAttribute("aria-pressed", "true");
    await expect(button(page, "English")).toHaveAttribute("lang", "en-GB");
    expect(await kept(page), "who has chosen nothing").toEqual({});

    const loaded = await page.evaluate(() => performance.timeOrigin);
    await page.getByLabel("邮箱").fill(person.email);
    await tabTo(page, button(page, "English"));
    await page.keyboard.press("Enter");
    const signIn = new SignInPage(page);
    await expect(signIn.heading).toBeVisible();
    await expect(page).toHaveTitle("Sign in · Vestibule");
    await spoken(page).toHaveAttribute("lang", "en-GB");
    await expect(signIn.email).toHaveValue(person.email);
    await expect(button(page, "English")).toBeFocused();
    await expect(button(page, "English")).toHaveAttribute("aria-pressed", "true");
    expect(await page.evaluate(() => performance.timeOrigin), "without a reload").toBe(loaded);
    expect(await kept(page)).toEqual({ "vestibule.language": "en" });

    await page.reload();
    await expect(signIn.heading).toBeVisible();
    await page.goto("/");
    await expect(new LandingPage(page).heading).toBeVisible();
    await button(page, "简体中文").click();
    await expect(page.getByRole("heading", { name: "订单，以及它们的进展", level: 1 })).toBeVisible();
    await expect(page).toHaveTitle("订单");
    await page.goto("/account/sign-in");
    await expect(page.getByRole("heading", { name: "登录", level: 1 })).toBeVisible();
  });

  test("whoever is signed in has it in their menu, in the account and in the app, with the keyboard alone", async ({
    page,
    person,
  }) => {
    await arrive(page, person, "/account/sessions");
    const here = page.getByRole("row", { name: "本设备" });
    await expect(here).toContainText("macOS 上的 Chrome");
    await expect(here).toContainText(/今天 \d\d:\d\d登录/);
    await expect(here).toContainText("若不使用，30 分钟后结束");

    const menuIn = (words: string) => page.getByRole("button", { name: words });
    await tabTo(page, menuIn(`${person.name}，${person.email} 的账户`), "Shift+Tab");
    await page.keyboard.press("Enter");
    const english = page.getByRole("menuitemradio", { name: "English" });
    await expect(page.getByRole("menuitemradio", { name: "简体中文" })).toBeChecked();
    for (let pressed = 0; pressed < 5; pressed++) {
      if (await english.evaluate((item) => item === document.activeElement)) break;
      await page.keyboard.press("ArrowDown");
    }
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "Devices and sessions", level: 1 })).toBeVisible();
    const menu = new UserMenu(page, person);
    await expect(menu.menu).toBeHidden();
    await expect(menu.button).toBeFocused();
    await expect(page.getByRole("row", { name: "This device" })).toContainText(/Signed in today, \d\d:\d\d/);

    await page.goto("/");
    await menu.button.click();
    await page.getByRole("menuitemradio", { name: "简体中文" }).click();
    await expect(page.getByRole("heading", { name: "全部订单", level: 1 })).toBeVisible();
    await expect(page.getByRole("table", { name: "订单，最新的在前" })).toContainText(
      /(今天|昨天) \d\d:\d\d/,
    );
  });
});

test("the language changes on all of a page: it is then as a page that was loaded in it", async ({
  page,
  person,
}) => {
  test.skip(!full, everyPage);
  test.setTimeout(120_000);
  const chinese = (role: "button" | "menuitemradio") => page.getByRole(role, { name: "简体中文" }).click();
  const atTheDoor = () => chinese("button");
  const inTheMenu = async () => {
    await new UserMenu(page, person).button.click();
    await chinese("menuitemradio");
  };
  await changes(page, "/account/sign-in", new SignInPage(page).heading, atTheDoor);
  await changes(page, "/account/register", new RegisterPage(page).heading, atTheDoor);
  await arrive(page, person);
  await changes(page, "/", new OrdersPage(page).table, inTheMenu);
  await changes(page, "/insights", new InsightsPage(page).customers, inTheMenu);
  await changes(page, "/nowhere", page.getByRole("heading", { name: "There is no page here" }), inTheMenu);
  await changes(page, "/account/", page.getByRole("heading", { name: "This session" }), inTheMenu);
  await changes(page, "/account/sessions", new SessionsPage(page).here, inTheMenu);
  await changes(page, "/account/security", new SecurityPage(page).current, inTheMenu);
  await changes(page, "/account/device", new DevicePage(page).code, atTheDoor);
  await promote(person.email);
  await arrive(page, person);
  const found = `?q=${person.email}`;
  await changes(page, `/account/admin/users${found}`, new UsersPage(page).row(person.email), inTheMenu);
  await changes(
    page,
    `/account/admin/sessions${found}`,
    new AllSessionsPage(page).row(person.email),
    inTheMenu,
  );
  await changes(page, "/account/admin/keys", new KeysPage(page).inState("Signing"), inTheMenu);
});

/** Opens a page in English, has it in Chinese, and loads it in Chinese: all at one moment, since pages say how long ago. */
async function changes(page: Page, path: string, there: Locator, toChinese: () => Promise<void>) {
  await test.step(path, async () => {
    await page.clock.setFixedTime(Date.now());
    await page.goto(path);
    await expect(there).toBeVisible();
    await toChinese();
    await expect(there).toBeHidden();
    const main = page.getByRole("main");
    const bar = page.getByRole("banner");
    const said = async () => [await page.title(), await main.ariaSnapshot(), await bar.allInnerTexts()];
    const inPlace = await said();
    await page.reload();
    await expect.poll(said).toEqual(inPlace);
    await page.evaluate(() => localStorage.clear());
  });
}

test("a choice is heard in every tab, of the account and of the app", async ({ page, context, person }) => {
  await arrive(page, person, "/account/security");
  await expect(new SecurityPage(page).current).toBeVisible();
  const app = await context.newPage();
  await app.goto("/");
  await expect(new OrdersPage(app).table).toBeVisible();
  await new UserMenu(app, person).button.click();
  await app.getByRole("menuitemradio", { name: "简体中文" }).click();
  await expect(page.getByLabel("当前密码", { exact: true })).toBeVisible();
  await expect(page).toHaveTitle("安全 · Vestibule");
  await spoken(page).toHaveAttribute("lang", "zh-CN");
});

test("a browser in a language that the pages don't speak sees English", async ({ browser }) => {
  const context = await browser.newContext({ locale: "fr-FR" });
  const page = await context.newPage();
  await page.goto("/account/sign-in");
  await expect(new SignInPage(page).heading).toBeVisible();
  await spoken(page).toHaveAttribute("lang", "en-GB");
  expect(await kept(page)).toEqual({});
  await context.close();
});

test("where the words can't be had, that is said, and nothing changes", async ({ page }) => {
  await page.goto("/account/sign-in");
  const signIn = new SignInPage(page);
  await expect(signIn.heading).toBeVisible();
  await page.route(/\.zh-/, (route) => route.abort());
  await page.route("/auth/*", (route) => route.abort());
  await button(page, "简体中文").click();
  await expect(page.getByText("The server can’t be reached. This page goes on by itself")).toBeVisible();
  await expect(signIn.heading).toBeVisible();
  expect(await kept(page)).toEqual({});
  await page.unrouteAll();
  await expect(page.getByText("The server can’t be reached. This page goes on by itself")).toBeHidden();
  await button(page, "简体中文").click();
  await expect(page.getByRole("heading", { name: "登录", level: 1 })).toBeVisible();
});

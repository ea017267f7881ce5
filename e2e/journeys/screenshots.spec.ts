import { agents } from "../fixtures/agents.ts";
import { looks, show } from "../fixtures/looks.ts";
import { newPerson } from "../fixtures/person.ts";
import { expect, test } from "../fixtures/test.ts";
import { signedIn } from "../pages/account.ts";
import { reach, type Stop, tours } from "../pages/tour.ts";

test.use({ userAgent: agents.chrome });

// Pictures of every page and state, for people to look at: artefacts/*.png.
for (const [tour, stops] of Object.entries(tours)) {
  test(`pictures in light, dark and on a phone: ${tour}`, async ({ page, person }) => {
    test.setTimeout(stops.length * 15_000);
    if (tour !== "visitor") await signedIn(page, person, "/account/");
    for (const stop of stops) {
      await test.step(stop.name, async () => {
        await show(page, looks.light);
        await reach(stop, page, person);
        for (const [name, look] of Object.entries(looks)) {
          await show(page, look);
          await page.screenshot({ path: `artefacts/${stop.name}-${name}.png`, fullPage: true });
        }
      });
    }
  });
}

// The pages are in English. Someone whose browser, name and customers are Chinese sees them so, and
// the two scripts stand well beside each other.
test.describe("for someone from China", () => {
  test.use({ locale: "zh-CN", timezoneId: "Asia/Shanghai" });

  const shown = [
    "orders",
    "user-menu",
    "order-placed",
    "insights",
    "profile",
    "sessions",
    "security",
    "account-signed-out",
  ];

  test("pictures with Chinese names and the browser in Chinese", async ({ page }) => {
    test.setTimeout(120_000);
    const person = await newPerson("王小明");
    await signedIn(page, person, "/");
    await show(page, looks.light);
    const everything: Stop[] = [...tours.app.slice(0, -1), ...tours.account];
    for (const stop of everything.filter(({ name }) => shown.includes(name))) {
      if (stop.name === "order-placed") {
        await page.goto("/");
        await page.getByRole("button", { name: "New order" }).click();
        await page.getByLabel("Customer").fill("上海港书店有限公司");
        await page.getByRole("button", { name: "Place order" }).click();
        await page.getByRole("status").filter({ hasText: "is placed" }).waitFor();
      } else {
        await reach(stop, page, person);
      }
      await page.screenshot({ path: `artefacts/${stop.name}-zh.png`, fullPage: true });
    }
    await expect(page.getByRole("heading", { name: "You were signed out" })).toBeVisible();
  });
});

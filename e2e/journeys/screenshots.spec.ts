import { agents } from "../fixtures/agents.ts";
import { bringAxe, stickingOut, violations } from "../fixtures/judge.ts";
import { looks, show } from "../fixtures/looks.ts";
import { newPerson } from "../fixtures/person.ts";
import { expect, test } from "../fixtures/test.ts";
import { arrive } from "../pages/account.ts";
import { OrdersPage } from "../pages/orders.ts";
import { reach, tours } from "../pages/tour.ts";

test.use({ userAgent: agents.chrome });

const full = !!process.env.E2E_FULL;

// Every page and state, and what a machine can say of it: axe finds nothing, and on the narrowest phone
// nothing sticks out to the side. `make e2e-full` looks at them in dark and on a phone too, and takes a
// picture of each, for people to look at (artefacts/*.png).
for (const [tour, all] of Object.entries(tours)) {
  const stops = all.filter(({ alike }) => full || !alike);
  test(`every page and state can be used by everyone and fits a phone: ${tour}`, async ({ page, person }) => {
    test.setTimeout(stops.length * 15_000);
    if (tour !== "visitor") await arrive(page, person);
    await bringAxe(page);
    const found: string[] = [];
    for (const stop of stops) {
      const note = (where: string, what: string[]) =>
        found.push(...what.map((fault) => `${stop.name}, ${where}: ${fault}`));
      await test.step(stop.name, async () => {
        await show(page, looks.light);
        await reach(stop, page, person);
        for (const [name, look] of Object.entries(full ? looks : { light: looks.light })) {
          await show(page, look);
          note(name, await violations(page, name === "dark" ? "colours" : "everything"));
          if (name === "phone") note("390 wide", await stickingOut(page));
          if (full)
            await page.screenshot({ path: `artefacts/${stop.name}-${name}.png`, fullPage: !stop.over });
        }
        await show(page, { ...looks.phone, width: 320 });
        note("320 wide", await stickingOut(page));
      });
    }
    expect(found).toEqual([]);
  });
}

// The pages are in English. Someone whose browser, name and customers are Chinese sees them so, and
// the two scripts stand well beside each other.
test.describe("for someone from China", () => {
  test.skip(!full, "alike but for the names: `make e2e-full` looks at it");
  test.use({ locale: "zh-CN", timezoneId: "Asia/Shanghai" });

  const shown = [
    "orders",
    "user-menu",
    "insights",
    "authorize",
    "device-asked",
    "profile",
    "sessions",
    "security",
    "account-signed-out",
  ];

  test("Chinese names, and a browser in Chinese", async ({ page }) => {
    test.setTimeout(120_000);
    const person = await newPerson("王小明");
    await arrive(page, person);
    await page.request.post("/api/orders/", {
      data: { customer: "上海港书店有限公司", items: 3 },
      headers: { "X-CSRF": "1" },
    });
    await show(page, looks.light);
    for (const stop of [...tours.app, ...tours.approval, ...tours.account].filter(({ name }) =>
      shown.includes(name),
    )) {
      await reach(stop, page, person);
      await page.screenshot({ path: `artefacts/${stop.name}-zh.png`, fullPage: true });
      if (stop.name === "orders") {
        await expect(new OrdersPage(page).rows.first()).toContainText("上海港书店有限公司");
        await expect(new OrdersPage(page).rows.first()).toContainText(/Today, \d\d:\d\d/); // English, as the page is
      }
    }
  });
});

test("long names, addresses and customers fit the narrowest phone", async ({ page }) => {
  const person = await newPerson(`Wolfeschlegelsteinhausenbergerdorff ${"Hubert Blaine ".repeat(3)}`.trim());
  await show(page, { ...looks.phone, width: 320 });
  await arrive(page, person);
  const orders = new OrdersPage(page);
  await orders.open();
  await orders.newOrder.click();
  await orders.customer.fill(
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
  );
  await orders.place.click();
  await expect(orders.placed).toBeVisible();
  expect(await stickingOut(page)).toEqual([]);
  await page.getByRole("button", { name: /account of/ }).click();
  await page.getByRole("menu").waitFor();
  expect(await stickingOut(page)).toEqual([]);
  const shown = ["authorize-partner", "device-asked", "profile", "sessions", "security"];
  for (const stop of [...tours.approval, ...tours.account].filter(({ name }) => shown.includes(name))) {
    await reach(stop, page, person);
    expect(await stickingOut(page), stop.name).toEqual([]);
  }
});

import type { Page } from "@playwright/test";
import { agents } from "../fixtures/agents.ts";
import type { Insights, Orders } from "../fixtures/ask.ts";
import { askedByPartner, askedHere } from "../fixtures/asked.ts";
import { bringAxe, stickingOut, violations } from "../fixtures/judge.ts";
import { drawn, looks, show } from "../fixtures/looks.ts";
import { overseenWords } from "../fixtures/overseen.ts";
import { newPerson, type Person } from "../fixtures/person.ts";
import { outsideCatalogue, speakPseudo } from "../fixtures/pseudo.ts";
import { expect, full, test } from "../fixtures/test.ts";
import { arrive } from "../pages/account.ts";
import { OrdersPage } from "../pages/orders.ts";
import { reach, setOut, tours } from "../pages/tour.ts";

test.use({ userAgent: agents.chrome });

// What a machine can say of every page: axe finds nothing, on the narrowest phone nothing sticks out to the
// side, and no word is from outside the catalogue: they are drawn in the pseudo-language.
//
// `make e2e-full` looks at every state of them, in dark and on a phone too, and takes a picture of each, for
// people to look at (artefacts/*.png): in English, which is why the words have a run of their own there.
for (const [tour, stops] of Object.entries(tours)) {
  test(`every page${full ? " and state" : ""} can be used by everyone and fits a phone: ${tour}`, async ({
    page,
    person,
  }) => {
    test.setTimeout(stops.length * 15_000);
    if (!full) await speakPseudo(page.context());
    await setOut(tour, page, person);
    const data = await dataOf(page, person, tour);
    await bringAxe(page);
    const found: string[] = [];
    for (const stop of full ? stops : stops.filter(({ main }) => main)) {
      const note = (where: string, what: string[]) =>
        found.push(...what.map((fault) => `${stop.name}, ${where}: ${fault}`));
      await test.step(stop.name, async () => {
        await show(page, looks.light);
        await reach(stop, page, person);
        if (!full) note("words", await outsideCatalogue(page, data));
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

/** What stands on the pages of a tour and is of no language: names, and what is typed on the way. */
async function dataOf(page: Page, { name, email }: Person, tour: string): Promise<string[]> {
  const client = [askedHere.client.name, askedHere.client.id];
  const everywhere = [name, email, "localhost", "Vestibule", ...client, ...languages, ...devices];
  switch (tour) {
    case "app": {
      const { orders }: Orders = await (await page.request.get("/api/orders/")).json();
      const { top_customers }: Insights = await (await page.request.get("/api/insights/")).json();
      const customers = [...orders.map(({ customer }) => customer), ...top_customers.map(({ name }) => name)];
      return [...everywhere, ...customers, "Ångström & Daughters", "nobody of that name", "EUR"];
    }
    case "approval":
      return [
        ...everywhere,
        askedByPartner.client.name,
        ...askedByPartner.downstreams,
        "The code_challenge_method is not S256.", // the server's own words, for whoever made the client
      ];
    case "admin":
      return [...everywhere, ...overseenWords];
    default:
      return everywhere;
  }
}

/** Each by its own name, in all languages. */
const languages = ["English", "简体中文"];
const devices = ["Chrome", "Firefox", "Safari", "macOS", "Windows", "Linux", "Android", "iPhone"];

test.describe("in the pseudo-language", () => {
  test.skip(!full, "`make test` looks at it on the way, above");

  for (const [tour, stops] of Object.entries(tours)) {
    test(`no word is from outside the catalogue: ${tour}`, async ({ page, person }) => {
      test.setTimeout(stops.length * 15_000);
      await speakPseudo(page.context());
      await setOut(tour, page, person);
      const data = await dataOf(page, person, tour);
      for (const stop of stops) {
        await reach(stop, page, person);
        expect.soft(await outsideCatalogue(page, data), stop.name).toEqual([]);
      }
    });
  }
});

// Someone whose browser, name and customers are Chinese. The way to each page is gone in English, which is
// how the page objects know it; there it changes to Chinese.
test.describe("for someone from China", () => {
  test.skip(!full, "other words for the same pages: `make e2e-full` looks at them");
  test.use({ locale: "zh-CN", timezoneId: "Asia/Shanghai" });

  for (const [tour, stops] of Object.entries(tours)) {
    test(`every page is in Chinese, and fits the narrowest phone: ${tour}`, async ({ page }) => {
      test.setTimeout(stops.length * 15_000);
      const person = await newPerson("王小明");
      await page.goto("/");
      await setOut(tour, page, person);
      if (tour === "app") {
        const order = { customer: "上海港书店有限公司", items: 3 };
        await page.request.post("/api/orders/", { data: order, headers: { "X-CSRF": "1" } });
      }
      for (const stop of stops.filter(({ main }) => main)) {
        await show(page, looks.light);
        await chooseElsewhere(page, "en");
        await reach(stop, page, person);
        await chooseElsewhere(page, "zh");
        await expect(page.getByRole("heading", { level: 1 }), stop.name).toHaveText(/\p{Script=Han}/u);
        expect
          .soft(await page.locator("body").innerText(), stop.name)
          .not.toMatch(/\d (minutes?|hours?|days?)\b/);
        await page.screenshot({ path: `artefacts/${stop.name}-zh.png`, fullPage: !stop.over });
        if (stop.name === "orders") {
          const newest = page.getByRole("row", { name: "上海港书店有限公司" });
          await expect(newest).toContainText(/今天 \d\d:\d\d/);
        }
        await show(page, { ...looks.phone, width: 320 });
        expect.soft(await stickingOut(page), stop.name).toEqual([]);
      }
    });
  }
});

/** What the page hears when a language is chosen in another tab. */
async function chooseElsewhere(page: Page, language: "en" | "zh"): Promise<void> {
  await page.evaluate((newValue) => {
    localStorage.setItem("vestibule.language", newValue);
    window.dispatchEvent(new StorageEvent("storage", { key: "vestibule.language", newValue }));
  }, language);
  await expect(page.locator(`html[lang^=${language}]`)).toBeAttached();
  await drawn(page);
}

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

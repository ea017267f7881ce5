import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { agents } from "../fixtures/agents.ts";
import { looks, show } from "../fixtures/looks.ts";
import { newPerson } from "../fixtures/person.ts";
import { expect, test } from "../fixtures/test.ts";
import { signedIn } from "../pages/account.ts";
import { reach, tours } from "../pages/tour.ts";

test.use({ userAgent: agents.chrome });

// Every page and state, in light, in dark and on a phone: axe finds nothing. And on phones, the
// narrowest included, nothing sticks out to the side.
for (const [tour, stops] of Object.entries(tours)) {
  test(`every page and state can be used by everyone, and fits a phone: ${tour}`, async ({
    page,
    person,
  }) => {
    test.setTimeout(stops.length * 15_000);
    if (tour !== "visitor") await signedIn(page, person, "/account/");
    const found: string[] = [];
    for (const stop of stops) {
      await test.step(stop.name, async () => {
        await show(page, looks.light);
        await reach(stop, page, person);
        for (const [name, look] of Object.entries(looks)) {
          await show(page, look);
          found.push(...(await violations(page, name)).map((what) => `${stop.name}, ${name}: ${what}`));
        }
        for (const width of [390, 320]) {
          await show(page, { ...looks.phone, width });
          found.push(...(await stickingOut(page)).map((what) => `${stop.name}, ${width} wide: ${what}`));
        }
      });
    }
    expect(found).toEqual([]);
  });
}

test("long names, addresses and customers fit the narrowest phone", async ({ page }) => {
  const person = await newPerson(`Wolfeschlegelsteinhausenbergerdorff ${"Hubert Blaine ".repeat(3)}`.trim());
  await show(page, { ...looks.phone, width: 320 });
  await signedIn(page, person, "/");
  await page.getByRole("button", { name: "New order" }).click();
  await page
    .getByLabel("Customer")
    .fill("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft");
  await page.getByRole("button", { name: "Place order" }).click();
  await page.getByRole("status").filter({ hasText: "is placed" }).waitFor();
  expect(await stickingOut(page)).toEqual([]);
  await page.getByRole("button", { name: /account of/ }).click();
  await page.getByRole("menu").waitFor();
  expect(await stickingOut(page)).toEqual([]);
  for (const path of ["/account/", "/account/sessions", "/account/security"]) {
    await page.goto(path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await stickingOut(page), path).toEqual([]);
  }
});

/** What axe finds on the page as it stands: the rules of WCAG 2.2 AA, and best practice. */
async function violations(page: Page, look: string): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(); // there are no frames to cross
  if (look === "dark")
    axe.withRules(["color-contrast", "link-in-text-block"]); // the others see no colours
  else axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
  const { violations } = await axe.analyze();
  return violations.map(
    ({ id, nodes }) => `${id} (${nodes.map((node) => node.target.join(" ")).join(", ")})`,
  );
}

/** What is wider than the window: the page itself, or a part that is not in a box made to be scrolled. */
function stickingOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    const found: string[] = [];
    if (document.documentElement.scrollWidth > wide)
      found.push(`the page scrolls sideways, to ${document.documentElement.scrollWidth}`);
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    for (const element of document.body.querySelectorAll("*")) {
      const { left, right, width, height } = element.getBoundingClientRect();
      if (width <= 1 || height <= 1 || (left >= -0.5 && right <= wide + 0.5)) continue;
      if (!scrolls(element))
        found.push(`${element.tagName} “${element.textContent?.slice(0, 30)}” from ${left} to ${right}`);
    }
    return found;
  });
}

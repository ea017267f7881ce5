import type { Page } from "@playwright/test";
import { agents } from "../fixtures/agents.ts";
import { directive, scripts, shiftsOf } from "../fixtures/first.ts";
import { drawn, looks } from "../fixtures/looks.ts";
import { header } from "../fixtures/tap.ts";
import { expect, test } from "../fixtures/test.ts";
import { origin } from "../fixtures/wire.ts";
import { arrive, RegisterPage, SessionsPage, SignInPage } from "../pages/account.ts";
import { InsightsPage, LandingPage, OrdersPage } from "../pages/orders.ts";

test.use({ userAgent: agents.chrome });

const mostScript = 130_000; // bytes as sent

for (const [name, { width, height }] of Object.entries({ desk: looks.light, phone: looks.phone })) {
  test.describe(`on a ${name}`, () => {
    test.use({ viewport: { width, height } });

    test("the sign-in page loads little, and nothing in it moves", async ({ page, wire }) => {
      const signIn = new SignInPage(page);
      await signIn.open();
      await expect(signIn.password).toBeEditable();
      await page.waitForLoadState("networkidle"); // whatever it fetches ahead is a part of it
      await drawn(page);

      expect(await shiftsOf(page)).toEqual([]);
      const loaded = scripts(wire.exchanges());
      expect(loaded.length).toBeGreaterThan(0);
      for (const { path, answer } of loaded) {
        const length = Number(header(answer, "content-length"));
        if (length >= 1024) expect(header(answer, "content-encoding"), path).toBe("br"); // below, it is one packet anyhow
        expect(header(answer, "cache-control"), path).toContain("immutable");
      }
      const sent = loaded.reduce((sum, { weight }) => sum + weight, 0);
      expect(sent, loaded.map(({ path, weight }) => `${path}: ${weight}`).join("\n")).toBeLessThanOrEqual(
        mostScript,
      );
    });
  });
}

const visited: Record<string, (page: Page) => Promise<void>> = {
  "the landing page": async (page) => {
    await page.goto("/");
    await expect(new LandingPage(page).heading).toBeVisible();
  },
  "the sign-in page": async (page) => {
    await new SignInPage(page).open();
    await expect(new SignInPage(page).password).toBeEditable();
  },
  "the registration page": async (page) => {
    await new RegisterPage(page).open("/");
    await expect(new RegisterPage(page).heading).toBeVisible();
  },
};

const signedInTo: Record<string, (page: Page) => Promise<void>> = {
  orders: async (page) => {
    await page.goto("/");
    await expect(new OrdersPage(page).table).toBeVisible();
  },
  insights: async (page) => {
    await page.goto("/insights");
    await expect(new InsightsPage(page).customers).toBeVisible();
  },
  profile: async (page) => {
    await page.goto("/account/");
    await expect(page.getByRole("heading", { name: "This session" })).toBeVisible();
  },
  sessions: async (page) => {
    await page.goto("/account/sessions");
    await expect(new SessionsPage(page).here).toBeVisible();
  },
};

test("no page asks anyone else for anything, or would run a script that is not a file of ours", async ({
  page,
  context,
  person,
  wire,
}) => {
  const elsewhere: string[] = [];
  const refused: string[] = [];
  context.on("request", (asked) => {
    if (new URL(asked.url()).origin !== origin) elsewhere.push(asked.url());
  });
  await context.exposeBinding("violated", (_, what: string) => refused.push(what));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
      const { violated } = window as unknown as { violated(what: string): void };
      violated(`${location.pathname}: ${effectiveDirective} ${blockedURI}`);
    });
  });
  const look = async (all: typeof visited) => {
    for (const [what, open] of Object.entries(all)) {
      await test.step(what, async () => {
        await open(page);
        await page.waitForLoadState("load");
        expect(await inlineScripts(page)).toEqual([]);
      });
    }
  };
  await look(visited);
  await arrive(page, person);
  await look(signedInTo);

  expect(elsewhere).toEqual([]);
  expect(refused).toEqual([]);
  const pages = wire
    .exchanges()
    .filter(({ answer }) => header(answer, "content-type")?.includes("text/html"));
  expect(pages).toHaveLength(Object.keys({ ...visited, ...signedInTo }).length);
  for (const { path, answer } of pages) {
    const policy = header(answer, "content-security-policy") ?? "";
    expect(directive(policy, "script-src"), path).toEqual(["'self'"]);
    expect(directive(policy, "default-src"), path).toEqual(["'none'"]);
    expect(policy, path).not.toContain("unsafe");
  }
});

/** Scripts that stand in the page itself, and handlers in its elements. */
function inlineScripts(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("*")]
      .filter(
        (each) =>
          (each instanceof HTMLScriptElement && !each.src) ||
          [...each.attributes].some(({ name }) => name.startsWith("on")),
      )
      .map((each) => each.outerHTML),
  );
}

import { DevServer } from "../fixtures/devServer.ts";
import { Network } from "../fixtures/network.ts";
import { Replica } from "../fixtures/replica.ts";
import { header } from "../fixtures/tap.ts";
import { test as base, expect } from "../fixtures/test.ts";
import { cookieName, origin } from "../fixtures/wire.ts";
import { arrive } from "../pages/account.ts";
import { OrdersPage } from "../pages/orders.ts";

const nth = 8; // of the replicas that tests start
const devPort = Number(process.env.E2E_PORT) + 40;

/** Everything goes to a replica whose app comes from Vite. */
const test = base.extend<object, { network: Network; devServer: DevServer }>({
  devServer: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern
    async ({}, use) => {
      const devServer = new DevServer(devPort);
      await use(devServer);
      await devServer.close();
    },
    { scope: "worker" },
  ],
  network: [
    async ({ devServer }, use) => {
      const replica = await Replica.open(nth, { VESTIBULE_UI_APP: devServer.url });
      const network = await Network.open([replica.port]);
      await use(network);
      network.close();
      await replica.close();
    },
    { scope: "worker" },
  ],
});

test("an app that is being made is reloaded as it changes, on our origin, and its server never gets our cookie", async ({
  page,
  person,
  wire,
  devServer,
}) => {
  test.setTimeout(120_000);
  const missing = await page.goto("/");
  expect(missing?.status()).toBe(502);
  await expect(page.getByRole("heading", { name: "The app is not running" })).toBeVisible();
  await expect(page.getByText(devServer.url)).toBeVisible();

  await devServer.start(); // nobody reloads: the page asks again
  await expect(page.getByText("Good morning")).toBeVisible({ timeout: 60_000 });
  await page.context().addCookies([{ name: "theme", value: "dark", url: origin }]);
  await page.setExtraHTTPHeaders({ forwarded: "for=1.2.3.4", "x-forwarded-prefix": "/elsewhere" });
  await arrive(page, person, "/");
  const orders = new OrdersPage(page);
  await expect(orders.table).toBeVisible(); // a service behind us, on the same origin

  const typed = "typed before the change";
  await orders.search.fill(typed);
  devServer.greet("Good evening");
  await expect(page.getByText("Good evening")).toBeVisible();
  await expect(orders.search).toHaveValue(typed); // the page was not loaded anew

  const sent = wire.exchanges().filter(({ path }) => path === "/Greeting.tsx" || path.startsWith("/?token="));
  expect(sent.some(({ headers }) => header(headers, "cookie")?.includes(cookieName))).toBe(true); // a browser sends it
  const noted = devServer.noted();
  expect(noted.filter(({ event }) => event === "upgrade").length).toBeGreaterThan(0);
  expect(noted.length).toBeGreaterThan(50);
  for (const { url, headers } of noted) {
    expect(["", "theme=dark"], url).toContain(headers.cookie ?? "");
    for (const name of ["authorization", "forwarded", "x-forwarded-prefix"])
      expect(headers, url).not.toHaveProperty(name);
    expect(url).not.toMatch(/^\/(account|api|auth|oauth|admin|\.well-known)\b/);
  }
  expect(noted.some(({ headers }) => headers.cookie === "theme=dark")).toBe(true);
});

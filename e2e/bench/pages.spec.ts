import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "@playwright/test";
import { agents } from "../fixtures/agents.ts";
import { answerTo, follows, momentOf, momentOfSignOut } from "../fixtures/moment.ts";
import { expect, test } from "../fixtures/test.ts";
import { arrive, SessionsPage } from "../pages/account.ts";
import { OrdersPage } from "../pages/orders.ts";
import { figure } from "./figure.ts";

test.use({ userAgent: agents.chrome });

test("an open page says that its session has ended", async ({ page, person, otherBrowser }) => {
  const sessions = new SessionsPage(page);
  await arrive(page, person, "/account/sessions");
  const took: number[] = [];
  for (let round = 0; round < 20; round++) {
    const other = await otherBrowser.newPage();
    await arrive(other, person, "/");
    await expect(new OrdersPage(other).table).toBeVisible();
    await follows(other);
    await sessions.open();
    const seen = momentOfSignOut(other);
    const answer = await answerTo(page, "DELETE", "/auth/sessions/", () =>
      sessions.endButton("Firefox on Windows").click(),
    );
    took.push((await seen) - (await momentOf(answer)));
    await other.close();
  }
  figure(
    "an open page in another browser says that its session was ended, after the answer of the end",
    took,
    {
      asked: "most 1,000 ms",
    },
  );
});

test("the sign-in page is interactive", async ({ browser, baseURL }) => {
  const page = "<!doctype html><title>Sign in</title><form><input type=email><input type=password></form>";
  const bare = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(page));
  await new Promise<void>((resolve) => bare.listen(0, "localhost", resolve));
  const took = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round < 21; round++) {
    took.ours.push(await interactive(browser, `${baseURL}/account/sign-in?return_to=%2F`));
    took.bare.push(await interactive(browser, `http://localhost:${(bare.address() as AddressInfo).port}/`));
  }
  bare.close();
  const slowed = "with nothing cached and the CPU slowed four times";
  figure(`the sign-in page is interactive, ${slowed}`, took.ours, { asked: "1,000 ms" });
  figure(`two inputs without a script or a style are, ${slowed}`, took.bare, { asked: "(to compare)" });
});

/**
 * Milliseconds from the beginning of a navigation, in a browser that has nothing of ours, until the
 * form can be typed into and the page's thread is free. The page says it by itself: whatever is asked
 * of Playwright meanwhile would have the page compile Playwright's own script.
 */
async function interactive(browser: Browser, address: string): Promise<number> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.addInitScript(() => {
    const free = new MessageChannel();
    free.port1.onmessage = () => console.info(performance.now());
    const watch = new MutationObserver(() => {
      if (!document.querySelector("input[type=password]:enabled")) return;
      watch.disconnect();
      requestAnimationFrame(() => free.port2.postMessage(null)); // after this frame has been drawn
    });
    watch.observe(document, { subtree: true, childList: true });
  });
  const said = page.waitForEvent("console", (line) => line.type() === "info");
  await cdp.send("Page.navigate", { url: address });
  const took = Number((await said).text());
  await context.close();
  return took;
}

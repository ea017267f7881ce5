import type { Browser } from "@playwright/test";
import { agents } from "../fixtures/agents.ts";
import { answerTo, follows, momentOf, momentOfSignOut } from "../fixtures/moment.ts";
import { expect, test } from "../fixtures/test.ts";
import { arrive, SessionsPage, SignInPage } from "../pages/account.ts";
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

test("the sign-in page is interactive", async ({ browser }) => {
  const took: number[] = [];
  for (let round = 0; round < 10; round++) took.push(await interactive(browser));
  figure("the sign-in page is interactive, with nothing cached and the CPU slowed four times", took, {
    asked: "1,000 ms",
  });
});

/**
 * Milliseconds from the beginning of a navigation, in a browser that has nothing of ours, until the
 * form can be typed into and the page's thread is free.
 */
async function interactive(browser: Browser): Promise<number> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.addInitScript(() => {
    const free = new MessageChannel();
    free.port1.onmessage = () => Object.assign(window, { interactive: performance.now() });
    const watch = new MutationObserver(() => {
      if (!document.querySelector("input[type=password]:enabled")) return;
      watch.disconnect();
      requestAnimationFrame(() => free.port2.postMessage(null)); // after this frame has been drawn
    });
    watch.observe(document, { subtree: true, childList: true });
  });
  await new SignInPage(page).open();
  const moment = await page.waitForFunction(() => (window as { interactive?: number }).interactive);
  const took = (await moment.jsonValue()) ?? Number.NaN;
  await context.close();
  return took;
}

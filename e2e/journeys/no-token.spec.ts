import { createHash } from "node:crypto";
import type { Page } from "@playwright/test";
import { fetchIn, secretOf, type WhoAmI } from "../fixtures/ask.ts";
import { stranger } from "../fixtures/person.ts";
import { refuse, stopPlaying } from "../fixtures/play.ts";
import { type Exchange, header } from "../fixtures/tap.ts";
import { expect, test } from "../fixtures/test.ts";
import { cookieName } from "../fixtures/wire.ts";
import {
  arrive,
  RegisterPage,
  SecurityPage,
  SessionsPage,
  SignInPage,
  StepUpDialog,
  UserMenu,
} from "../pages/account.ts";
import { LabPage } from "../pages/lab.ts";
import { InsightsPage, LandingPage, OrdersPage } from "../pages/orders.ts";

test("a tour of everything leaves no token anywhere in the browser", async ({ page, context, wire }) => {
  test.setTimeout(120_000);
  await page.route(/\/strength-[^/]+\.js$/, (route) => route.abort()); // 70,000 words in the page's memory, which is read
  const person = stranger();
  const secrets: string[] = [];
  const look = async () => {
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await storedBy(page), page.url()).toEqual(nothing);
  };
  const remember = async () => secrets.push(await secretOf(context));

  await test.step("in, by registering; out, and in again", async () => {
    await page.goto("/");
    await look();
    await new RegisterPage(page).open("/");
    await look();
    await new RegisterPage(page).register(person);
    await expect(new OrdersPage(page).table).toBeVisible();
    await remember();
    await look();
    const menu = new UserMenu(page, person);
    await menu.button.click();
    const gone = page.waitForEvent("load");
    await menu.signOut.click();
    await gone;
    await expect(new LandingPage(page).heading).toBeVisible();
    const signIn = new SignInPage(page);
    await signIn.open("/");
    await signIn.remember.check();
    await signIn.signIn({ ...person, password: "certainly not the password" });
    await expect(signIn.alert).toBeVisible();
    await look();
    await signIn.signIn(person);
    await expect(new OrdersPage(page).table).toBeVisible();
    await remember();
  });

  await test.step("the app", async () => {
    const orders = new OrdersPage(page);
    await orders.newOrder.click();
    await orders.customer.fill("Nothing To See Ltd");
    await orders.place.click();
    await expect(orders.placed).toBeVisible();
    await look();
    await new InsightsPage(page).tab.click();
    await expect(new InsightsPage(page).customers).toBeVisible();
    await look();
    for (const service of ["orders", "insights"])
      expect((await fetchIn<WhoAmI>(page, `/api/${service}/whoami`)).status).toBe(200);
    expect((await fetchIn(page, "/api/nowhere/")).status).toBe(404);
    await page.goto("/nowhere");
    await look();
  });

  await test.step("the account", async () => {
    await page.goto("/account/");
    await expect(page.getByRole("heading", { name: "This session" })).toBeVisible();
    await look();
    const sessions = new SessionsPage(page);
    await sessions.open();
    await expect(sessions.here).toBeVisible();
    await look();
    await refuse(page, "/auth/events", { status: 401, code: "step_up_required", times: 1 });
    await page.reload();
    const stepUp = new StepUpDialog(page);
    await stepUp.password.fill(person.password);
    await stepUp.confirm.click();
    await expect(sessions.lately).toBeVisible();
    await stopPlaying(page);
    await remember();
    await look();
    const security = new SecurityPage(page);
    await security.open();
    await security.change(person.password, `${person.password} anew`);
    await expect(security.result).toBeVisible();
    await remember();
    await look();
    expect((await fetchIn(page, "/auth/events")).status).toBe(200);
  });

  // What the page's own memory holds: the whole of it, read from outside.
  const heap = await heapOf(page);
  expect(heap).toContain(person.email); // it is this page's memory
  expect(tokensIn("the page's memory", heap, secrets)).toEqual([]);

  const sent = wire.exchanges();
  expect(new Set(secrets).size).toBe(4);
  expect(sent.length).toBeGreaterThan(60);
  expect(sent.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      "/api/orders/whoami",
      "/api/insights/whoami",
      "/auth/live",
      "/auth/step-up",
      "/auth/password",
    ]),
  );
  expect(sent.flatMap((exchange) => leaksOf(exchange, secrets))).toEqual([]);
  const setters = sent.filter(({ answer }) => header(answer, "set-cookie")).map(({ path }) => path);
  expect(setters.sort()).toEqual([
    "/auth/login",
    "/auth/logout",
    "/auth/password",
    "/auth/register",
    "/auth/step-up",
  ]);
});

test("the lab, which is about tokens, leaves none of anybody's", async ({ page, person, context, wire }) => {
  test.setTimeout(120_000);
  await arrive(page, person);
  const lab = new LabPage(page);
  await lab.open();
  for (const experiment of ["cost", "scale", "theft", "anatomy", "revoke"] as const) {
    await lab.choose(experiment);
    await lab.run.click();
    await expect(
      experiment === "revoke" ? lab.finding.getByText("The cookie was let in") : lab.again,
    ).toBeVisible();
    expect(await storedBy(page), experiment).toEqual(nothing);
  }
  const secrets = [await secretOf(context)];
  const heap = await heapOf(page);
  expect(heap.includes(person.email), "it is this page's memory").toBe(true);
  expect(tokensIn("the page's memory", heap, secrets)).toEqual([]);
  const runs = wire.exchanges().filter(({ path }) => path.startsWith("/api/lab/runs/"));
  expect(runs).toHaveLength(5);
  for (const { path, body } of runs) expect(body.split("\n").length, path).toBeGreaterThan(5);
  expect(wire.exchanges().flatMap((exchange) => leaksOf(exchange, secrets))).toEqual([]);
});

const nothing = {
  localStorage: {},
  sessionStorage: {},
  indexedDB: [],
  caches: [],
  serviceWorkers: 0,
  cookie: "",
  name: "",
};

function storedBy(page: Page): Promise<typeof nothing> {
  return page.evaluate(async () => ({
    localStorage: { ...localStorage },
    sessionStorage: { ...sessionStorage },
    indexedDB: (await indexedDB.databases()).map(({ name }) => name) as never[],
    caches: (await caches.keys()) as never[],
    serviceWorkers: (await navigator.serviceWorker.getRegistrations()).length,
    cookie: document.cookie,
    name: window.name,
  }));
}

async function heapOf(page: Page): Promise<string> {
  const devtools = await page.context().newCDPSession(page);
  const pieces: string[] = [];
  devtools.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => pieces.push(chunk));
  await devtools.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  await devtools.detach();
  return pieces.join("");
}

/** What of one exchange, head or body, is or looks like a token, but for the one place where the secret belongs. */
function leaksOf({ method, path, headers, answer, body }: Exchange, secrets: string[]): string[] {
  const what = `${method} ${path}`;
  const found = tokensIn(`${what} asked`, path, secrets);
  for (const [name, value] of headers) {
    if (name === "authorization") found.push(`${what}: sent ${name}`);
    if (name !== "cookie") found.push(...tokensIn(`${what}: sent ${name}`, value, secrets));
  }
  for (const [name, value] of answer) {
    if (name !== "set-cookie") found.push(...tokensIn(`${what}: answered ${name}`, value, secrets));
    else if (!setsTheSecretAlone.test(value)) found.push(`${what}: sets ${value}`);
  }
  found.push(...tokensIn(`${what}: the body`, body, secrets));
  // A file of the pages is the same for everyone, and may have long words of its own.
  if (!path.includes("/assets/")) {
    if (/(?<![\w-])[\w-]{43}(?![\w-])/.test(body)) found.push(`${what}: a word as long as a session secret`);
    if (/(?<![\w-])[0-9a-f]{64}(?![\w-])/i.test(body)) found.push(`${what}: a word as long as a hash`);
  }
  return found;
}

const setsTheSecretAlone = new RegExp(
  `^${cookieName}=([\\w-]{43})?; (max-age=\\d+; |expires=[^;]+; )?path=/; HttpOnly; secure; SameSite=Strict$`,
  "i",
);

/** Session secrets, the keys that they are stored under, and whatever looks like a JWT. */
function tokensIn(where: string, text: string, secrets: string[]): string[] {
  const found: string[] = [];
  for (const secret of secrets) {
    const sum = createHash("sha256").update(secret).digest();
    if (text.includes(secret)) found.push(`${where}: a session secret`);
    if (text.includes(sum.toString("hex")) || text.includes(sum.toString("base64url")))
      found.push(`${where}: its hash`);
  }
  if (/eyJ[\w-]{12,}/.test(text)) found.push(`${where}: the beginning of a JWT`);
  const threes = text.matchAll(/(?<![\w-])([\w-]{24,})\.[\w-]{24,}\.[\w-]{24,}/g);
  if ([...threes].some(([, head = ""]) => isObject(head))) found.push(`${where}: three parts, as of a JWT`);
  return found;
}

/** Whether a part can be the head of a JWT, which is an object (RFC 7515, 4), and not three long words with dots. */
function isObject(head: string): boolean {
  try {
    return typeof JSON.parse(Buffer.from(head, "base64url").toString()) === "object";
  } catch {
    return false;
  }
}

import type { Page } from "@playwright/test";
import { fetchIn, type Orders, secretOf, type Who } from "../fixtures/ask.ts";
import { authorizePath } from "../fixtures/asked.ts";
import { NativeApp } from "../fixtures/client.ts";
import type { Network } from "../fixtures/network.ts";
import { newPerson, type Person, stranger } from "../fixtures/person.ts";
import { type Exchange, header } from "../fixtures/tap.ts";
import { expect, test } from "../fixtures/test.ts";
import { ask, cookieName, origin } from "../fixtures/wire.ts";
import { arrive } from "../pages/account.ts";
import { OrdersPage } from "../pages/orders.ts";

/**
 * By both names the attacker is another origin. Only by the first is it of the same site: there the
 * browser sends the SameSite=Strict cookie along, and nothing but Vestibule's own rule stands.
 */
const attackers = [
  { host: "localhost", site: "same-site", cookieGoesAlong: true },
  { host: "127.0.0.1", site: "cross-site", cookieGoesAlong: false },
] as const;

const order = { customer: "Mallory & Co", items: 999 };
const json = { "Content-Type": "application/json" };
const form = { "Content-Type": "application/x-www-form-urlencoded" };
const plain = { "Content-Type": "text/plain" };

for (const { host, site, cookieGoesAlong } of attackers) {
  test.describe(`a page on http://${host}`, () => {
    test("posts forms to no effect", async ({ page, person, context, elsewhere, wire }) => {
      const victim = await signedInVictim(page, person);
      const attacker = await newPerson("Mallory Attacker");
      const tab = await context.newPage();
      for (const [path, fields] of [
        ["/api/orders/", order],
        ["/auth/logout", {}],
        ["/auth/login", { email: attacker.email, password: attacker.password }],
        ["/auth/password", { current_password: person.password, new_password: "what the attacker wants" }],
      ] as const) {
        await tab.goto(elsewhere.at(host));
        await postForm(tab, origin + path, fields);
        await expect(tab.getByText("csrf_rejected")).toBeVisible();
      }
      await victim.expectUnharmed();
      const sent = fromElsewhere(wire, site);
      expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
        "POST /api/orders/",
        "POST /auth/logout",
        "POST /auth/login",
        "POST /auth/password",
      ]);
      for (const request of sent) {
        expectRefused(request);
        expect(carriesCookie(request), request.path).toBe(cookieGoesAlong);
      }
    });

    test("fetches to no effect, and reads nothing", async ({ page, person, context, elsewhere, wire }) => {
      const victim = await signedInVictim(page, person);
      const { sid } = (await fetchIn<Who>(page, "/auth/session")).body.session;
      const tab = await context.newPage();
      await tab.goto(elsewhere.at(host));
      const body = JSON.stringify(order);
      for (const [path, init] of [
        ["/api/orders/", { mode: "cors" }],
        ["/api/orders/", { mode: "no-cors" }],
        ["/api/orders/", { mode: "cors", method: "POST", headers: plain, body }],
        ["/api/orders/", { mode: "no-cors", method: "POST", headers: plain, body }],
        ["/api/orders/", { mode: "cors", method: "POST", headers: json, body }],
        ["/api/orders/", { mode: "cors", method: "POST", headers: { ...plain, "X-CSRF": "1" }, body }],
        ["/auth/session", { mode: "cors" }],
        ["/auth/sessions", { mode: "cors" }],
        [`/auth/sessions/${sid}`, { mode: "cors", method: "DELETE" }],
        ["/auth/logout", { mode: "no-cors", method: "POST", headers: plain, body: "{}" }],
      ] as const) {
        const read = await tryFetch(tab, origin + path, init);
        expect(["refused by the browser", "opaque"], `${path} ${JSON.stringify(init)}`).toContain(read);
      }
      await tab.evaluate((url) => navigator.sendBeacon(url, "{}"), `${origin}/auth/logout`);
      await expect.poll(() => fromElsewhere(wire, site).length).toBe(11);
      await victim.expectUnharmed();

      const sent = fromElsewhere(wire, site);
      for (const request of sent) expectRefused(request);
      // The two that need leave to be sent get none, and DELETE neither: only the question was sent.
      expect(sent.filter(({ method }) => method === "OPTIONS")).toHaveLength(3);
      expect(sent.filter(({ method }) => method === "DELETE")).toHaveLength(0);
      const posts = sent.filter(({ method }) => method === "POST");
      expect(posts).toHaveLength(4);
      for (const post of posts) expect(carriesCookie(post), post.path).toBe(cookieGoesAlong);
    });

    test("embeds and opens streams to no effect, and reads nothing", async ({
      page,
      person,
      context,
      elsewhere,
      wire,
    }) => {
      const victim = await signedInVictim(page, person);
      const tab = await context.newPage();
      await tab.goto(elsewhere.at(host));
      const tags = {
        img: "src",
        script: "src",
        link: "href",
        video: "src",
        object: "data",
        embed: "src",
        iframe: "src",
      };
      for (const [tag, attribute] of Object.entries(tags))
        await embed(tab, tag, attribute, `${origin}/api/orders/?as=${tag}`);
      expect(await opens(tab, "EventSource", `${origin}/auth/live`)).toBe(false);
      expect(await opens(tab, "WebSocket", `${origin.replace("http", "ws")}/api/orders/events`)).toBe(false);
      await victim.expectUnharmed();

      const sent = wire
        .exchanges()
        .filter(
          ({ path, headers }) =>
            path.includes("?as=") || header(headers, "origin")?.includes(elsewhere.at(host).slice(0, -1)),
        );
      expect(sent.map(({ path }) => path).sort()).toEqual(
        [
          ...Object.keys(tags).map((tag) => `/api/orders/?as=${tag}`),
          "/api/orders/events",
          "/auth/live",
        ].sort(),
      );
      for (const request of sent) expectRefused(request);
    });

    test("can frame neither the account's pages nor the app", async ({
      page,
      person,
      context,
      elsewhere,
      wire,
    }) => {
      await signedInVictim(page, person);
      const tab = await context.newPage();
      await tab.goto(elsewhere.at(host));
      const approving = [authorizePath, authorizePath.replace("/account/", "/oauth/"), "/account/device"];
      const others = ["/account/sign-in", "/account/security", "/account/sessions", "/", "/insights"];
      for (const path of [...approving, ...others])
        expect(await frame(tab, origin + path), path).toMatch(/^chrome-error:/);
      const sent = fromElsewhere(wire, site);
      expect(sent.map(({ path }) => path)).toEqual([...approving, ...others]);
      for (const framed of sent) {
        expect(header(framed.answer, "x-frame-options"), framed.path).toBe("DENY");
        expect(header(framed.answer, "content-security-policy"), framed.path).toContain(
          "frame-ancestors 'none'",
        );
      }
    });

    test("signs nobody in", async ({ page, context, elsewhere, wire }) => {
      const { email, password } = await newPerson("Mallory Attacker");
      for (const [path, fields] of [
        ["/auth/login", { email, password }],
        ["/auth/register", stranger("Mallory Attacker")],
      ] as const) {
        await page.goto(elsewhere.at(host));
        const body = JSON.stringify(fields);
        for (const mode of ["cors", "no-cors"] as const)
          await tryFetch(page, origin + path, { mode, method: "POST", headers: plain, body });
        await postForm(page, origin + path, fields);
        await expect(page.getByText("csrf_rejected")).toBeVisible();
      }
      const sent = fromElsewhere(wire, site);
      expect(sent).toHaveLength(6);
      for (const request of sent) expectRefused(request);
      expect(await context.cookies()).toEqual([]);
      await page.goto("/account/sign-in");
      expect((await fetchIn(page, "/auth/session")).status).toBe(401);
    });
  });
}

// Which site the page is of makes no difference here: these doors take no cookie.
test("a page elsewhere reads nothing of what a client is given, though it has a good code", async ({
  page,
  person,
  context,
  elsewhere,
  wire,
}) => {
  const app = await NativeApp.open();
  await arrive(page, person, "/account/sessions");
  const tab = await context.newPage();
  await tab.goto(elsewhere.at("localhost"));
  for (const mode of ["cors", "no-cors"] as const) {
    const body = new URLSearchParams(app.redemption(await codeFor(page, person, app))).toString();
    const read = await tryFetch(tab, `${origin}/oauth/token`, { mode, method: "POST", headers: form, body });
    expect(["refused by the browser", "opaque"]).toContain(read);
  }
  for (const [path, init] of [
    ["/oauth/token", { method: "POST", headers: { ...form, Authorization: "Basic YTpi" } }],
    [app.address(), {}],
    [app.address(), { method: "POST", headers: json, body: "{}" }],
  ] as const)
    expect(await tryFetch(tab, origin + path, { mode: "cors", ...init }), path).toBe(
      "refused by the browser",
    );
  app.close();

  const sent = fromElsewhere(wire, "same-site");
  const gotTokens = sent.filter(({ status, body }) => status === 200 && body.includes("access_token"));
  expect(gotTokens.map(({ method, path }) => `${method} ${path}`)).toEqual(
    ["POST /oauth/token", "POST /oauth/token"], // the server has answered: it is the browser that keeps it
  );
  const refused = sent.filter((exchange) => !gotTokens.includes(exchange));
  expect(refused.map(({ method }) => method).sort()).toEqual(["GET", "OPTIONS", "OPTIONS"]);
  for (const { method, path, status } of refused)
    expect(status, `${method} ${path}`).toBeGreaterThanOrEqual(400);
  for (const { path, answer } of wire.exchanges())
    expect(
      answer.filter(([name]) => name.startsWith("access-control")),
      path,
    ).toEqual([]);
});

test("a link from elsewhere leads to the app, as links do", async ({ page, person, elsewhere }) => {
  await arrive(page, person, "/");
  await page.goto(elsewhere.at("localhost"));
  await page.evaluate((to) => window.location.assign(to), `${origin}/`);
  await expect(new OrdersPage(page).table).toBeVisible();
});

test("the app's own page may do what a foreign one may not", async ({ page, person, wire }) => {
  await arrive(page, person, "/");
  const before = await fetchIn<Orders>(page, "/api/orders/");
  expect((await fetchIn(page, "/api/orders/", "POST", order)).status).toBe(201);
  expect((await fetchIn<Orders>(page, "/api/orders/")).body.total).toBe(before.body.total + 1);
  expect(await opens(page, "EventSource", `${origin}/auth/live`)).toBe(true);
  expect((await fetchIn(page, "/auth/logout", "POST")).status).toBe(204);
  expect(fromElsewhere(wire, "same-site")).toEqual([]);
});

interface Victim {
  /** Still the same person, in the same session, under the same secret, with the same orders and password. */
  expectUnharmed(): Promise<void>;
}

async function signedInVictim(page: Page, person: Person): Promise<Victim> {
  await arrive(page, person, "/");
  await expect(new OrdersPage(page).table).toBeVisible();
  const facts = async () => {
    const { user, session } = (await fetchIn<Who>(page, "/auth/session")).body;
    const { body: orders } = await fetchIn<Orders>(page, "/api/orders/");
    return { secret: await secretOf(page.context()), user, sid: session.sid, orders };
  };
  const before = await facts();
  expect(before.orders.total).toBeGreaterThan(0);
  return {
    async expectUnharmed() {
      expect(await facts()).toEqual(before);
      await expect(new OrdersPage(page).table).toBeVisible();
      const { email, password } = person;
      expect((await ask("POST", "/auth/login", { body: { email, password } })).status).toBe(200);
    },
  };
}

/** A code that someone has approved on our own page. */
async function codeFor(page: Page, { password }: Person, app: NativeApp): Promise<string> {
  const body = { ...app.request, approve: true, password };
  const approved = await fetchIn<{ redirect_to: string }>(page, "/oauth/authorize", "POST", body);
  return new URL(approved.body.redirect_to).searchParams.get("code") ?? "";
}

/** What reached the server from pages that are not its own. */
function fromElsewhere(wire: Network, site: string): Exchange[] {
  return wire.exchanges().filter(({ headers }) => header(headers, "sec-fetch-site") === site);
}

/** The server itself refused it, gave no foreign page leave to read, and set nothing. */
function expectRefused({ method, path, status, answer, body }: Exchange): void {
  const what = `${method} ${path}`;
  expect(status, what).toBe(403);
  expect(body, what).toContain('"code":"csrf_rejected"');
  const names = answer.map(([name]) => name);
  expect(
    names.filter((name) => name.startsWith("access-control") || name === "set-cookie"),
    what,
  ).toEqual([]);
}

function carriesCookie({ headers }: Exchange): boolean {
  return header(headers, "cookie")?.includes(`${cookieName}=`) ?? false;
}

/** A form that reads as JSON: text/plain, with the "=" hidden in a value. */
async function postForm(page: Page, action: string, fields: object): Promise<void> {
  await page.evaluate(
    ({ action, text }) => {
      const form = document.createElement("form");
      form.method = "POST";
      form.action = action;
      form.enctype = "text/plain";
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = text;
      input.value = '"}';
      form.append(input);
      document.body.append(form);
      form.submit();
    },
    { action, text: JSON.stringify({ ...fields, pad: "" }).replace(/"}$/, "") },
  );
}

function tryFetch(page: Page, url: string, init: RequestInit): Promise<string> {
  return page.evaluate(
    ({ url, init }) =>
      fetch(url, { credentials: "include", ...init }).then(
        (answer) => (answer.type === "opaque" ? "opaque" : answer.text()),
        () => "refused by the browser",
      ),
    { url, init },
  );
}

/** Puts the address into an element, and waits until the browser is done with it, one way or the other. */
function embed(page: Page, tag: string, attribute: string, url: string): Promise<void> {
  return page.evaluate(
    ({ tag, attribute, url }) =>
      new Promise<void>((resolve) => {
        const element = document.createElement(tag);
        if (tag === "link") element.setAttribute("rel", "stylesheet");
        for (const event of ["load", "loadeddata", "error"]) element.addEventListener(event, () => resolve());
        element.setAttribute(attribute, url);
        document.body.append(element);
      }),
    { tag, attribute, url },
  );
}

function opens(page: Page, kind: "EventSource" | "WebSocket", url: string): Promise<boolean> {
  return page.evaluate(
    ({ kind, url }) =>
      new Promise<boolean>((resolve) => {
        const source =
          kind === "WebSocket" ? new WebSocket(url) : new EventSource(url, { withCredentials: true });
        source.addEventListener("open", () => resolve(true));
        source.addEventListener("error", () => resolve(false));
      }),
    { kind, url },
  );
}

/** Puts a page into a frame and gives the address of what the frame then shows. */
async function frame(page: Page, url: string): Promise<string> {
  const loaded = page.waitForEvent("framenavigated", (framed) => framed.parentFrame() !== null);
  await page.evaluate((url) => {
    const element = document.createElement("iframe");
    element.src = url;
    document.body.append(element);
  }, url);
  return (await loaded).url();
}

import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { agents } from "../fixtures/agents.ts";
import { fetchIn, secretOf, type Who, type WhoAmI } from "../fixtures/ask.ts";
import { endpoints } from "../fixtures/contract.ts";
import { leave, letProofAge, openMany, populate } from "../fixtures/database.ts";
import { focusOf, tabTo } from "../fixtures/focus.ts";
import { looks, show } from "../fixtures/looks.ts";
import { answerTo, momentOfSignOut } from "../fixtures/moment.ts";
import { enrol, type Person, signInOnTheWire, stranger } from "../fixtures/person.ts";
import { answer } from "../fixtures/play.ts";
import { expect, full, test } from "../fixtures/test.ts";
import { ask } from "../fixtures/wire.ts";
import { arrive, SessionsPage, SignedOut, StepUpDialog } from "../pages/account.ts";
import {
  AllSessionsPage,
  AuditPage,
  adminPages,
  DownstreamsPage,
  KeysPage,
  NotYours,
  OverviewPage,
  UserPage,
  UsersPage,
} from "../pages/admin.ts";

test.use({ userAgent: agents.chrome });

// Each test has an administrator and people of its own, and searches for those: others go on beside it.

test("the overview is live: whoever signs in is in its drawing, and in its table, within seconds", async ({
  page,
  person,
  admin,
}) => {
  const overview = new OverviewPage(page);
  await arrive(page, admin);
  await overview.open();
  await expect(page.getByText("Live, every 5 s")).toBeVisible();
  const told = async () => Number(/(\d+) signed in/.exec(await nameOf(overview, "Sign-ins"))?.[1]);
  const before = await told();
  await test.step("three sign in", () => Promise.all([1, 2, 3].map(() => signInOnTheWire(person))));
  await expect.poll(told, { timeout: 30_000 }).toBeGreaterThanOrEqual(before + 3);
  await expect(overview.drawing("Open sessions")).toHaveAccessibleName(/of browsers, from .+ to [1-9]/);

  await overview.asTable("Sign-ins").click();
  const cells = await overview.chart("Sign-ins").getByRole("row").getByRole("cell").allInnerTexts();
  const signedIn = cells.filter((_, nth) => nth % 2 === 0).map(Number);
  expect(signedIn.reduce((all, n) => all + n, 0)).toBeGreaterThanOrEqual(before + 3);
});

test("someone is found and disabled after a proof: refused at once, and the audit log tells it", async ({
  page,
  person,
  admin,
  otherBrowser,
}) => {
  const theirs = await otherBrowser.newPage();
  await arrive(theirs, person, "/account/sessions");
  await expect(new SessionsPage(theirs).here).toBeVisible();
  const secret = await secretOf(otherBrowser);
  await arriveStale(page, admin);
  const users = new UsersPage(page);
  await users.open();
  await users.field("Address or name").fill(person.email);
  await expect(users.rows).toHaveCount(1);
  await expect(users.count("1 user matches")).toBeVisible();

  await users.choose(person.name, "Disable");
  await expect(users.question).toHaveAccessibleDescription(/^Their one open session ends at once\./);
  const seen = momentOfSignOut(theirs);
  await users.answer("Disable, and end 1 session").click();
  expect((await ask("GET", "/auth/session", { secret })).status, "before the proof").toBe(200);
  await prove(page, admin);
  await seen;
  await expect(new SignedOut(theirs).text).toContainText("Your account was changed");
  await expect(users.row(person.email)).toContainText("Disabled just now. 1 session ended with it.");
  expect((await ask("GET", "/auth/session", { secret })).status).toBe(401);
  expect(await login(person)).toBe(401);

  const audit = new AuditPage(page);
  await audit.open({ user: await idOf(page, person) });
  await expect(audit.row("Account disabled")).toContainText(admin.email);
  await expect(audit.row("The account was changed")).toContainText("Session of Firefox on Windows ended");

  await users.open({ q: person.email, disabled: "true" });
  await users.choose(person.name, "Enable");
  await users.answer("Enable").click();
  await expect(users.row(person.email)).toContainText("Enabled just now.");
  expect(await login(person)).toBe(200);
});

test("a new role ends what was open in the old one: an administrator is made, and unmade", async ({
  page,
  person,
  admin,
}) => {
  const before = await signInOnTheWire(person);
  await arrive(page, admin);
  const user = new UserPage(page);
  await user.open(await idOf(page, person));
  await expect(user.heading(person.name)).toBeVisible();
  await user.act("Make administrator").click();
  await user.question.getByRole("button", { name: "Make administrator, and end 1 session" }).click();
  await expect(page.getByText("Made an administrator just now. 1 session ended with it.")).toBeVisible();
  expect((await ask("GET", "/auth/session", { secret: before })).status).toBe(401);
  const promoted = await signInOnTheWire(person);
  expect((await ask("GET", "/admin/users", { secret: promoted })).status).toBe(200);

  await page.reload();
  await user.act("Make member").click();
  await user.question.getByRole("button", { name: "Make member, and end 1 session" }).click();
  await expect(user.events).toContainText("Role changed to Member");
  expect((await ask("GET", "/admin/users", { secret: promoted })).status).toBe(401);
  const demoted = await signInOnTheWire(person);
  expect((await ask("GET", "/admin/users", { secret: demoted })).status).toBe(403);
});

test("all that someone has open ends from their page, and of others nothing", async ({
  page,
  person,
  admin,
}) => {
  const theirs = await Promise.all([agents.firefox, agents.iphone].map((a) => signInOnTheWire(person, a)));
  await arrive(page, admin);
  const user = new UserPage(page);
  await user.open(await idOf(page, person));
  await expect(user.sessions).toContainText("Safari on iPhone");
  await user.act("End all sessions").click();
  await expect(user.question).toHaveAccessibleName(`End all 2 sessions of ${person.name}?`);
  await user.question.getByRole("button", { name: "Keep them" }).click();
  expect(await alive(theirs)).toEqual([true, true]);

  await user.act("End all sessions").click();
  await user.question.getByRole("button", { name: "End 2 sessions" }).click();
  await expect(page.getByText("2 sessions ended just now.")).toBeVisible();
  await expect(user.sessions).toContainText("No session is open.");
  expect(await alive(theirs)).toEqual([false, false]);
  expect((await fetchIn<Who>(page, "/auth/session")).status).toBe(200);
});

test("sessions are found by user, address, device and age", async ({ page, person, admin }) => {
  const devices = [agents.firefox, agents.iphone, agents.tablet];
  const [old] = await Promise.all(devices.map((agent) => signInOnTheWire(person, agent)));
  await leave(await sidOf(old ?? ""), { absolute: 10 * 60 * 60 });
  await arrive(page, admin);
  const sessions = new AllSessionsPage(page);
  await sessions.open();
  await sessions.field("Address or name of the user").fill(person.email);
  await expect(sessions.rows).toHaveCount(3);
  await expect(sessions.count("3 sessions match")).toBeVisible();

  await sessions.field("Browser or system").fill("ios");
  await expect(sessions.rows).toHaveText([/Safari on iPhone/]);
  const ip = /127\.\d+\.\d+\.\d+/.exec(await sessions.rows.innerText())?.[0] ?? "";
  await sessions.field("Browser or system").fill("");
  await expect(sessions.rows).toHaveCount(3);
  const address = sessions.field("IP address, or a network such as 192.0.2.0/24");
  await address.fill(ip);
  await expect(sessions.rows).toHaveText([/Safari on iPhone/]);
  await address.fill(`${ip}/a`);
  await expect(address).toHaveAccessibleDescription(
    "This is neither an address nor a network such as 192.0.2.0/24.",
  );
  await address.fill("127.0.0.0/8");
  await expect(sessions.rows).toHaveCount(3);

  await sessions.field("Age").selectOption({ label: "1 hour or older" });
  await expect(sessions.rows).toHaveText([/Firefox on Windows/]);
  await page.reload();
  await expect(sessions.rows).toHaveText([/Firefox on Windows/]);
  await sessions.field("Browser or system").fill("iPhone");
  await expect(page.getByRole("heading", { name: "Nothing matches these filters" })).toBeVisible();
  await sessions.clear.click();
  await expect(sessions.count(/^[\d,]+ sessions are open$/)).toBeVisible();
});

test("one session is ended, then several, then all that match, each with their number told before", async ({
  page,
  person,
  admin,
}) => {
  const devices = [agents.firefox, agents.iphone, agents.tablet, agents.chrome];
  const theirs = await Promise.all(devices.map((agent) => signInOnTheWire(person, agent)));
  await arriveStale(page, admin);
  const sessions = new AllSessionsPage(page);
  await sessions.open({ q: person.email });

  await sessions.endButton("Firefox on Windows").click();
  await expect(sessions.question).toHaveAccessibleName(`End this session of ${person.name}?`);
  await sessions.answer("End 1 session").click();
  expect(await alive(theirs), "before the proof").toEqual([true, true, true, true]);
  await prove(page, admin);
  await expect(sessions.row("Firefox on Windows")).toContainText("Ended just now, by you.");
  expect(await alive(theirs)).toEqual([false, true, true, true]);

  await sessions.choice("Safari on iPhone").check();
  await sessions.choice("Chrome on Android").check();
  await sessions.act("End 2 sessions").click();
  await expect(sessions.question).toHaveAccessibleDescription(/^All of them are of one person\./);
  await sessions.answer("End 2 sessions").click();
  await expect(sessions.row("Safari on iPhone")).toContainText("Ended just now, by you.");
  expect(await alive(theirs)).toEqual([false, false, false, true]);

  // More come while the question is open than it asks about: it asks anew.
  await sessions.act("End the one that matches").click();
  await expect(sessions.question).toHaveAccessibleName("End the one session that matches?");
  await openMany(person.email, 12);
  await sessions.answer("End 1 session").click();
  await expect(sessions.question).toContainText("Now it would be 13 sessions. None was ended.");
  expect(await alive(theirs)).toEqual([false, false, false, true]);
  const ended = await answerTo(page, "POST", "/admin/sessions/end", () =>
    sessions.answer("End 13 sessions").click(),
  );
  expect(await ended.json()).toEqual({ ended: 13 });
  await expect(sessions.question).toBeHidden();
  expect(await alive(theirs)).toEqual([false, false, false, false]);

  const audit = new AuditPage(page);
  await audit.open({
    name: "sessions.ended",
    actor: (await fetchIn<Who>(page, "/auth/session")).body.user.id,
  });
  await expect(audit.rows).toHaveCount(3);
});

test("all sessions that there are: their number is asked about, and is what is sent", async ({
  page,
  admin,
}) => {
  await arrive(page, admin);
  const sessions = new AllSessionsPage(page);
  await sessions.open();
  const shown = await sessions.count(/ are open$/).innerText();
  const n = Number(/^[\d,]+/.exec(shown)?.[0].replaceAll(",", "")) - 1; // but one's own
  expect(n).toBeGreaterThan(1);
  const others = new Intl.NumberFormat("en").format(n);
  await sessions.act(`End all ${others} sessions but yours`).click();
  await expect(sessions.question).toHaveAccessibleName(`End all ${others} sessions that are open but yours?`);
  await expect(sessions.answer("Keep them")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(sessions.question).toBeHidden();

  // What would end everyone else's journey is only played.
  await answer(page, "/admin/sessions/end", { ended: n });
  await sessions.act(/^End all/).click();
  const sent = page.waitForRequest("**/admin/sessions/end");
  await sessions.answer(/^End [\d,]+ sessions$/).click();
  expect((await sent).postDataJSON()).toEqual({ all: true, expected: n });
  await expect(sessions.question).toBeHidden();
  await expect(sessions.row("This session")).not.toContainText("Ended");
});

test("the signing key is rotated after a proof: the new one is listed and published, and can be revoked", async ({
  page,
  admin,
}) => {
  await arriveStale(page, admin);
  const keys = new KeysPage(page);
  await keys.open();
  await expect(keys.inState("Signing")).toHaveCount(1);
  const before = await published();
  await keys.rotate.click();
  await expect(keys.question).toHaveAccessibleDescription(/Nobody is signed out\.$/);
  await keys.answer("Rotate").click();
  await prove(page, admin);
  await expect(page.getByText("A new key is published.")).toBeVisible();
  await expect(keys.inState("Next")).toHaveCount(1);
  await expect(keys.rotate).toBeDisabled();
  const [made, ...others] = (await published()).filter((kid) => !before.includes(kid));
  expect(others).toEqual([]);
  await expect(keys.inState("Next").getByTitle(made ?? "", { exact: true })).toBeVisible();

  await keys
    .inState("Next")
    .getByRole("button", { name: /^Revoke the key/ })
    .click();
  await expect(keys.question).toContainText("and never signs.");
  await keys.answer("Revoke this key").click();
  await expect(keys.rows.filter({ has: page.getByTitle(made ?? "", { exact: true }) })).toContainText(
    "Revoked",
  );
  await expect.poll(published).toEqual(before);
  await expect(keys.rotate).toBeEnabled();
});

test("each downstream is shown with how it does, and with what it is really sent", async ({
  page,
  admin,
}) => {
  await arrive(page, admin);
  const downstreams = new DownstreamsPage(page);
  await downstreams.open();
  const got = await Promise.all([1, 2, 3, 4, 5, 6].map(() => fetchIn<WhoAmI>(page, "/api/orders/whoami")));
  await expect(downstreams.downstream("orders")).toContainText("Healthy");
  await expect(downstreams.downstream("orders")).toContainText(/Requests[1-9]/);
  await expect(downstreams.fact("orders", "Address here")).toHaveText("/api/orders/");
  await expect(downstreams.fact("orders", "Audience of its tokens")).toHaveText(
    String(got[0]?.body.claims.aud),
  );
  const listed = await downstreams.fact("orders", "What they carry").getByRole("code").allInnerTexts();
  expect(listed.sort()).toEqual(Object.keys(got[0]?.body.claims ?? {}).sort());
});

test("the audit log is filtered, and taken along: no formula in CSV, all as it is in JSON lines", async ({
  page,
  admin,
}) => {
  const formula = '=HYPERLINK("https://attacker.example","me")';
  const { email } = stranger();
  const person = await enrol({ ...stranger(), email: `=${email}` }, formula);
  expect(await login({ ...person, password: "certainly not the password" })).toBe(401);
  await arriveStale(page, admin);
  const audit = new AuditPage(page);
  await audit.open({ user: await idOf(page, person) });
  await expect(audit.rows).toHaveText([/Sign-in failed/, /Session .*ended/, /Signed in/, /Account created/]);
  await audit.field("Event").selectOption({ label: "All of sessions" });
  await expect(audit.rows).toHaveText([/session\.ended/, /session\.created/]);
  await audit
    .row("session.created")
    .getByRole("button", { name: /^More of: Signed in/ })
    .click();
  await expect(audit.details).toContainText(person.email);
  await page.keyboard.press("Escape");
  await expect(audit.details).toBeHidden();

  const csv = await exported(page, "CSV", admin);
  expect(csv.name).toMatch(/^vestibule-events-\d{4}-\d\d-\d\d\.csv$/);
  const [head, ...lines] = csv.text.trimEnd().split("\r\n");
  expect(head).toBe("id,at,name,actor_id,actor_email,user_id,user_email,sid,ip,user_agent,request_id,detail");
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line).toContain(`,'=${email},`);
    expect(line).not.toMatch(/(^|,)"?[=+\-@]/);
  }
  expect(csv.text).toContain(`"'${formula.replaceAll('"', '""')}"`);

  const jsonl = await exported(page, "JSON lines");
  expect(jsonl.name).toMatch(/\.jsonl$/);
  const events = jsonl.text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events.map(({ name }) => name)).toEqual(["session.ended", "session.created"]);
  expect(events[1]).toMatchObject({ user: { email: person.email }, user_agent: formula });

  await audit.open({
    name: "events.exported",
    actor: (await fetchIn<Who>(page, "/auth/session")).body.user.id,
  });
  await expect(audit.rows).toHaveCount(2);
});

test("for a plain user no page is theirs, nothing is asked for, and every endpoint refuses", async ({
  page,
  person,
  wire,
}) => {
  await arrive(page, person);
  for (const path of [
    ...Object.keys(adminPages),
    "/account/admin/users/018f0000-0000-7000-8000-000000000001",
  ]) {
    await page.goto(path);
    await expect(new NotYours(page).heading, path).toBeVisible();
    await expect(page.getByRole("link", { name: "Users" })).toHaveCount(0);
  }
  const asked = wire.exchanges().map(({ path }) => path);
  expect(asked.filter((path) => path.startsWith("/admin") || /\/(admin|Users)[^/]*\.js/.test(path))).toEqual(
    [],
  );

  const rows = endpoints("/admin");
  expect(rows.length).toBeGreaterThan(10);
  for (const { method, path } of rows) {
    const body = method === "GET" || method === "DELETE" ? undefined : {};
    const refused = await fetchIn(page, path, method, body);
    expect([refused.status, refused.body.code], `${method} ${path}`).toEqual([403, "forbidden"]);
    expect((await ask(method, path, body ? { body } : {})).status, `nobody's ${method} ${path}`).toBe(401);
  }
});

const many = full ? 100_000 : 4_000;

test("a list of many thousands stays light, comes by its cursor, and can be read to its end", async ({
  page,
  admin,
}) => {
  test.setTimeout(full ? 600_000 : 60_000);
  const family = `many${Date.now().toString(36)}`;
  await populate(family, many);
  await arrive(page, admin);
  const asked: URL[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname === "/admin/users") asked.push(url);
  });
  const users = new UsersPage(page);
  await users.open({ q: family });
  await expect(users.count(`${many.toLocaleString("en-GB")} users match`)).toBeVisible();
  await expect(users.row(`${family}.${String(many).padStart(6, "0")}@example.com`)).toBeVisible();

  const most = await toTheEnd(page, many);
  await expect(users.row(`${family}.000001@example.com`)).toBeVisible();
  expect(most, "rows drawn at once").toBeLessThan(60);
  expect(asked).toHaveLength(Math.ceil(many / 200));
  expect(new Set(asked.map(({ searchParams }) => searchParams.get("after"))).size).toBe(asked.length);
});

test("someone's role is changed with the keyboard alone, and a screen reader knows where it is", async ({
  page,
  person,
  admin,
}) => {
  await arrive(page, admin);
  const users = new UsersPage(page);
  await users.open({ q: person.email });
  await expect(users.table).toMatchAriaSnapshot(`
    - table "Users":
      - caption: Users
      - rowgroup:
        - row "User Role State Sessions Last seen Account since Action":
          - columnheader "User"
          - columnheader "Role"
          - columnheader "State"
          - columnheader "Sessions"
          - columnheader "Last seen"
          - columnheader "Account since"
          - columnheader "Action"
      - rowgroup:
        - row /^Robin Tester/:
          - cell /^Robin Tester robin/:
            - link "Robin Tester"
          - cell "Member"
          - cell "Enabled"
          - cell "0"
          - cell "Now"
          - cell /^\\d+ \\w+$/
          - cell "What can be done to Robin Tester":
            - button "What can be done to Robin Tester"
  `);
  await tabTo(page, page.getByRole("link", { name: "Users" }));
  await tabTo(page, users.field("Address or name"));
  await tabTo(page, users.field("Role"));
  await tabTo(page, users.field("State"));
  await tabTo(page, page.getByRole("link", { name: person.name }));
  await tabTo(page, users.acts(person.name));
  await page.keyboard.press("Enter");
  await expect(users.menuItem("Make administrator")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(users.question).toMatchAriaSnapshot(`
    - alertdialog "Make Robin Tester an administrator?":
      - heading "Make Robin Tester an administrator?" [level=2]
      - paragraph: They will see and may change everything here. No session of theirs is open.
      - button "Cancel"
      - button "Make administrator"
  `);
  await expect(users.answer("Cancel")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(users.acts(person.name)).toBeFocused();

  await page.keyboard.press("Enter");
  await expect(users.menuItem("Make administrator")).toBeFocused();
  await page.keyboard.press("Enter");
  await tabTo(page, users.answer("Make administrator"));
  await page.keyboard.press("Enter");
  await expect(users.row(person.email)).toContainText("Made an administrator just now.");
  await expect(users.acts(person.name)).toBeFocused();
  expect((await focusOf(page)).ring).toBe(true);
});

test("rows lie one below the other, however wide the window is and was", async ({ page, person, admin }) => {
  for (const agent of [agents.firefox, agents.iphone, agents.tablet]) await signInOnTheWire(person, agent);
  await arrive(page, admin);
  const sessions = new AllSessionsPage(page);
  await sessions.open({ q: person.email });
  await expect(sessions.rows).toHaveCount(3);
  for (const look of [looks.phone, looks.light, looks.phone]) {
    await show(page, look);
    const tops = await sessions.rows.evaluateAll((rows) =>
      rows.map((row) => [row.getBoundingClientRect().top, row.getBoundingClientRect().bottom]),
    );
    for (const [nth, [top = 0]] of tops.entries())
      if (nth > 0) expect(top, `${look.width} wide, row ${nth}`).toBeCloseTo(tops[nth - 1]?.[1] ?? 0, 0);
  }
});

async function nameOf(overview: OverviewPage, drawing: string): Promise<string> {
  return (await overview.drawing(drawing).getAttribute("aria-label")) ?? "";
}

/** Signs in, so long ago that whatever needs a fresh proof asks for one. */
async function arriveStale(page: Page, admin: Person): Promise<void> {
  await arrive(page, admin);
  await letProofAge(await sidOf(await secretOf(page.context())));
}

async function prove(page: Page, { password }: Person): Promise<void> {
  const stepUp = new StepUpDialog(page);
  await stepUp.password.fill(password);
  await stepUp.confirm.click();
  await expect(stepUp.dialog).toBeHidden();
}

async function sidOf(secret: string): Promise<string> {
  const who: Who = JSON.parse((await ask("GET", "/auth/session", { secret })).body);
  return who.session.sid;
}

/** What the administration calls someone. */
async function idOf(page: Page, { email }: Person): Promise<string> {
  const found = await page.request.get("/admin/users", { params: { q: email } });
  return (await found.json()).users[0].id;
}

async function login({ email, password }: Person): Promise<number> {
  return (await ask("POST", "/auth/login", { body: { email, password } })).status;
}

function alive(secrets: string[]): Promise<boolean[]> {
  return Promise.all(
    secrets.map(async (secret) => (await ask("GET", "/auth/session", { secret })).status === 200),
  );
}

async function published(): Promise<string[]> {
  const { keys } = JSON.parse((await ask("GET", "/.well-known/jwks.json")).body);
  return keys.map(({ kid }: { kid: string }) => kid).sort();
}

async function exported(page: Page, format: "CSV" | "JSON lines", proving?: Person) {
  const arrives = page.waitForEvent("download");
  await new AuditPage(page).exportAs(format).click();
  if (proving) await prove(page, proving);
  const download = await arrives;
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

/** Scrolls until the last of so many rows is drawn; gives the most that were drawn at once. */
function toTheEnd(page: Page, rows: number): Promise<number> {
  return page.evaluate(async (last) => {
    let most = 0;
    for (;;) {
      most = Math.max(most, document.querySelectorAll("tbody tr").length);
      if (document.querySelector(`tr[aria-rowindex="${last}"]`)) return most;
      window.scrollTo(0, document.documentElement.scrollHeight);
      await new Promise((drawn) => requestAnimationFrame(drawn));
    }
  }, rows + 1);
}

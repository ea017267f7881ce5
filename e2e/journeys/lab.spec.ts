import type { Page } from "@playwright/test";
import { agents } from "../fixtures/agents.ts";
import { fetchIn, type Who } from "../fixtures/ask.ts";
import type { Network } from "../fixtures/network.ts";
import { refuse } from "../fixtures/play.ts";
import { expect, full, test } from "../fixtures/test.ts";
import { arrive } from "../pages/account.ts";
import { type Experiment, LabPage } from "../pages/lab.ts";

test.use({ userAgent: agents.chrome });

/** What the lab has told so far, line by line, as it stood on the wire. */
interface Line {
  kind: string;
  lane?: string;
  admitted?: boolean;
  before?: boolean;
  status?: number;
  [member: string]: unknown;
}

function told(wire: Network, experiment: Experiment): Line[] {
  const runs = wire.exchanges().filter(({ path }) => path === `/api/lab/runs/${experiment}`);
  const whole = (runs.at(-1)?.body ?? "").split("\n").slice(0, -1);
  return whole.map((line) => JSON.parse(line) as Line);
}

/** Nothing of one's own has ended: the experiments have a person for themselves. */
async function expectStillHere(page: Page, email: string) {
  const who = await fetchIn<Who>(page, "/auth/session");
  expect([who.status, who.body.user.email]).toEqual([200, email]);
  const mine = await fetchIn<{ sessions: unknown[] }>(page, "/auth/sessions");
  expect(mine.body.sessions).toHaveLength(1);
}

test("one session is ended: cookie and feed are refused at once, the signature alone is not", async ({
  page,
  person,
  wire,
}) => {
  await arrive(page, person, "/account/");
  const lab = new LabPage(page);
  await lab.tab.click();
  await lab.run.click();
  await expect(lab.finding).toContainText(/^The cookie was let in for .* still let in, until /);
  await expect(lab.part("Session cookie").getByRole("img")).toHaveAccessibleName(/refused from then on/);
  await expect(lab.part("Access token, signature alone").getByRole("img")).toHaveAccessibleName(
    /still let in/,
  );
  await expect(page.getByText("The person’s open page was told that the session had ended")).toBeVisible();

  const probes = told(wire, "revoke").filter(({ kind, before }) => kind === "probe" && !before);
  const last = (lane: string) => probes.filter((probe) => probe.lane === lane).at(-1)?.status;
  expect([last("cookie"), last("feed"), last("signature")]).toEqual([401, 401, 200]);

  await lab.asTable.click();
  await expect(lab.rowsOf("Requests before and after a session ended")).toHaveText([
    /^Way/,
    /^Session cookie\d+[\d.]* m?s[\d.]+ m?s$/,
    /^Access token, with the feed\d+[\d.]* m?s[\d.]+ m?s$/,
    /^Access token, signature alone\d+.*–$/,
  ]);
  await lab.stop.click();
  await expect(lab.again).toBeVisible();
  await expectStillHere(page, person.email);
});

test("by its signature alone an ended session is let in for as long as its token lives", async ({
  page,
  person,
}) => {
  test.skip(!full, "it takes those five and a half minutes: `make e2e-full` does");
  test.setTimeout(420_000);
  await arrive(page, person);
  const lab = new LabPage(page);
  await lab.open();
  await lab.run.click();
  await expect(lab.finding).toContainText(/ by its signature alone for 5 min \d+ s\.$/, { timeout: 400_000 });
  await expect(lab.again).toBeVisible({ timeout: 60_000 }); // it asks every ten seconds by then
  const name = "Access token, signature alone";
  await expect(lab.part(name).getByRole("img")).toHaveAccessibleName(
    /until 5 min .* refused from then on\.$/,
  );
  await lab.asTable.click();
  await expect(lab.rowsOf("Requests before and after a session ended").filter({ hasText: name })).toHaveText(
    /5 min \d+ s5 min \d+ s$/,
  );
  await expect(page.getByText("The token expires.")).toBeVisible();
  await expect(
    page.getByText("The first token was refused where only the signature is checked."),
  ).toBeVisible();
});

test("each way is asked as often, and the page says what was measured", async ({ page, person, wire }) => {
  await arrive(page, person);
  const lab = new LabPage(page);
  await lab.open();
  await lab.choose("cost");
  await lab.run.click();
  await expect(lab.finding).toContainText("Knowing who asks took");
  await expect(lab.again).toBeVisible();
  const result = told(wire, "cost").find(({ kind }) => kind === "result");
  expect(Object.keys(result?.ways as object).sort()).toEqual(["cookie", "feed", "lookup", "signature"]);
  const { cache = 0, database = 0 } = (result?.lookups_by_outcome ?? {}) as Record<string, number>;
  expect(cache).toBeGreaterThanOrEqual(200);
  await expect(
    page.getByText(`${cache} times in memory and ${database} times in the database`),
  ).toBeVisible();
  await lab.asTable.click();
  await expect(lab.rowsOf("How long requests took")).toHaveText([/^Way/, /200$/, /200$/, /200$/, /200$/]);
});

test("what is worked out says so, and what is measured is what the lab told", async ({
  page,
  person,
  wire,
}) => {
  await arrive(page, person);
  const lab = new LabPage(page);
  await lab.open();
  await lab.choose("scale");
  await page.getByText("5,000", { exact: true }).click();
  await lab.run.click();
  await expect(page.getByText("Worked out", { exact: true })).toHaveCount(2);
  const result = told(wire, "scale").find(({ kind }) => kind === "result");
  expect(result?.simulated).toBe(true);
  const measured = (result?.measured ?? {}) as Record<string, number>;
  await expect(lab.rowsOf("What travels with each request")).toHaveText([
    /^Header/,
    new RegExp(`^Cookie: __Host-session${measured.cookie_bytes}`),
    new RegExp(`^Authorization: Bearer${measured.token_bytes}`),
  ]);
  await lab.asTable.click();
  await expect(lab.rowsOf("Statements a second, as replicas grow").last()).toHaveText(/^32160,/); // 32 × 5,000, and the writes
});

test("a copied refresh token ends the family, a copied row opens nothing, a token is read by anyone", async ({
  page,
  person,
}) => {
  await arrive(page, person);
  const lab = new LabPage(page);
  await lab.open();
  await lab.choose("theft");
  await lab.run.click();
  await expect(lab.again).toBeVisible();
  await expect(lab.steps("A refresh token is copied")).toHaveText([
    /^Client.*first refresh token.*let in, 200/,
    /^Thief.*copies the refresh token/,
    /^Client.*successor.*let in, 200/,
    /^Client.*successor.*let in, 200/,
    /^Client.*asks the service.*let in, 200/,
    /^Thief.*used before.*refused, 400 invalid_grant/,
    /^Client.*asks the service.*refused, 401 unauthenticated/,
    /^Client.*good until now.*refused, 400 invalid_grant/,
    /^Vestibule.*a used refresh token came back/,
  ]);
  await expect(lab.steps("A row is copied out of the database")).toHaveText([
    /copies the key/,
    /session cookie.*refused, 401/,
    /access token.*refused, 401/,
    /refresh token.*refused, 400/,
    /^Person.*let in, 200/,
  ]);
  await page.getByText(/^What the token says/).click();
  await expect(page.getByText('"aud": "lab"')).toBeVisible();
  await expectStillHere(page, person.email);
});

test("one request is followed through seven hops, and what was made up does not arrive", async ({
  page,
  person,
}) => {
  await arrive(page, person);
  const lab = new LabPage(page);
  await lab.open();
  await lab.choose("anatomy");
  await lab.run.click();
  await expect(lab.again).toBeVisible();
  const hops = page.getByRole("list", { name: "One request, hop by hop" }).getByRole("listitem");
  await expect(hops).toHaveCount(7);
  await expect(hops.nth(1)).toContainText("refused, 403 csrf_rejected");
  await expect(hops.nth(2)).toContainText("from memory");
  await expect(hops.nth(3)).toContainText("refused, 404 unknown_downstream");
  await expect(hops.nth(5)).toContainText(
    "Did not arrive as it was sent: Forwarded, X-Forwarded-For, X-Real-Ip, Cookie.",
  );
  await expect(hops.nth(6)).toContainText(
    "the browser does not get them: Set-Cookie, Access-Control-Allow-Origin.",
  );
});

test("the later of two tabs runs its experiment, and the earlier one says so", async ({ page, person }) => {
  await arrive(page, person);
  const first = new LabPage(page);
  await first.open();
  await first.run.click();
  await expect(first.finding).toContainText("The cookie was let in for");
  const second = new LabPage(await page.context().newPage());
  await second.open();
  await second.run.click();
  await expect(page.getByRole("alert")).toContainText("Another experiment of yours has begun");
  await expect(second.finding).toContainText("The cookie was let in for");
});

test("where no lab runs, the page says where one does", async ({ page, person }) => {
  await arrive(page, person);
  await refuse(page, "/api/lab/", { status: 404, code: "unknown_downstream" });
  await page.goto("/account/lab");
  await expect(page.getByRole("heading", { name: "The lab does not run here" })).toBeVisible();
  await expect(new LabPage(page).run).toBeHidden();
});

import type { Page } from "@playwright/test";
import { agents } from "../fixtures/agents.ts";
import { fetchIn, type Orders, type Who } from "../fixtures/ask.ts";
import {
  askWith,
  authorizeDevice,
  NativeApp,
  pathOf,
  type Refused,
  redeemDevice,
  refresh,
  type Tokens,
} from "../fixtures/client.ts";
import { newPerson, signInOnTheWire } from "../fixtures/person.ts";
import { test as base, expect } from "../fixtures/test.ts";
import { type Answer, ask, origin } from "../fixtures/wire.ts";
import { arrive, SessionsPage, SignedOut, SignInPage } from "../pages/account.ts";
import { Approval, DevicePage } from "../pages/approval.ts";

/** The client's name, as `vestibule dev` has it. */
const name = "Vestibule CLI";

/** What a script in the page can send where the password should be, and how it is refused. */
const noProofs = [
  [{}, 422, "validation_failed"],
  [{ password: "" }, 422, "validation_failed"],
  [{ password: "certainly not the password" }, 401, "invalid_credentials"],
] as const;

const test = base.extend<{ app: NativeApp }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern
  app: async ({}, use) => {
    const app = await NativeApp.open();
    await use(app);
    app.close();
  },
});

test.use({ userAgent: agents.chrome });

test.describe("by a code in the browser", () => {
  test("someone signs in, approves with the password, and the client calls APIs until its session is ended", async ({
    page,
    person,
    app,
  }) => {
    const approval = new Approval(page);
    await test.step("signing in leads back to what was asked", async () => {
      await page.goto(app.address());
      await expect(new SignInPage(page).heading).toBeVisible();
      await new SignInPage(page).signIn(person);
      await expect(approval.question(name)).toBeVisible();
      const { pathname, searchParams } = new URL(page.url());
      expect(pathname).toBe("/account/authorize");
      expect(Object.fromEntries(searchParams)).toEqual(app.request);
    });

    await test.step("the page says who asks, for what, from where, and whom one answers as", async () => {
      await expect(approval.fact("Client")).toContainText("vestibule-cli");
      await expect(approval.fact("May use")).toContainText("orders");
      await expect(approval.fact("Until")).toContainText("90 days at most, 14 days without use");
      await expect(approval.fact("Asked from")).toContainText(/^Chrome on macOSThis browser, at /);
      await expect(approval.fact("Sent back to")).toHaveText("An app on this computer");
      await expect(approval.who).toContainText(person.email);
    });

    await test.step("a wrong password approves nothing", async () => {
      await approval.approve("certainly not the password");
      await expect(approval.password).toHaveAccessibleDescription(/^This is not your password\./);
      await expect(approval.password).toBeFocused();
      await expect(approval.password).toHaveValue("");
      expect(app.back).toEqual([]);
    });

    const tokens =
      await test.step("the right one leads back with a code, which is good for tokens", async () => {
        await approval.approve(person.password);
        await page.waitForURL((url) => url.href.startsWith(app.redirectUri));
        const [back, ...more] = app.back;
        expect(more).toEqual([]);
        expect(back).toMatchObject({ code: expect.any(String), state: app.state });
        return tokensIn(await app.redeem(back?.code ?? ""));
      });

    await expectWorks(tokens);
    await expectEndedByHand(page, tokens);
  });

  test("denying gives the client an error, and nothing else", async ({ page, person, app }) => {
    await arrive(page, person, app.address());
    await new Approval(page).denyButton.click();
    await page.waitForURL((url) => url.href.startsWith(app.redirectUri));
    expect(app.back).toEqual([expect.objectContaining({ error: "access_denied", state: app.state })]);
    expect(app.back[0]).not.toHaveProperty("code");
    await new SessionsPage(page).open();
    await expect(new SessionsPage(page).here).toBeVisible();
    await expect(new SessionsPage(page).row(name)).toHaveCount(0);
  });

  test("a script in the page can't approve without the password", async ({ page, person, app }) => {
    await arrive(page, person, app.address());
    await expect(new Approval(page).question(name)).toBeVisible();
    for (const [proof, status, code] of noProofs) {
      const body = { ...app.request, approve: true, ...proof };
      const answer = await fetchIn(page, "/oauth/authorize", "POST", body);
      expect(answer.status, JSON.stringify(proof)).toBe(status);
      expect(answer.body).toMatchObject({ code });
      expect(answer.body).not.toHaveProperty("redirect_to");
    }
    expect((await fetchIn<Who>(page, "/auth/session")).status).toBe(200);
    await new SessionsPage(page).open();
    await expect(new SessionsPage(page).here).toBeVisible();
    await expect(new SessionsPage(page).row(name)).toHaveCount(0);
  });

  test("a client or a way back that is not set up is explained to anyone, and nobody is sent anywhere", async ({
    page,
    app,
    wire,
  }) => {
    for (const [address, problem, heading] of [
      [app.address({ client_id: "nobody" }), "unknown_client", "This client is not known here"],
      [
        app.address({ redirect_uri: "https://evil.example/callback" }),
        "unknown_redirect_uri",
        "The way back is not known here",
      ],
      [`${app.address()}&client_id=twice`, "invalid_request", "This can’t be approved"],
    ] as const) {
      await page.goto(address);
      await expect(page.getByRole("heading", { name: heading, level: 1 })).toBeVisible();
      expect(page.url()).toBe(`${origin}/account/authorize?problem=${problem}`);
      await expect(page.getByRole("link")).toHaveCount(0);
      await expect(page.locator("button:not(fieldset *)")).toHaveCount(0); // but for the languages
      await expect(page.getByRole("textbox")).toHaveCount(0);
    }
    expect(app.back).toEqual([]);
    expect(wire.exchanges().filter(({ path }) => path === "/auth/session")).toEqual([]);
  });

  test("someone else may answer, and is asked the same", async ({ page, person, app }) => {
    const other = await newPerson("王小明");
    await arrive(page, person, app.address());
    const approval = new Approval(page);
    await approval.someoneElse.click();
    await new SignInPage(page).signIn(other);
    await expect(approval.question(name)).toBeVisible();
    await expect(approval.who).toContainText(other.email);
    await approval.approve(other.password);
    await page.waitForURL((url) => url.href.startsWith(app.redirectUri));
    await expectWorks(tokensIn(await app.redeem(app.back[0]?.code ?? "")));
    await new SessionsPage(page).open();
    await expect(new SessionsPage(page).row(name)).toHaveCount(1);
  });

  test("a session that ends meanwhile is said, and the question is still there after signing in", async ({
    page,
    person,
    app,
  }) => {
    await arrive(page, person, app.address());
    const approval = new Approval(page);
    await expect(approval.question(name)).toBeVisible();
    const secret = await signInOnTheWire(person, agents.firefox);
    expect((await ask("DELETE", "/auth/sessions", { secret })).status).toBe(200);
    await expect(new SignedOut(page).heading).toBeVisible();
    await new SignedOut(page).signIn(person);
    await expect(approval.question(name)).toBeVisible();
    await approval.denyButton.click();
    await page.waitForURL((url) => url.href.startsWith(app.redirectUri));
    expect(app.back[0]).toMatchObject({ error: "access_denied", state: app.state });
  });
});

test.describe("by a device's code", () => {
  test("someone compares the code, approves with the password, and the device gets tokens", async ({
    page,
    person,
  }) => {
    const device = await authorizeDevice();
    await arrive(page, person, pathOf(device.verification_uri_complete));
    const entry = new DevicePage(page);
    await expect(entry.code).toHaveValue(device.user_code);
    await entry.submit.click();

    const approval = new Approval(page);
    await expect(approval.question(name)).toBeFocused();
    await expect(approval.fact("Code")).toHaveText(device.user_code);
    await expect(approval.fact("Asked from")).toContainText(name);
    await approval.approve("certainly not the password");
    await expect(approval.password).toHaveAccessibleDescription(/^This is not your password\./);
    await approval.approve(person.password);
    await expect(approval.approved(name)).toBeVisible();

    const tokens = tokensIn(await redeemDevice(device));
    await expectWorks(tokens);
    await expectEndedByHand(page, tokens);
    expect(errorIn(await redeemDevice(device)), "a device code is good once").toBe("invalid_grant");
  });

  test("a code that is typed by hand may have small letters and spaces; denied, it gives nothing", async ({
    page,
    person,
  }) => {
    const device = await authorizeDevice();
    await arrive(page, person, pathOf(device.verification_uri));
    const entry = new DevicePage(page);
    await entry.code.pressSequentially(device.user_code.toLowerCase().replace("-", " "));
    await expect(entry.code).toHaveValue(device.user_code);
    await entry.submit.click();
    const approval = new Approval(page);
    await approval.denyButton.click();
    await expect(approval.denied(name)).toBeVisible();
    expect(errorIn(await redeemDevice(device))).toBe("access_denied");

    // Used is as unknown as never made.
    await entry.open();
    await entry.enter(device.user_code);
    await expect(entry.code).toHaveAccessibleDescription(/^This code is not known/);
    await expect(entry.code).toHaveValue(device.user_code);
    await new SessionsPage(page).open();
    await expect(new SessionsPage(page).here).toBeVisible();
    await expect(new SessionsPage(page).row(name)).toHaveCount(0);
  });

  test("a script in the page can't approve a code without the password", async ({ page, person }) => {
    const { user_code } = await authorizeDevice();
    await arrive(page, person, "/account/device");
    for (const [proof, status] of noProofs) {
      const answer = await fetchIn(page, "/oauth/device", "POST", { user_code, approve: true, ...proof });
      expect(answer.status, JSON.stringify(proof)).toBe(status);
    }
    await new DevicePage(page).enter(user_code);
    await expect(new Approval(page).question(name)).toBeVisible();
  });
});

function tokensIn(answer: Answer): Tokens {
  expect(answer.status, answer.body).toBe(200);
  const tokens = JSON.parse(answer.body) as Tokens;
  expect(tokens).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String) });
  expect(tokens.token_type.toLowerCase()).toBe("bearer");
  return tokens;
}

function errorIn(answer: Answer): string {
  expect(answer.status, answer.body).toBe(400);
  return (JSON.parse(answer.body) as Refused).error;
}

async function expectWorks(tokens: Tokens): Promise<void> {
  const answer = await askWith(tokens, "/api/orders/");
  expect(answer.status, answer.body).toBe(200);
  expect((JSON.parse(answer.body) as Orders).orders.length).toBeGreaterThan(0);
}

/** The client stands under Devices by its name; ended there, its tokens are refused at once. */
async function expectEndedByHand(page: Page, tokens: Tokens): Promise<void> {
  const sessions = new SessionsPage(page);
  await sessions.open();
  const row = sessions.row(name);
  await expect(row).toContainText("Client");
  await expect(row).toContainText("Approved by you today");
  await row.getByRole("button", { name: /^End the session of Vestibule CLI/ }).click();
  await expect(row).toContainText("Ended just now, by you. Its tokens are refused from now on.");
  expect((await askWith(tokens, "/api/orders/")).status).toBe(401);
  expect(errorIn(await refresh(tokens.refresh_token))).toBe("invalid_grant");
  expect((await fetchIn<Who>(page, "/auth/session")).status).toBe(200);
}

import type { Page } from "@playwright/test";
import * as oauth from "openid-client";
import { fetchIn, type Who } from "../fixtures/ask.ts";
import { Behind } from "../fixtures/behind.ts";
import { clientId, pathOf } from "../fixtures/client.ts";
import { discover, inside, service, verified } from "../fixtures/library.ts";
import { Loopback } from "../fixtures/loopback.ts";
import type { Network } from "../fixtures/network.ts";
import { test as base, expect } from "../fixtures/test.ts";
import { origin } from "../fixtures/wire.ts";
import { arrive } from "../pages/account.ts";
import { Approval, DevicePage } from "../pages/approval.ts";

// Nothing here speaks OAuth but openid-client, and nothing judges a token but jose: their authors know
// nothing of this server.

const exchange = {
  grant: "urn:ietf:params:oauth:grant-type:token-exchange",
  type: "urn:ietf:params:oauth:token-type:access_token",
};
const invalidGrant = { status: 400, error: "invalid_grant" };
const forAnother = { code: "ERR_JWT_CLAIM_VALIDATION_FAILED", claim: "aud" };

const test = base.extend<{ loopback: Loopback; behind: Behind }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern
  loopback: async ({}, use) => {
    const loopback = await Loopback.open();
    await use(loopback);
    loopback.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern
  behind: async ({}, use, { parallelIndex }) => {
    const behind = await Behind.open(parallelIndex);
    await use(behind);
    await behind.close();
  },
});

test("a program gets tokens by a code and refreshes them, until one that is long used comes back", async ({
  page,
  person,
  loopback,
  wire,
}) => {
  const program = await discover(wire, clientId, oauth.None());
  const pkceCodeVerifier = oauth.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: oauth.randomState() };
  const asked = oauth.buildAuthorizationUrl(program, {
    redirect_uri: loopback.redirectUri,
    code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
  });
  await arrive(page, person, asked.href);
  await new Approval(page).approve(person.password);
  await page.waitForURL((url) => url.href.startsWith(loopback.redirectUri));
  const { user } = await whoIs(page, person);

  const back = loopback.back[0] ?? new URL(origin);
  await test.step("an answer that names another server or has another state is no good to the library", async () => {
    expect(back.searchParams.get("iss")).toBe(origin);
    for (const [name, value] of [
      ["iss", "https://evil.example"],
      ["state", "another"],
    ] as const) {
      const forged = new URL(back);
      forged.searchParams.set(name, value);
      await expect(oauth.authorizationCodeGrant(program, forged, checks)).rejects.toMatchObject({
        code: "OAUTH_INVALID_RESPONSE",
      });
    }
  });

  const first = await oauth.authorizationCodeGrant(program, back, checks);
  const claims = await verified(first.access_token, origin);
  expect(claims).toMatchObject({ sub: user.id, client_id: clientId, sid: expect.any(String), amr: ["pwd"] });
  await expect(verified(first.access_token, "orders")).rejects.toMatchObject(forAnother);

  const refresh = ({ refresh_token = "" }: { refresh_token?: string }) =>
    oauth.refreshTokenGrant(program, refresh_token);
  const second = await refresh(first);
  const third = await refresh(second);
  const [one, other] = await Promise.all([refresh(third), refresh(third)]);
  expect(one.refresh_token, "two that race get the same successor").toBe(other.refresh_token);
  const last = await refresh(one);
  const all = [first, second, third, one, last];
  expect(new Set(all.map(({ refresh_token }) => refresh_token)).size).toBe(all.length);
  for (const { access_token } of [second, third, one, other, last])
    expect(await verified(access_token, origin)).toMatchObject({ sub: user.id, sid: claims.sid });
  expect(await statusOf(program, last)).toBe(200);

  await expect(refresh(first)).rejects.toMatchObject(invalidGrant);
  await expect(refresh(last), "its whole session is over").rejects.toMatchObject(invalidGrant);
  await expect.poll(() => statusOf(program, last)).toBe(401);
});

test("a device is approved by its code, a service behind exchanges its token, and one revocation ends all", async ({
  page,
  person,
  behind,
  wire,
}) => {
  const device = await discover(wire, clientId, oauth.None());
  const begun = await oauth.initiateDeviceAuthorization(device, {});
  const polled = oauth.pollDeviceAuthorizationGrant(device, begun);
  await arrive(page, person, pathOf(begun.verification_uri_complete ?? ""));
  await new DevicePage(page).submit.click();
  await expect.poll(() => hasPolled(wire)).toBe(true);
  await new Approval(page).approve(person.password);
  const tokens = await polled;
  const { sub, sid } = await verified(tokens.access_token, origin);
  expect(sub).toBe((await whoIs(page, person)).user.id);

  const address = new URL("/api/orders/", behind.origin);
  expect((await oauth.fetchProtectedResource(device, tokens.access_token, address, "GET")).status).toBe(204);
  const subject_token = behind.authorizations[0]?.replace(/^Bearer /, "") ?? "";
  expect(await verified(subject_token, "orders")).toMatchObject({ sub, sid, client_id: clientId });
  for (const audience of [origin, "insights"])
    await expect(verified(subject_token, audience)).rejects.toMatchObject(forAnother);

  const orders = inside(service.id, oauth.ClientSecretBasic(service.secret));
  const asked = { subject_token, subject_token_type: exchange.type, audience: "insights" };
  const exchanged = await oauth.genericGrantRequest(orders, exchange.grant, asked);
  expect(exchanged).toMatchObject({ issued_token_type: exchange.type, token_type: "bearer" });
  expect(exchanged.refresh_token).toBeUndefined();
  expect(await verified(exchanged.access_token, "insights")).toMatchObject({
    sub,
    sid,
    client_id: service.id,
    act: { sub: service.id },
  });
  await expect(verified(exchanged.access_token, "orders")).rejects.toMatchObject(forAnother);
  await test.step("a token that is not for the service is none that it can exchange", async () => {
    const given = { ...asked, subject_token: tokens.access_token };
    const refused = oauth.genericGrantRequest(orders, exchange.grant, given);
    await expect(refused).rejects.toMatchObject({ status: 400, error: "invalid_request" });
  });

  const all = [tokens.access_token, tokens.refresh_token ?? "", subject_token, exchanged.access_token];
  const introspected = () => Promise.all(all.map((token) => oauth.tokenIntrospection(orders, token)));
  for (const told of await introspected()) expect(told).toMatchObject({ active: true, sub, sid });
  await oauth.tokenRevocation(device, tokens.refresh_token ?? "");
  expect(await introspected()).toEqual(all.map(() => ({ active: false })));
  await expect(oauth.genericGrantRequest(orders, exchange.grant, asked)).rejects.toMatchObject({
    status: 400,
  });
});

for (const [method, proof] of [
  ["client_secret_basic", oauth.ClientSecretBasic],
  ["client_secret_post", oauth.ClientSecretPost],
] as const) {
  test(`a service gets a token of its own by ${method}`, async ({ wire }) => {
    const known = await discover(wire, service.id, proof(service.secret));
    expect(known.serverMetadata().token_endpoint_auth_methods_supported).toContain(method);
    const given = await oauth.clientCredentialsGrant(known);
    expect(given.refresh_token).toBeUndefined();
    const claims = await verified(given.access_token, origin);
    expect(claims).toMatchObject({ sub: service.id, client_id: service.id });
    expect(claims).not.toHaveProperty("sid");
    await expect(verified(given.access_token, "orders")).rejects.toMatchObject(forAnother);

    const guesser = await discover(wire, service.id, proof("certainly not the secret"));
    await expect(oauth.clientCredentialsGrant(guesser)).rejects.toMatchObject({ status: 401 });
  });
}

/** Who is signed in on our own pages. */
async function whoIs(page: Page, { email }: { email: string }): Promise<Who> {
  await page.goto("/account/sessions");
  const who = (await fetchIn<Who>(page, "/auth/session")).body;
  expect(who.user.email).toBe(email);
  return who;
}

async function statusOf(config: oauth.Configuration, { access_token }: { access_token: string }) {
  const address = new URL("/api/orders/", origin);
  return oauth.fetchProtectedResource(config, access_token, address, "GET").then(
    ({ status }) => status,
    ({ status }) => status as number,
  );
}

/** Whether a device has asked, and was told to go on waiting. */
function hasPolled(wire: Network): boolean {
  return wire
    .exchanges()
    .some(({ path, body }) => path === "/oauth/token" && body.includes('"authorization_pending"'));
}

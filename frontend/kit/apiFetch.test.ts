import { beforeEach, describe, expect, test, vi } from "vitest";
import { apiFetch } from "./apiFetch.ts";
import { connection } from "./connection.ts";
import { type Call, send } from "./http.ts";
import { ApiError, NetworkError, ProofDeclined } from "./problem.ts";
import { stepUp } from "./proof.ts";
import { onEnd, session, sessionEnded, signedInAs, signIn, signOut } from "./session.ts";
import { stubSilence } from "./test/browser.ts";
import { cut, json, noContent, problem, serve, unauthenticated, who } from "./test/server.ts";

const paths = (asked: { method: string; path: string }[]) =>
  asked.map(({ method, path }) => `${method} ${path}`);
const list = "GET /auth/sessions";
const whoAmI = "GET /auth/session";
const login = "POST /auth/login";
const place = "POST /api/orders/";

const status = () => session.get().status;
const given = { email: "demo@example.com", password: "correct horse battery staple" };

/** Sends one to a server that only notes how. */
async function sent(call: Call): Promise<RequestInit & { headers: Headers }> {
  const fetch = vi.fn(async (_: string, _init: RequestInit) => noContent());
  vi.stubGlobal("fetch", fetch);
  await send("/api/files/", { method: "POST", ...call });
  return fetch.mock.calls[0]?.[1] as RequestInit & { headers: Headers };
}

describe("a request", () => {
  test("has headers of its own, in place of ours too, but for those that protect", async () => {
    const given = { "idempotency-key": "k1", accept: "text/csv", "x-csrf": "0" };
    const { headers, body } = await sent({ headers: given, body: { items: 1 } });
    expect([...Object.keys(given), "content-type"].map((name) => headers.get(name))).toEqual([
      "k1",
      "text/csv",
      "1",
      "application/json",
    ]);
    expect(body).toBe('{"items":1}');
  });

  test.each([new FormData(), new Blob(["a"]), new URLSearchParams("a=b"), new ArrayBuffer(1)])(
    "carries %o as it is",
    async (given) => {
      const { headers, body } = await sent({ body: given });
      expect(body).toBe(given);
      expect(headers.has("Content-Type")).toBe(false);
    },
  );

  const circle: Record<string, unknown> = {};
  circle.self = circle;
  test.each<[string, string, Call]>([
    ["a body that is no JSON", "/api/orders/", { method: "POST", body: circle }],
    ["a GET with a body", "/api/orders/", { body: {} }],
    ["another origin", "https://api.example.com/orders", {}],
    ["another origin without its scheme", "//api.example.com/orders", {}],
  ])("that can't be sent (%s) is the caller's fault, and nobody's outage", async (_, path, call) => {
    const asked = serve({});
    const error = await send(path, call).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(NetworkError);
    expect(asked).toEqual([]);
    expect(connection.get()).toBe("up");
  });

  test("that the caller gives up, for whatever reason, is nobody's outage", async () => {
    stubSilence();
    const error = await send("/api/slow/", { signal: AbortSignal.timeout(1) }).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: "TimeoutError" });
    expect(connection.get()).toBe("up");
  });

  test("says whom the page asks for, once it knows", async () => {
    const asked = serve({ [list]: json({}) });
    await apiFetch("/auth/sessions");
    signedInAs(who());
    await apiFetch("/auth/sessions");
    expect(asked.map(({ headers }) => headers.get("X-Vestibule-User"))).toEqual([null, "u1"]);
  });

  test("whose answer comes when someone else is here has none for them", async () => {
    signedInAs(who());
    serve({
      [list]: () => {
        signedInAs(who("u2"));
        return json({ sessions: ["of u1"] })();
      },
    });
    await expect(apiFetch("/auth/sessions")).rejects.toMatchObject({ status: 401 });
    expect(status()).toBe("signed_in");
  });

  test("that changes something carries the cross-site header, and one that reads does not", async () => {
    const asked = serve({ "POST /auth/logout": noContent, [list]: json({}) });
    await send("/auth/logout", { method: "POST" });
    await send("/auth/sessions");
    expect(asked.map(({ headers }) => headers.get("X-CSRF"))).toEqual(["1", null]);
  });

  test("that nobody made says so", async () => {
    const asked = serve({ [list]: json({}) });
    await send("/auth/sessions", { passive: true });
    await send("/auth/sessions");
    expect(asked.map(({ headers }) => headers.get("X-Vestibule-Activity"))).toEqual(["none", null]);
  });

  test("that fails gives the problem document, whole", async () => {
    const fields = [{ field: "password", rule: "too_short", message: "Too short." }];
    serve({ [list]: problem(429, "rate_limited", { fields, acr: "aal1" }, { "Retry-After": "30" }) });
    const error = await send("/auth/sessions").catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 429,
      code: "rate_limited",
      retryAfter: 30,
      fields,
      extra: { acr: "aal1" },
    });
  });

  test.each([
    ["nothing", () => new Response(null, { status: 201 })],
    ["a word", () => new Response("done", { status: 202, headers: { "content-type": "text/plain" } })],
  ])("that is answered with %s has been done", async (_, answer) => {
    serve({ "PUT /api/orders/7": answer });
    await expect(send("/api/orders/7", { method: "PUT", body: {} })).resolves.toBeUndefined();
  });

  test("whose answer breaks off has no answer", async () => {
    const half = new ReadableStream({
      start(own) {
        own.enqueue(new TextEncoder().encode('{"sess'));
        own.error(new TypeError("network error"));
      },
    });
    serve({ [list]: () => new Response(half, { headers: { "content-type": "application/json" } }) });
    await expect(send("/auth/sessions")).rejects.toBeInstanceOf(NetworkError);
    expect(connection.get()).toBe("unreachable");
  });

  test("that a proxy answers with a page of HTML is an error too", async () => {
    serve({ [list]: () => new Response("<h1>Bad gateway</h1>", { status: 502 }) });
    await expect(send("/auth/sessions")).rejects.toMatchObject({ status: 502, code: "" });
  });

  test("that reaches nobody is a network error, and the next answer takes that back", async () => {
    serve({ [list]: [cut, json({})] });
    await expect(send("/auth/sessions")).rejects.toBeInstanceOf(NetworkError);
    expect(connection.get()).toBe("unreachable");
    await send("/auth/sessions");
    expect(connection.get()).toBe("up");
  });
});

describe("a 401", () => {
  beforeEach(() => signedInAs(who()));

  test("in the middle of a rotation is asked about, and the request repeated once", async () => {
    const asked = serve({ [list]: [unauthenticated, json({ sessions: [] })], [whoAmI]: json(who()) });
    await expect(apiFetch("/auth/sessions")).resolves.toEqual({ sessions: [] });
    expect(paths(asked)).toEqual([list, whoAmI, list]);
    expect(status()).toBe("signed_in");
  });

  test("that comes again after the repeat is not repeated for ever", async () => {
    const asked = serve({ [list]: [unauthenticated, unauthenticated, json({})], [whoAmI]: json(who()) });
    await expect(apiFetch("/auth/sessions")).rejects.toMatchObject({ status: 401 });
    expect(paths(asked)).toEqual([list, whoAmI, list]);
  });

  test("is not repeated for someone else who has signed in meanwhile", async () => {
    const asked = serve({ [place]: unauthenticated, [whoAmI]: json(who("u2")) });
    const done = apiFetch("/api/orders/", { method: "POST", body: {} });
    await expect(done).rejects.toMatchObject({ status: 401 });
    expect(paths(asked)).toEqual([place, whoAmI]);
    expect(session.get()).toMatchObject({ status: "signed_out", ended: { someoneElse: true } });
  });

  test("while nobody can say whether the session lives is no end of it", async () => {
    serve({ [list]: unauthenticated, [whoAmI]: cut });
    await expect(apiFetch("/auth/sessions")).rejects.toBeInstanceOf(NetworkError);
    expect(status()).toBe("signed_in");
  });

  test("of many requests at once is asked about once", async () => {
    const asked = serve({
      [list]: [unauthenticated, unauthenticated, unauthenticated, json({})],
      [whoAmI]: json(who()),
    });
    await Promise.all([1, 2, 3].map(() => apiFetch("/auth/sessions")));
    expect(paths(asked).filter((path) => path === whoAmI)).toHaveLength(1);
  });

  test("for a wrong password is neither asked about nor repeated", async () => {
    const asked = serve({ "POST /auth/password": problem(401, "invalid_credentials") });
    await expect(apiFetch("/auth/password", { method: "POST", body: {} })).rejects.toMatchObject({
      code: "invalid_credentials",
    });
    expect(asked).toHaveLength(1);
  });
});

describe("a request whose session is over", () => {
  const again = { ...who(), session: { ...who().session, sid: "s2" } };
  const over = { [place]: [unauthenticated, json({ id: 7 }, 201)], [whoAmI]: unauthenticated };
  const order = (signal?: AbortSignal) =>
    apiFetch("/api/orders/", { method: "POST", body: { items: 1 }, ...(signal && { signal }) });

  beforeEach(() => signedInAs(who()));

  test("waits until the same person has signed in in place, and is sent once more", async () => {
    const asked = serve({ ...over, [login]: json(again) });
    const done = order();
    await vi.waitFor(() => expect(status()).toBe("signed_out"));
    expect(paths(asked)).toEqual([place, whoAmI]);
    await signIn(given);
    await expect(done).resolves.toEqual({ id: 7 });
    expect(paths(asked)).toEqual([place, whoAmI, login, place]);
    expect(asked[3]?.body).toEqual({ items: 1 });
  });

  test("is not sent for someone else", async () => {
    const asked = serve({ ...over, [login]: json(who("u2")) });
    const done = order().catch((e: unknown) => e);
    await vi.waitFor(() => expect(status()).toBe("signed_out"));
    await signIn(given);
    expect(await done).toMatchObject({ status: 401 });
    expect(paths(asked)).toEqual([place, whoAmI, login]);
  });

  test("waits on after a wrong password", async () => {
    const asked = serve({ ...over, [login]: [problem(401, "invalid_credentials"), json(again)] });
    const done = order();
    await vi.waitFor(() => expect(status()).toBe("signed_out"));
    await expect(signIn(given)).rejects.toMatchObject({ code: "invalid_credentials" });
    expect(status()).toBe("signed_out");
    await signIn(given);
    await done;
    expect(paths(asked).at(-1)).toBe(place);
  });

  test.each([
    ["changes something is not sent after a quarter of an hour", "POST", false],
    ["reads is sent whenever that is", "GET", true],
  ])("that %s", async (_, method, sent) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const asked = serve({
      [whoAmI]: unauthenticated,
      [login]: json(again),
      [`${method} /api/orders/`]: [unauthenticated, json({ id: 7 })],
    });
    const done = apiFetch("/api/orders/", { method: method as "GET" }).catch((e: unknown) => e);
    await vi.waitFor(() => expect(status()).toBe("signed_out"));
    vi.setSystemTime(Date.now() + 15 * 60_000);
    await signIn(given);
    expect(await done).toMatchObject(sent ? { id: 7 } : { status: 401 });
    expect(paths(asked).at(-1)).toBe(sent ? `${method} /api/orders/` : login);
  });

  test("that was given up waits no more", async () => {
    const asked = serve({ ...over, [login]: json(again) });
    const givenUp = new AbortController();
    const done = order(givenUp.signal).catch((e: unknown) => e);
    await vi.waitFor(() => expect(status()).toBe("signed_out"));
    givenUp.abort();
    expect(await done).toMatchObject({ name: "AbortError" });
    await signIn(given);
    expect(paths(asked)).toEqual([place, whoAmI, login]);
  });

  test("that nobody made does not wait", async () => {
    signedInAs(who());
    const asked = serve({ [list]: unauthenticated, [whoAmI]: unauthenticated });
    await expect(apiFetch("/auth/sessions", { passive: true })).rejects.toMatchObject({ status: 401 });
    expect(paths(asked)).toEqual([list, whoAmI]);
  });

  test.each(["", "invalid_token"])(
    "of a service's own (code '%s') is an answer like any other",
    async (code) => {
      signedInAs(who());
      const asked = serve({ [place]: problem(401, code) });
      await expect(apiFetch("/api/orders/", { method: "POST", body: {} })).rejects.toMatchObject({
        status: 401,
      });
      expect(paths(asked)).toEqual([place]);
    },
  );

  test("of a page that nobody was signed in on is refused", async () => {
    serve({ "POST /auth/logout": noContent, [list]: unauthenticated, [whoAmI]: unauthenticated });
    await signOut();
    await expect(apiFetch("/auth/sessions")).rejects.toMatchObject({ status: 401 });
  });
});

describe("a demand for a fresh proof", () => {
  const demanded = problem(401, "step_up_required", { acr: "aal1", max_age: 600 });
  const end = "DELETE /auth/sessions/s2";
  const proof = "POST /auth/step-up";
  const endIt = () => apiFetch("/auth/sessions/s2", { method: "DELETE" });
  const asksFor = () => vi.waitFor(() => expect(stepUp.get()).not.toBeNull());

  beforeEach(() => signedInAs(who()));

  test("is asked for in place, and the request repeated once", async () => {
    const asked = serve({ [end]: [demanded, noContent], [proof]: noContent });
    const done = endIt();
    await asksFor();
    expect(stepUp.get()?.maxAge).toBe(600);
    await stepUp.get()?.prove("my password");
    await done;
    expect(paths(asked)).toEqual([end, proof, end]);
    expect(asked[1]?.body).toEqual({ password: "my password" });
    expect(stepUp.get()).toBeNull();
  });

  test("of two requests at once is one question", async () => {
    const asked = serve({ [end]: [demanded, demanded, noContent], [proof]: noContent });
    const both = Promise.all([endIt(), endIt()]);
    await asksFor();
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    await stepUp.get()?.prove("my password");
    await both;
    expect(paths(asked)).toEqual([end, end, proof, end, end]);
    expect(stepUp.get()).toBeNull();
  });

  test("stays open after a wrong password", async () => {
    serve({ [end]: [demanded, noContent], [proof]: [problem(401, "invalid_credentials"), noContent] });
    const done = endIt();
    await asksFor();
    await expect(stepUp.get()?.prove("wrong")).rejects.toMatchObject({ code: "invalid_credentials" });
    await stepUp.get()?.prove("my password");
    await done;
  });

  test("that is declined leaves everything as it was", async () => {
    const asked = serve({ [end]: demanded });
    const done = endIt();
    await asksFor();
    stepUp.get()?.decline();
    await expect(done).rejects.toBeInstanceOf(ProofDeclined);
    expect(asked).toHaveLength(1);
  });

  test("that comes again after the proof is not asked for again", async () => {
    serve({ [end]: demanded, [proof]: noContent });
    const done = endIt();
    await asksFor();
    await stepUp.get()?.prove("my password");
    await expect(done).rejects.toMatchObject({ code: "step_up_required" });
    expect(stepUp.get()).toBeNull();
  });

  test("is dropped when the session ends, and the request waits for the person as any other", async () => {
    const asked = serve({ [end]: [demanded, unauthenticated, noContent], [whoAmI]: unauthenticated });
    const done = endIt();
    await asksFor();
    sessionEnded("s1", "ended_by_admin");
    expect(stepUp.get()).toBeNull();
    await vi.waitFor(() => expect(paths(asked)).toEqual([end, end, whoAmI]));
    signedInAs({ ...who(), session: { ...who().session, sid: "s3" } });
    await done;
    expect(paths(asked)).toEqual([end, end, whoAmI, end]);
  });

  test("is gone when nobody waits for it any more", async () => {
    serve({ [end]: demanded });
    const [first, second] = [new AbortController(), new AbortController()];
    const asks = [first, second].map(({ signal }) =>
      apiFetch("/auth/sessions/s2", { method: "DELETE", signal }).catch((e: unknown) => e),
    );
    await asksFor();
    first.abort("left");
    expect(await asks[0]).toBe("left");
    expect(stepUp.get()).not.toBeNull();
    second.abort("left too");
    expect(await asks[1]).toBe("left too");
    expect(stepUp.get()).toBeNull();
  });

  test("is not repeated for someone else who came while it was given", async () => {
    const asked = serve({
      [end]: [demanded, noContent],
      [proof]: () => {
        signedInAs(who("u2"));
        return noContent();
      },
    });
    const done = endIt().catch((e: unknown) => e);
    await asksFor();
    await stepUp.get()?.prove("my password");
    expect(await done).toMatchObject({ status: 401 });
    expect(paths(asked)).toEqual([end, proof]);
  });

  test("finds out that the session is over", async () => {
    serve({ [end]: [demanded, unauthenticated], [proof]: unauthenticated, [whoAmI]: unauthenticated });
    const dropped = vi.fn();
    const leave = onEnd(dropped);
    const gone = new AbortController();
    const done = apiFetch("/auth/sessions/s2", { method: "DELETE", signal: gone.signal }).catch(
      (e: unknown) => e,
    );
    await asksFor();
    await expect(stepUp.get()?.prove("my password")).rejects.toMatchObject({ status: 401 });
    expect(status()).toBe("signed_out");
    gone.abort("left");
    expect(await done).toBe("left");
    expect(dropped).toHaveBeenCalledTimes(1);
    leave();
  });
});

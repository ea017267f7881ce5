import { describe, expect, test, vi } from "vitest";
import { cut, json, noContent, problem, serve, unauthenticated, who } from "../test/server.ts";
import { call } from "./call.ts";
import { connection } from "./connection.ts";
import { send } from "./http.ts";
import { ApiError, NetworkError, ProofDeclined } from "./problem.ts";
import { question } from "./proof.ts";
import { ended, signedInAs } from "./session.ts";

const paths = (asked: { method: string; path: string }[]) =>
  asked.map(({ method, path }) => `${method} ${path}`);
const list = "GET /auth/sessions";
const session = "GET /auth/session";

describe("a request", () => {
  test("that changes something carries the cross-site header, and one that reads does not", async () => {
    const asked = serve({ "POST /auth/logout": noContent, [list]: json({}) });
    await send("/auth/logout", { method: "POST" });
    await send("/auth/sessions");
    expect(asked.map(({ headers }) => headers.get("X-CSRF"))).toEqual(["1", null]);
  });

  test("that nobody made says so", async () => {
    const asked = serve({ [list]: json({}) });
    await send("/auth/sessions", { passive: true });
    expect(asked[0]?.headers.get("X-Vestibule-Activity")).toBe("none");
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
  test("in the middle of a rotation is asked about, and the request repeated once", async () => {
    signedInAs(who());
    const asked = serve({ [list]: [unauthenticated, json({ sessions: [] })], [session]: json(who()) });
    await expect(call("/auth/sessions")).resolves.toEqual({ sessions: [] });
    expect(paths(asked)).toEqual([list, session, list]);
    expect(ended.get()).toBeNull();
  });

  test("of a session that is over ends the page, and nothing is repeated", async () => {
    signedInAs(who());
    const asked = serve({ [list]: unauthenticated, [session]: unauthenticated });
    await expect(call("/auth/sessions")).rejects.toMatchObject({ status: 401 });
    expect(paths(asked)).toEqual([list, session]);
    expect(ended.get()).toMatchObject({ reason: null });
  });

  test("that comes again after the repeat is not repeated for ever", async () => {
    signedInAs(who());
    const asked = serve({ [list]: [unauthenticated, unauthenticated, json({})], [session]: json(who()) });
    await expect(call("/auth/sessions")).rejects.toMatchObject({ status: 401 });
    expect(paths(asked)).toEqual([list, session, list]);
  });

  test("is not repeated for someone else who has signed in meanwhile", async () => {
    signedInAs(who("u1"));
    const asked = serve({ "POST /api/orders/": unauthenticated, [session]: json(who("u2")) });
    await expect(call("/api/orders/", { method: "POST", body: {} })).rejects.toMatchObject({ status: 401 });
    expect(paths(asked)).toEqual(["POST /api/orders/", session]);
    expect(ended.get()).not.toBeNull();
  });

  test("while nobody can say whether the session lives is no end of it", async () => {
    signedInAs(who());
    serve({ [list]: unauthenticated, [session]: cut });
    await expect(call("/auth/sessions")).rejects.toBeInstanceOf(NetworkError);
    expect(ended.get()).toBeNull();
  });

  test("of many requests at once is asked about once", async () => {
    signedInAs(who());
    const asked = serve({
      [list]: [unauthenticated, unauthenticated, unauthenticated, json({})],
      [session]: json(who()),
    });
    await Promise.all([call("/auth/sessions"), call("/auth/sessions"), call("/auth/sessions")]);
    expect(paths(asked).filter((path) => path === session)).toHaveLength(1);
  });

  test("for a wrong password is neither asked about nor repeated", async () => {
    signedInAs(who());
    const asked = serve({ "POST /auth/password": problem(401, "invalid_credentials") });
    await expect(call("/auth/password", { method: "POST", body: {} })).rejects.toMatchObject({
      code: "invalid_credentials",
    });
    expect(asked).toHaveLength(1);
  });
});

describe("a demand for a fresh proof", () => {
  const demanded = problem(401, "step_up_required", { acr: "aal1", max_age: 600 });
  const end = "DELETE /auth/sessions/s2";

  test("is asked for in place, and the request repeated once", async () => {
    const asked = serve({ [end]: [demanded, noContent] });
    const done = call("/auth/sessions/s2", { method: "DELETE" });
    await vi.waitFor(() => expect(question.get()?.maxAge).toBe(600));
    question.get()?.answer(true);
    await done;
    expect(paths(asked)).toEqual([end, end]);
    expect(question.get()).toBeNull();
  });

  test("that is declined leaves everything as it was", async () => {
    const asked = serve({ [end]: demanded });
    const done = call("/auth/sessions/s2", { method: "DELETE" });
    await vi.waitFor(() => expect(question.get()).not.toBeNull());
    question.get()?.answer(false);
    await expect(done).rejects.toBeInstanceOf(ProofDeclined);
    expect(asked).toHaveLength(1);
  });

  test("that comes again after the proof is not asked for again", async () => {
    serve({ [end]: demanded });
    const done = call("/auth/sessions/s2", { method: "DELETE" });
    await vi.waitFor(() => expect(question.get()).not.toBeNull());
    question.get()?.answer(true);
    await expect(done).rejects.toMatchObject({ code: "step_up_required" });
    expect(question.get()).toBeNull();
  });
});

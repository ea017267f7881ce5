import { beforeEach, describe, expect, test, vi } from "vitest";
import { keep } from "./drafts.ts";
import { NetworkError } from "./problem.ts";
import { askSession, onEnd, session, sessionEnded, signedInAs, signIn, signOut } from "./session.ts";
import { hearTabs, type News } from "./tabs.ts";
import { cut, json, noContent, problem, serve, unauthenticated, who } from "./test/server.ts";

const whoAmI = "GET /auth/session";
const login = "POST /auth/login";
const given = { email: "demo@example.com", password: "correct horse battery staple" };

/** The same person with another session, or someone else with theirs. */
function anew(id = "u1", sid = "s2") {
  const { user, session } = who(id);
  return { user, session: { ...session, sid } };
}

const ended = () => {
  const now = session.get();
  return now.status === "signed_out" ? now.ended : undefined;
};

describe("who is here", () => {
  test("is asked without sliding the session", async () => {
    const asked = serve({ [whoAmI]: json(who()) });
    await askSession();
    expect(session.get()).toMatchObject({ status: "signed_in", user: { id: "u1" } });
    expect(asked[0]?.headers.get("X-Vestibule-Activity")).toBe("none");
  });

  test("is nobody where the server says so, which is not an end", async () => {
    serve({ [whoAmI]: unauthenticated });
    await askSession();
    expect(session.get()).toEqual({ status: "signed_out", ended: null });
  });

  test("is not known where nobody answers, and asked again", async () => {
    serve({ [whoAmI]: [cut, json(who())] });
    await expect(askSession()).rejects.toBeInstanceOf(NetworkError);
    expect(session.get()).toMatchObject({ status: "failed" });
    await askSession();
    expect(session.get().status).toBe("signed_in");
  });

  test("stays who it was while nobody answers", async () => {
    signedInAs(who());
    serve({ [whoAmI]: cut });
    await expect(askSession()).rejects.toBeInstanceOf(NetworkError);
    expect(session.get().status).toBe("signed_in");
  });

  test.each([
    ["that nobody is", unauthenticated],
    ["that someone is", json(who("u2"))],
  ])("is not what an answer from before a sign-in says: %s", async (_, before) => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    serve({ [whoAmI]: () => held.then(before) });
    const asked = askSession();
    signedInAs(who());
    release();
    await asked;
    expect(session.get()).toMatchObject({ status: "signed_in", user: { id: "u1" } });
  });
});

describe("an end", () => {
  beforeEach(() => signedInAs(who()));

  test("tells its reason, and what is remembered is dropped at once", () => {
    const drop = vi.fn();
    const leave = onEnd(drop);
    sessionEnded("s1", "ended_by_admin");
    expect(ended()).toMatchObject({ reason: "ended_by_admin", session: { sid: "s1" }, unsaved: false });
    expect(drop).toHaveBeenCalledTimes(1);
    leave();
  });

  test("is told to all who drop, also where one of them fails", () => {
    const failed = vi.fn();
    vi.stubGlobal("reportError", failed);
    const error = new Error("boom");
    const dropped = vi.fn();
    const leave = [
      onEnd(() => {
        throw error;
      }),
      onEnd(dropped),
    ];
    sessionEnded("s1", "signed_out");
    expect(failed).toHaveBeenCalledWith(error);
    expect(dropped).toHaveBeenCalled();
    for (const each of leave) each();
  });

  test("of another session is no news", () => {
    sessionEnded("s0", "signed_out");
    expect(session.get().status).toBe("signed_in");
  });

  test("whose reason comes later tells it then, and keeps the first", () => {
    sessionEnded("s1", null);
    sessionEnded("s1", "password_changed");
    sessionEnded("s1", "signed_out");
    expect(ended()?.reason).toBe("password_changed");
  });

  test("is not taken back by a replica that has not heard of it", async () => {
    sessionEnded("s1", "ended_by_user");
    serve({ [whoAmI]: json(who()) });
    await askSession();
    expect(ended()?.reason).toBe("ended_by_user");
  });

  test.each([
    ["a second after", -1_000, "expired"],
    ["a second before, by a clock that is not quite right", 1_000, "expired"],
    ["long before", 60_000, null],
  ])("that is only found out by asking, %s its limit", async (_, left, reason) => {
    const { user, session: own } = who();
    signedInAs({ user, session: { ...own, idle_expires_at: new Date(Date.now() + left).toISOString() } });
    serve({ [whoAmI]: unauthenticated });
    await askSession();
    expect(ended()?.reason).toBe(reason);
  });
});

describe("the same person who signs in again", () => {
  test("is back, with what they had typed", async () => {
    signedInAs(who());
    keep("order", "half of it");
    sessionEnded("s1", "ended_by_user");
    expect(ended()?.unsaved).toBe(true);
    serve({ [login]: json(anew()) });
    await signIn(given);
    expect(session.get()).toMatchObject({ status: "signed_in", session: { sid: "s2" } });
    sessionEnded("s2", null);
    expect(ended()?.unsaved).toBe(true);
  });

  test("while still signed in, ends the session before without a word, and drops nothing", async () => {
    signedInAs(who());
    const drop = vi.fn();
    const leave = onEnd(drop);
    const seen: string[] = [];
    const stop = session.subscribe(() => seen.push(session.get().status));
    serve({
      [login]: () => {
        sessionEnded("s1", "signed_out"); // the stream is quicker than the answer
        return json(anew())();
      },
    });
    await signIn(given);
    expect(seen).toEqual(["signed_in"]);
    expect(drop).not.toHaveBeenCalled();
    stop();
    leave();
  });

  test("with a wrong password has changed nothing", async () => {
    signedInAs(who());
    serve({ [login]: problem(401, "invalid_credentials") });
    await expect(signIn(given)).rejects.toMatchObject({ code: "invalid_credentials" });
    expect(session.get()).toMatchObject({ status: "signed_in", session: { sid: "s1" } });
  });

  test("and fails, while the session ends elsewhere, is told of that", async () => {
    signedInAs(who());
    serve({
      [whoAmI]: unauthenticated,
      [login]: () => {
        sessionEnded("s1", "ended_by_user");
        return problem(429, "rate_limited")();
      },
    });
    await expect(signIn(given)).rejects.toMatchObject({ code: "rate_limited" });
    await vi.waitFor(() => expect(session.get().status).toBe("signed_out"));
  });

  test("in another tab is back here too", async () => {
    signedInAs(who());
    keep("order", "half of it");
    sessionEnded("s1", "signed_out");
    serve({ [whoAmI]: json(anew()) });
    await askSession();
    expect(session.get()).toMatchObject({ status: "signed_in", session: { sid: "s2" } });
  });
});

describe("someone else who signs in", () => {
  test("in another tab is noticed, though the end of the first is heard while that is asked", async () => {
    signedInAs(who());
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    serve({ [whoAmI]: () => held.then(json(anew("u2"))) });
    const asked = askSession();
    sessionEnded("s1", "signed_out");
    release();
    await asked;
    expect(ended()).toMatchObject({ someoneElse: true, unsaved: false });
  });

  test("in place has a page on which nothing of the first is left", async () => {
    signedInAs(who());
    keep("order", "half of it");
    sessionEnded("s1", "expired");
    const drop = vi.fn();
    const leave = onEnd(drop);
    serve({ [login]: json(anew("u2")) });
    await signIn(given);
    expect(session.get()).toMatchObject({ status: "signed_in", user: { id: "u2" } });
    expect(drop).toHaveBeenCalledTimes(1);
    sessionEnded("s2", null);
    expect(ended()?.unsaved).toBe(false);
    leave();
  });

  test.each([
    ["before this tab knew of an end", false],
    ["after it", true],
  ])("in another tab, %s, is not shown in the first one's place", async (_, first) => {
    signedInAs(who());
    keep("order", "half of it");
    if (first) sessionEnded("s1", "signed_out");
    serve({ [whoAmI]: json(anew("u2")) });
    await askSession();
    expect(ended()).toMatchObject({ someoneElse: true, unsaved: false, reason: first ? "signed_out" : null });
  });
});

describe("signing out", () => {
  beforeEach(() => {
    signedInAs(who());
    keep("order", "half of it");
  });

  test("drops everything, and is no end that one is told of", async () => {
    const drop = vi.fn();
    const leave = onEnd(drop);
    serve({ "POST /auth/logout": noContent, [login]: json(anew()) });
    await signOut();
    expect(session.get()).toEqual({ status: "signed_out", ended: null });
    expect(drop).toHaveBeenCalledTimes(1);
    await signIn(given);
    sessionEnded("s2", null);
    expect(ended()?.unsaved).toBe(false);
    leave();
  });

  test("of a session that was over already is signing out too", async () => {
    serve({ "POST /auth/logout": unauthenticated });
    await signOut();
    expect(session.get()).toEqual({ status: "signed_out", ended: null });
  });

  test("that did not reach the server is none", async () => {
    serve({ "POST /auth/logout": cut });
    await expect(signOut()).rejects.toBeInstanceOf(NetworkError);
    expect(session.get().status).toBe("signed_in");
  });

  test("is told to the other tabs, and repeated by none", async () => {
    const heard: News[] = [];
    const elsewhere = new BroadcastChannel("vestibule");
    elsewhere.addEventListener("message", ({ data }) => heard.push(data));
    const here: News[] = [];
    const leave = hearTabs((news) => here.push(news));
    serve({ "POST /auth/logout": noContent });
    await signOut();
    await vi.waitFor(() => expect(heard).toEqual([{ news: "ended", sid: "s1", reason: "signed_out" }]));
    expect(here).toEqual([]);
    leave();
    elsewhere.close();
  });
});

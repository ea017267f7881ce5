import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { StrictMode, useState } from "react";
import {
  apiFetch,
  type Ended,
  RequireSession,
  SessionProvider,
  SignedIn,
  SignedOut,
  signIn,
  signOut,
  useDraft,
  useExpiry,
  useSession,
  useStepUp,
  useWho,
} from "vestibule-kit";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { App as Example } from "./example.tsx";
import { NetworkError } from "./problem.ts";
import { sessionEnded } from "./session.ts";
import { type FakeEventSource, stubLive } from "./test/browser.ts";
import { cut, json, noContent, problem, serve, unauthenticated, who } from "./test/server.ts";

const whoAmI = "GET /auth/session";
const login = "POST /auth/login";
const given = { email: "demo@example.com", password: "correct horse battery staple" };
let streams: FakeEventSource[] = [];

function anew(id = "u1", sid = "s2") {
  const { user, session } = who(id);
  return { user: { ...user, name: id === "u1" ? "Demo" : "Other" }, session: { ...session, sid } };
}

beforeEach(() => {
  streams = stubLive();
});

function Note() {
  const [draft, setDraft] = useDraft<string>("note");
  return <input aria-label="Note" value={draft ?? ""} onChange={(e) => setDraft(e.target.value || null)} />;
}

function Private() {
  const [n, setN] = useState(0);
  return (
    <>
      <p>Orders of {useWho().user.name}</p>
      <button type="button" onClick={() => setN(n + 1)}>
        {n}
      </button>
      <Note />
    </>
  );
}

const door = (ended: Ended) => (
  <p>
    Ended: {ended.reason ?? "unknown"}
    {ended.unsaved && ", kept"}
    {ended.someoneElse && ", someone else"}
  </p>
);

function App() {
  return (
    <StrictMode>
      <SessionProvider>
        <RequireSession
          waiting="Waiting"
          nobody="Nobody"
          ended={door}
          failed={(error, retry) => (
            <button type="button" onClick={retry}>
              {error.name}
            </button>
          )}
        >
          <Private />
        </RequireSession>
      </SessionProvider>
    </StrictMode>
  );
}

async function open() {
  render(<App />);
  await screen.findByText("Orders of Demo");
}

const end = (sid = "s1") => act(() => sessionEnded(sid, "ended_by_user"));
const note = () => screen.getByLabelText<HTMLInputElement>("Note").value;

describe("RequireSession", () => {
  test("lets someone who is signed in pass, and shows nothing of anyone before", async () => {
    serve({ [whoAmI]: json(who()) });
    render(<App />);
    expect(screen.getByText("Waiting")).toBeTruthy();
    expect(await screen.findByText("Orders of Demo")).toBeTruthy();
  });

  test("shows the way in where nobody is", async () => {
    serve({ [whoAmI]: unauthenticated });
    render(<App />);
    expect(await screen.findByText("Nobody")).toBeTruthy();
  });

  test("signs nobody out where the server can't be reached, and asks once more when told to", async () => {
    serve({ [whoAmI]: [cut, json(who())] });
    render(<App />);
    await userEvent.setup().click(await screen.findByText("NetworkError"));
    expect(await screen.findByText("Orders of Demo")).toBeTruthy();
  });

  test("asks again by itself where it could not be had, when the server said", async () => {
    vi.useFakeTimers();
    serve({ [whoAmI]: [problem(503, "unavailable", {}, { "Retry-After": "2" }), cut, json(who())] });
    render(<App />);
    await act(() => vi.advanceTimersByTimeAsync(1_900));
    expect(screen.getByText("ApiError")).toBeTruthy();
    await act(() => vi.advanceTimersByTimeAsync(100));
    expect(screen.getByText("NetworkError")).toBeTruthy();
    await act(() => vi.advanceTimersByTimeAsync(5_000));
    expect(screen.getByText("Orders of Demo")).toBeTruthy();
    vi.useRealTimers();
  });

  test("where something else answers in the server's place, is not known", async () => {
    serve({ [whoAmI]: () => new Response("<h1>Log in to this network</h1>") });
    render(<App />);
    expect(await screen.findByText("NetworkError")).toBeTruthy();
  });

  test("empties the page the moment the stream tells an end, and says why", async () => {
    serve({ [whoAmI]: json(who()) });
    await open();
    act(() => streams.at(-1)?.say("ended", '{"reason":"ended_by_admin"}'));
    expect(document.body.textContent).toBe("Ended: ended_by_admin");
  });
});

describe("what was typed", () => {
  test("is given back to the same person, and nothing else is left of the page", async () => {
    serve({ [whoAmI]: json(who()), [login]: json(anew()) });
    await open();
    const user = userEvent.setup();
    await user.type(screen.getByLabelText("Note"), "half of it");
    await user.click(screen.getByRole("button", { name: "0" }));
    end();
    expect(document.body.innerHTML).not.toContain("half of it");
    expect(document.body.textContent).toBe("Ended: ended_by_user, kept");
    await act(() => signIn(given));
    expect(note()).toBe("half of it");
    expect(screen.getByRole("button", { name: "0" })).toBeTruthy();
  });

  test("is never shown to someone else, nor to the same person after them", async () => {
    serve({ [whoAmI]: json(who()), [login]: [json(anew("u2")), json(anew("u1", "s3"))] });
    await open();
    await userEvent.setup().type(screen.getByLabelText("Note"), "half of it");
    end();
    await act(() => signIn(given));
    expect(screen.getByText("Orders of Other")).toBeTruthy();
    expect(note()).toBe("");
    await act(() => signIn(given));
    expect(note()).toBe("");
  });

  test("is gone when its form goes away, and when one signs out", async () => {
    const toggled = () => (
      <StrictMode>
        <SessionProvider>
          <SignedIn>{shown && <Note />}</SignedIn>
          <SignedOut>{(ended) => `Out: ${ended?.unsaved ?? "left"}`}</SignedOut>
        </SessionProvider>
      </StrictMode>
    );
    let shown = true;
    serve({ [whoAmI]: json(who()), "POST /auth/logout": noContent });
    const { rerender } = render(toggled());
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("Note"), "half of it");
    shown = false;
    rerender(toggled());
    await act(async () => {});
    shown = true;
    rerender(toggled());
    expect(note()).toBe("");
    await user.type(screen.getByLabelText("Note"), "more");
    await act(() => signOut());
    expect(screen.getByText("Out: left")).toBeTruthy();
  });

  test("stays where it is when the same person signs in before the end", async () => {
    serve({ [whoAmI]: json(who()), [login]: json(anew()) });
    await open();
    const user = userEvent.setup();
    await user.type(screen.getByLabelText("Note"), "half of it");
    await user.click(screen.getByRole("button", { name: "0" }));
    await act(() => signIn(given));
    expect(note()).toBe("half of it");
    expect(screen.getByRole("button", { name: "1" })).toBeTruthy();
  });
});

describe("another tab", () => {
  test("that tells an end is believed, and nothing is repeated to it", async () => {
    serve({ [whoAmI]: json(who()) });
    await open();
    const heard: unknown[] = [];
    const other = new BroadcastChannel("vestibule");
    other.addEventListener("message", ({ data }) => heard.push(data));
    other.postMessage({ news: "ended", sid: "s0", reason: "signed_out" });
    other.postMessage("of another version");
    other.postMessage({ news: "ended", sid: "s1", reason: "password_changed" });
    expect(await screen.findByText("Ended: password_changed")).toBeTruthy();
    expect(heard).toEqual([]);
    other.close();
  });

  test("in which the same person signs in brings this one back", async () => {
    serve({ [whoAmI]: [json(who()), json(anew())] });
    await open();
    end();
    const other = new BroadcastChannel("vestibule");
    other.postMessage({ news: "signed_in", sid: "s2" });
    expect(await screen.findByText("Orders of Demo")).toBeTruthy();
    other.close();
  });

  test("in which someone else signs in leaves nothing of the first here", async () => {
    serve({ [whoAmI]: [json(who()), json(anew("u2"))] });
    await open();
    await userEvent.setup().type(screen.getByLabelText("Note"), "half of it");
    const other = new BroadcastChannel("vestibule");
    other.postMessage({ news: "signed_in", sid: "s2" });
    expect(await screen.findByText("Ended: unknown, someone else")).toBeTruthy();
    expect(document.body.innerHTML).not.toMatch(/Demo|half of it|Other/);
    other.close();
  });
});

test("a page that comes into sight again asks who is here", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const asked = serve({ [whoAmI]: [json(who()), unauthenticated] });
  await open();
  document.dispatchEvent(new Event("visibilitychange"));
  expect(asked).toHaveLength(1);
  vi.setSystemTime(Date.now() + 31_000);
  act(() => void document.dispatchEvent(new Event("visibilitychange")));
  expect(await screen.findByText("Ended: unknown")).toBeTruthy();
});

test("a question for a proof, and a warning, are there to be drawn", async () => {
  const soon = who();
  soon.session.last_seen_at = new Date(Date.now() - 29 * 60_000).toISOString();
  soon.session.idle_expires_at = new Date(Date.now() + 60_000).toISOString();
  serve({
    [whoAmI]: json(soon),
    "GET /auth/sessions": json({ sessions: [] }),
    "DELETE /auth/sessions": problem(401, "step_up_required"),
  });
  function Questions() {
    const expiring = useExpiry();
    const stepUp = useStepUp();
    return `${expiring ? `Ends: ${expiring.limit}` : ""} ${stepUp ? "Prove it" : ""}`;
  }
  render(
    <SessionProvider>
      <SignedIn>
        <Questions />
      </SignedIn>
    </SessionProvider>,
  );
  expect(await screen.findByText("Ends: idle")).toBeTruthy();
  apiFetch("/auth/sessions", { method: "DELETE" }).catch(() => {});
  expect(await screen.findByText("Ends: idle Prove it")).toBeTruthy();
});

test("a hook without its provider says what is missing", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const Lost = () => useSession().status;
  expect(() => render(<Lost />)).toThrow("SessionProvider");
  vi.restoreAllMocks();
});

test("the example of the README runs", async () => {
  const asked = serve({
    [whoAmI]: json(who()),
    "POST /api/orders/": json({ id: 7 }, 201),
    "POST /auth/logout": noContent,
  });
  const told = vi.fn();
  vi.stubGlobal("alert", told);
  render(<Example />);
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Order" }));
  expect(document.body.textContent).toBe("Hello, Demo");
  expect(asked.at(-1)).toMatchObject({
    method: "POST",
    path: "/api/orders/",
    body: { customer: "Me", items: 1 },
  });
  expect(told).toHaveBeenCalledWith("Ordered");
  serve({ "POST /auth/logout": [cut, noContent] });
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  await vi.waitFor(() => expect(told).toHaveBeenCalledWith(expect.any(NetworkError)));
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  expect((await screen.findByRole("link", { name: "Sign in" })).getAttribute("href")).toContain("/account/");
});

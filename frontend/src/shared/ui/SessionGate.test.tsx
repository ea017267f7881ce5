import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { apiFetch, useDraft, useWho, type Who } from "vestibule-kit";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type FakeEventSource, stubLive } from "../../../kit/test/browser.ts";
import { renderAt } from "../test/render.tsx";
import { cut, json, noContent, problem, serve, unauthenticated, who } from "../test/server.ts";
import { SessionGate } from "./SessionGate.tsx";

const whoAmI = "GET /auth/session";
const list = "GET /auth/sessions";
const login = "POST /auth/login";
let streams: FakeEventSource[] = [];

beforeEach(() => {
  streams = stubLive();
});

function Private() {
  const [note, setNote] = useDraft<string>("note");
  return (
    <main id="page" tabIndex={-1}>
      <p>Orders of {useWho().user.name}</p>
      <input aria-label="Note" value={note ?? ""} onChange={(event) => setNote(event.target.value)} />
    </main>
  );
}

function open() {
  return renderAt(
    "/",
    <SessionGate
      site="Orders"
      leaveTo="/"
      bar={<p>The bar</p>}
      waiting={<p>Waiting</p>}
      nobody={<p>Nobody</p>}
    >
      <Private />
    </SessionGate>,
  );
}

async function typed() {
  open();
  await userEvent.setup().type(await screen.findByLabelText("Note"), "half of it");
}

const tell = (reason = "ended_by_user") =>
  act(() => streams.at(-1)?.say("ended", JSON.stringify({ reason })));
async function end(reason?: string) {
  tell(reason);
  await screen.findByRole("heading", { name: "You were signed out" });
}
const note = () => screen.getByLabelText<HTMLInputElement>("Note").value;

/** Someone whose session has so much left of its idle timeout, or of its life, in milliseconds. */
function near(limit: "idle" | "absolute", left: number, id?: string): Who {
  const { user, session } = who(id);
  const from = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();
  const hours = 60 * 60_000;
  return {
    user,
    session: {
      ...session,
      created_at: from(left - 12 * hours),
      last_seen_at: from(left - hours / 2),
      idle_expires_at: from(left),
      absolute_expires_at: from(limit === "idle" ? 8 * hours : left),
    },
  };
}
const listed = ({ session }: Who) => json({ sessions: [{ ...session, current: true, remember: true }] });
const anew = (id = "u1") => json({ ...who(id), session: { ...who(id).session, sid: "s2" } });

describe("the gate", () => {
  test("lets someone who is signed in pass", async () => {
    serve({ [whoAmI]: json(who()) });
    open();
    expect(screen.getByText("Waiting")).toBeTruthy();
    expect(await screen.findByText("Orders of Demo")).toBeTruthy();
  });

  test("knows nobody from someone who was signed out", async () => {
    serve({ [whoAmI]: unauthenticated });
    open();
    expect(await screen.findByText("Nobody")).toBeTruthy();
  });

  test("signs nobody out where the server can't be reached", async () => {
    serve({ [whoAmI]: cut });
    open();
    expect(await screen.findByText("Your account could not be loaded")).toBeTruthy();
    expect(screen.queryByText("Nobody")).toBeNull();
  });
});

describe("when the session ends elsewhere", () => {
  test("nothing of it stays on the screen, and the reason is said", async () => {
    serve({ [whoAmI]: json(who()) });
    open();
    await screen.findByText("Orders of Demo");
    tell();
    expect(document.body.innerHTML).not.toMatch(/Demo|demo@example\.com/);
    await screen.findByRole("heading", { name: "You were signed out" });
    expect(screen.getByText(/You ended this session from another device/)).toBeTruthy();
    expect(screen.queryByText(/What you typed/)).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole("heading", { name: "You were signed out" }));
    expect(document.title).toBe("You were signed out");
  });

  test("one signs in again in place, and has what was typed", async () => {
    document.title = "All orders";
    const asked = serve({ [whoAmI]: json(who()), [login]: anew() });
    await typed();
    await end();
    expect(screen.getByText(/What you typed and had not saved is kept too/)).toBeTruthy();
    expect(document.body.innerHTML).not.toContain("half of it");
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Sign in again" }));
    const dialog = screen.getByRole("dialog", { name: "Sign in again" });
    expect(document.activeElement).toBe(within(dialog).getByLabelText("Email"));
    await user.keyboard("demo@example.com");
    await user.type(within(dialog).getByLabelText("Password"), "correct horse battery staple{Enter}");
    await screen.findByText("Orders of Demo");
    expect(note()).toBe("half of it");
    expect(document.activeElement).toBe(screen.getByRole("main"));
    expect(document.title).toBe("All orders");
    expect(asked.find(({ path }) => path === "/auth/login")?.body).toEqual({
      email: "demo@example.com",
      password: "correct horse battery staple",
      remember: false,
    });
  });

  test("a wrong password is said once, and empties and focuses the password", async () => {
    serve({ [whoAmI]: json(who()), [login]: problem(401, "invalid_credentials") });
    await typed();
    await end();
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Sign in again" }));
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    expect(screen.getByText("Enter your email address.")).toBeTruthy();
    await user.keyboard("demo@example.com{Enter}");
    expect(screen.getByText("Enter your password.")).toBeTruthy();
    await user.keyboard("certainly not{Enter}");
    expect((await screen.findByRole("alert")).textContent).toBe("Email or password is wrong.");
    const password = screen.getByLabelText<HTMLInputElement>("Password");
    expect([password.value, document.activeElement]).toEqual(["", password]);
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("what more than a password is needed for is done on the sign-in page", async () => {
    const assign = vi.spyOn(window.location, "assign").mockImplementation(() => {});
    serve({ [whoAmI]: json(who()), [login]: problem(401, "mfa_required") });
    await typed();
    await end();
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Sign in again" }));
    await user.keyboard("demo@example.com");
    await user.type(screen.getByLabelText("Password"), "correct{Enter}");
    await vi.waitFor(() => expect(assign).toHaveBeenCalledWith("/account/sign-in?return_to=%2Faccount%2F"));
    assign.mockRestore();
  });

  test("and someone else signs in in another tab, the page says so and keeps nothing", async () => {
    const reload = vi.spyOn(window.location, "reload").mockImplementation(() => {});
    serve({ [whoAmI]: [json(who()), anew("u2")] });
    await typed();
    const other = new BroadcastChannel("vestibule");
    other.postMessage({ news: "signed_in", sid: "s2" });
    expect(await screen.findByText(/Someone else has signed in in this browser since/)).toBeTruthy();
    expect(screen.queryByText(/What you typed and had not saved/)).toBeNull();
    await userEvent.setup().click(screen.getByRole("button", { name: "Load this page anew" }));
    expect(reload).toHaveBeenCalled();
    reload.mockRestore();
    other.close();
  });
});

describe("two minutes before a session ends that is not used", () => {
  const unused = () => near("idle", 118_000);

  test("the page warns over what one does, with the focus on staying", async () => {
    const soon = unused();
    serve({ [whoAmI]: json(soon), [list]: listed(soon) });
    open();
    const dialog = await screen.findByRole("alertdialog", { name: /^You will be signed out in 1:5\d$/ });
    expect(within(dialog).getByRole("timer").textContent).toMatch(/^1:5\d$/);
    expect(dialog.textContent).toContain("You haven’t used Orders for 28 minutes.");
    expect(dialog.textContent).toMatch(/In any case this session ends .+ at \d\d:\d\d\./);
    expect(document.activeElement?.textContent).toContain("Stay signed in");
    expect(document.title).toMatch(/^1:5\d left · /);
    expect(screen.getByText("Orders of Demo")).toBeTruthy();
  });

  test("the tab says so before the page's title, also one that comes later, and no longer than that", async () => {
    const soon = unused();
    serve({ [whoAmI]: json(soon), [list]: listed(soon) });
    document.title = "Orders";
    open();
    await screen.findByRole("alertdialog");
    expect(document.title).toMatch(/^1:5\d left · Orders$/);
    document.title = "All orders";
    await vi.waitFor(() => expect(document.title).toMatch(/^1:5\d left · All orders$/), 3_000);
    await userEvent.setup().keyboard("{Enter}");
    await vi.waitFor(() => expect(document.title).toBe("All orders"));
  });

  test.each(["Enter", "Escape"])("%s stays: a use that slides", async (key) => {
    const soon = unused();
    const asked = serve({ [whoAmI]: json(soon), [list]: listed(soon) });
    open();
    const dialog = await screen.findByRole("alertdialog");
    if (key === "Enter") await userEvent.setup().keyboard("{Enter}");
    else act(() => void dialog.dispatchEvent(new Event("cancel", { cancelable: true })));
    await vi.waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    const uses = asked.filter(({ headers }) => !headers.has("X-Vestibule-Activity"));
    expect(uses.map(({ path }) => path)).toEqual(["/auth/sessions"]);
  });

  test("staying that did not reach the server says so, and can be tried again", async () => {
    const soon = unused();
    serve({ [whoAmI]: json(soon), [list]: [listed(soon), cut, listed(soon)] });
    open();
    await screen.findByRole("alertdialog");
    const user = userEvent.setup();
    await user.keyboard("{Enter}");
    expect((await screen.findByRole("alert")).textContent).toContain("The server can’t be reached.");
    await user.click(screen.getByRole("button", { name: "Stay signed in" }));
    await vi.waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  });

  test("one can sign out", async () => {
    const assign = vi.spyOn(window.location, "assign").mockImplementation(() => {});
    const soon = unused();
    serve({ [whoAmI]: json(soon), [list]: listed(soon), "POST /auth/logout": noContent });
    open();
    await screen.findByRole("alertdialog");
    await userEvent.setup().click(screen.getByRole("button", { name: "Sign out now" }));
    await vi.waitFor(() => expect(assign).toHaveBeenCalledWith("/"));
    expect(screen.getByText("Nobody")).toBeTruthy();
    assign.mockRestore();
  });

  test("the clock is read out at 2:00, 1:00 and 0:30 only", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const soon = near("idle", 121_000);
    serve({ [whoAmI]: json(soon), [list]: listed(soon) });
    open();
    await screen.findByText("Orders of Demo");
    const said = new Set<string>();
    for (let second = 0; second < 119; second++) {
      await act(() => vi.advanceTimersByTimeAsync(1_000));
      const dialog = screen.queryByRole("alertdialog");
      if (dialog) said.add(within(dialog).getByRole("status").textContent ?? "");
    }
    expect([...said]).toEqual(["2 minutes left", "1 minute left", "30 seconds left"]);
  });

  test("a warning that comes later begins with what is left, and says nothing that is over", async () => {
    const soon = near("idle", 89_500);
    serve({ [whoAmI]: json(soon), [list]: listed(soon) });
    open();
    const dialog = await screen.findByRole("alertdialog");
    expect(dialog.querySelector("i")?.style.width).toBe("100%");
    expect(within(dialog).getByRole("status").textContent).toBe("");
  });
});

describe("two minutes before a session is as old as one gets", () => {
  const last = () => near("absolute", 118_000);

  test("the password is asked for in place, and the page goes on under the new session", async () => {
    const asked = serve({ [whoAmI]: json(last()), [list]: listed(last()), [login]: anew() });
    await typed();
    const dialog = await screen.findByRole("alertdialog", { name: /^You will be signed out in 1:5\d$/ });
    expect(dialog.textContent).toContain("This session has been open for nearly 12 hours");
    expect(within(dialog).queryByRole("button", { name: "Stay signed in" })).toBeNull();
    const user = userEvent.setup();
    await user.type(within(dialog).getByLabelText("Password"), "correct horse battery staple{Enter}");
    await vi.waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(note()).toBe("half of it");
    expect(asked.find(({ path }) => path === "/auth/login")?.body).toEqual({
      email: "demo@example.com",
      password: "correct horse battery staple",
      remember: true,
    });
  });

  test("a wrong password is said at its field", async () => {
    serve({
      [whoAmI]: json(last()),
      [list]: listed(last()),
      [login]: problem(401, "invalid_credentials"),
    });
    open();
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("Password"), "certainly not{Enter}");
    expect(await screen.findByText("This is not your password.")).toBeTruthy();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("a server that can't be reached takes away nothing that was typed", async () => {
    serve({ [whoAmI]: json(last()), [list]: listed(last()), [login]: cut });
    open();
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("Password"), "correct horse{Enter}");
    expect((await screen.findByRole("alert")).textContent).toContain("What you typed is still here.");
    expect(screen.getByLabelText<HTMLInputElement>("Password").value).toBe("correct horse");
  });

  test("one may go on without, and is not asked again", async () => {
    serve({ [whoAmI]: json(last()), [list]: listed(last()) });
    open();
    await screen.findByRole("alertdialog");
    await userEvent.setup().click(screen.getByRole("button", { name: "Not now" }));
    expect(screen.queryByRole("alertdialog")).toBeNull();
    expect(screen.getByText("Orders of Demo")).toBeTruthy();
  });
});

test("a proof is asked for in place", async () => {
  const demanded = problem(401, "step_up_required", { acr: "aal1", max_age: 600 });
  serve({
    [whoAmI]: json(who()),
    "DELETE /auth/sessions": [demanded, json({ ended: 2 })],
    "POST /auth/step-up": [problem(401, "invalid_credentials"), noContent],
  });
  open();
  await screen.findByText("Orders of Demo");
  const done = apiFetch("/auth/sessions", { method: "DELETE" });
  const dialog = await screen.findByRole("dialog", { name: "Confirm that it is you" });
  expect(dialog.textContent).toContain("more than 10 minutes ago");
  const user = userEvent.setup();
  await user.type(within(dialog).getByLabelText("Password"), "certainly not{Enter}");
  expect(await screen.findByText("This is not your password.")).toBeTruthy();
  await user.keyboard("correct horse battery staple{Enter}");
  expect(await done).toEqual({ ended: 2 });
  await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("a proof that no answer comes to stays in its field, which says whose it is", async () => {
  serve({
    [whoAmI]: json(who()),
    "DELETE /auth/sessions": problem(401, "step_up_required", { acr: "aal1" }),
    "POST /auth/step-up": cut,
  });
  open();
  await screen.findByText("Orders of Demo");
  void apiFetch("/auth/sessions", { method: "DELETE" }).catch(() => {});
  const dialog = await screen.findByRole("dialog", { name: "Confirm that it is you" });
  expect(dialog.querySelector<HTMLInputElement>("[autocomplete=username]")?.value).toBe("demo@example.com");
  const password = within(dialog).getByLabelText<HTMLInputElement>("Password");
  await userEvent.setup().type(password, "correct horse{Enter}");
  expect((await within(dialog).findByRole("alert")).textContent).toContain("What you typed is still here.");
  expect(password.value).toBe("correct horse");
});

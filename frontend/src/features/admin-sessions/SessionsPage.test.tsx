import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { renderAt, renderWithin } from "../../shared/test/render.tsx";
import { admin, json, problem, serve } from "../../shared/test/server.ts";
import { end, type Session } from "./api.ts";
import { EndDialog } from "./EndDialog.tsx";
import { SessionsPage } from "./SessionsPage.tsx";

const from = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const robin = { id: "u-robin", email: "robin@example.com", name: "Robin" };
const maria = { id: "u-maria", email: "maria@example.com", name: "Maria" };

function session(sid: string, over: Partial<Session> = {}): Session {
  return {
    sid,
    kind: "browser",
    user: robin,
    device: { browser: "Firefox", os: "Windows", type: "desktop" },
    ip: "203.0.113.7",
    client_id: "",
    client_name: "",
    remember: false,
    created_at: from(-60),
    last_seen_at: from(-3),
    idle_expires_at: from(27),
    absolute_expires_at: from(660),
    current: false,
    ...over,
  };
}

const own = session("s0", { user: { id: "a1", email: "admin@example.com", name: "Admin" }, current: true });
const phone = session("s1", { device: { browser: "Safari", os: "iOS", type: "phone" } });
const cli = session("s2", {
  user: maria,
  kind: "client",
  client_id: "vestibule-cli",
  device: { browser: "Go-http-client", os: "Linux", type: "client" },
});
const list = (sessions: Session[], total = sessions.length) => json({ sessions, next: "", total });
const ends = "POST /admin/sessions/end";

function open(answers: Parameters<typeof serve>[0], address = "/admin/sessions") {
  const asked = serve({ "GET /auth/session": json(admin()), ...answers });
  renderWithin("/admin/sessions", address, <SessionsPage />);
  return { asked, events: userEvent.setup() };
}

const row = async (name: string) => (await screen.findByText(name)).closest("tr") as HTMLElement;
const bodies = (asked: ReturnType<typeof serve>) =>
  asked.filter(({ path }) => path === "/admin/sessions/end").map(({ body }) => body);

test("each row says on what it is, whose, and until when; one's own can't be ended by mistake", async () => {
  open({ "GET /admin/sessions": list([own, phone, cli]) });
  expect((await row("Safari on iPhone")).textContent).toMatch(/203\.0\.113\.7Robinrobin@example\.com/);
  expect((await row("Vestibule CLI on Linux")).textContent).toContain("Client");
  const mine = await row("Firefox on Windows");
  expect(mine.textContent).toContain("This session");
  expect(within(mine).queryByRole("button")).toBeNull();
  expect(within(mine).queryByRole("checkbox")).toBeNull();
  expect(screen.getByText("3 sessions are open")).toBeTruthy();
});

test("one is ended after a question that says whose it is, and its row stays and says so", async () => {
  const { asked, events } = open({ "GET /admin/sessions": list([phone, cli]), [ends]: json({ ended: 1 }) });
  await events.click(await screen.findByRole("button", { name: "End Safari on iPhone, of Robin" }));
  const question = screen.getByRole("alertdialog", { name: "End this session of Robin?" });
  expect(question.textContent).toContain("Safari on iPhone, from 203.0.113.7.");
  await events.click(within(question).getByRole("button", { name: /^End 1 session/ }));
  await waitFor(async () =>
    expect((await row("Safari on iPhone")).textContent).toContain("Ended just now, by you."),
  );
  expect(bodies(asked)).toEqual([{ sids: ["s1"] }]);
  expect(within(await row("Safari on iPhone")).queryByRole("button")).toBeNull();
  expect(screen.getByText("1 session is open")).toBeTruthy();
  expect(document.activeElement?.textContent).toBe("Ended just now, by you.");
});

test("a question that was answered stays until what follows has come: nothing takes that back", async () => {
  let come: (answer: Response | Promise<Response>) => void = () => {};
  const answer = new Promise<Response>((resolve) => {
    come = resolve;
  });
  const { events } = open({ "GET /admin/sessions": list([phone, cli]), [ends]: () => answer });
  await events.click(await screen.findByRole("button", { name: "End Safari on iPhone, of Robin" }));
  const question = screen.getByRole("alertdialog");
  await events.click(within(question).getByRole("button", { name: /^End 1 session/ }));
  expect(fireEvent(question, new Event("cancel", { cancelable: true })), "Escape is for us").toBe(false);
  await events.click(within(question).getByRole("button", { name: /^Keep/ }));
  expect(screen.getByRole("alertdialog")).toBe(question);
  come(json({ ended: 1 })());
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  expect((await row("Safari on iPhone")).textContent).toContain("Ended just now, by you.");
});

test("several are chosen, counted, and ended together", async () => {
  const { asked, events } = open({
    "GET /admin/sessions": list([own, phone, cli]),
    [ends]: json({ ended: 2 }),
  });
  await events.click(await screen.findByRole("checkbox", { name: "Choose Safari on iPhone, of Robin" }));
  await events.click(screen.getByRole("checkbox", { name: "Choose Vestibule CLI on Linux, of Maria" }));
  expect(screen.getByText("2 chosen")).toBeTruthy();
  await events.click(screen.getByRole("button", { name: "End 2 sessions" }));
  const question = screen.getByRole("alertdialog", { name: "End 2 sessions?" });
  expect(question.textContent).toContain("They are of 2 people.");
  await events.click(within(question).getByRole("button", { name: /^End 2 sessions/ }));
  expect(await screen.findByText("2 ended just now.")).toBeTruthy();
  expect(bodies(asked)).toEqual([{ sids: ["s1", "s2"] }]);
});

test("all that are loaded can be chosen at once, one's own left out", async () => {
  const { events } = open({ "GET /admin/sessions": list([own, phone, cli]) });
  await events.click(await screen.findByRole("button", { name: "Choose the 2 loaded" }));
  expect(screen.getByText("2 chosen")).toBeTruthy();
  await events.click(screen.getByRole("button", { name: "Choose none" }));
  expect(screen.queryByText("2 chosen")).toBeNull();
});

test("all that match are ended by the filter, with the number that was shown", async () => {
  const { asked, events } = open(
    { "GET /admin/sessions": list([phone], 1_204), [ends]: json({ ended: 1_204 }) },
    "/admin/sessions?q=rob&idle_for=1d",
  );
  await events.click(await screen.findByRole("button", { name: "End all 1,204 that match" }));
  const question = screen.getByRole("alertdialog", { name: "End all 1,204 sessions that match?" });
  expect(question.textContent).toContain("Yours goes on, even if it is among them.");
  await events.click(within(question).getByRole("button", { name: /^End 1,204 sessions/ }));
  expect(await screen.findByText("1,204 ended just now.")).toBeTruthy();
  expect(bodies(asked)).toEqual([{ filter: { q: "rob", idle_for: "1d" }, expected: 1204 }]);
});

test("one's own is not ended with the others: it is not counted among them, and that is said", async () => {
  const { asked, events } = open(
    { "GET /admin/sessions": list([own, phone, cli]), [ends]: json({ ended: 2 }) },
    "/admin/sessions?ip=203.0.113.7",
  );
  await events.click(await screen.findByRole("button", { name: "End all 2 that match but yours" }));
  const question = screen.getByRole("alertdialog", { name: "End all 2 sessions that match but yours?" });
  expect(question.textContent).toContain("Yours goes on.");
  await events.click(within(question).getByRole("button", { name: /^End 2 sessions/ }));
  expect(await screen.findByText("2 ended just now.")).toBeTruthy();
  expect(bodies(asked)).toEqual([{ filter: { ip: "203.0.113.7" }, expected: 2 }]);
});

test("more than one request may name are ended in several", async () => {
  const sessions = Array.from({ length: 450 }, (_, i) => session(`n${i}`));
  const asked = serve({ [ends]: [json({ ended: 200 }), json({ ended: 199 }), json({ ended: 50 })] });
  expect(await end({ kind: "named", sessions })).toBe(449);
  expect(bodies(asked).map((body) => (body as { sids: string[] }).sids.length)).toEqual([200, 200, 50]);
});

test("where a later request fails, what was ended is marked and told, and the rest is asked for again", async () => {
  const asked = serve({
    "GET /auth/session": json(admin()),
    [ends]: [json({ ended: 199 }), problem(500, "internal"), json({ ended: 1 })],
  });
  const sessions = Array.from({ length: 201 }, (_, i) => session(`n${i}`));
  const onEnded = vi.fn();
  const close = vi.fn();
  renderAt("/", <EndDialog target={{ kind: "named", sessions }} close={close} onEnded={onEnded} />);
  const events = userEvent.setup();
  await events.click(screen.getByRole("button", { name: /^End 201 sessions/ }));
  expect((await screen.findByRole("alert")).textContent).toBe(
    "199 were ended, the others are open still.Something went wrong on the server. It has been noted.",
  );
  expect(onEnded.mock.calls).toEqual([[{ kind: "named", sessions: sessions.slice(0, 200) }, 199]]);
  expect(close).not.toHaveBeenCalled();
  await events.click(screen.getByRole("button", { name: /^End 1 session/ }));
  await waitFor(() => expect(close).toHaveBeenCalled());
  expect((bodies(asked).at(-1) as { sids: string[] }).sids).toEqual(["n200"]);
});

test("while others are looked for, all of them can't be ended by the number of those before", async () => {
  const { events } = open({
    "GET /admin/sessions": [list([own, phone, cli]), () => new Promise(() => {})],
  });
  const all = await screen.findByRole<HTMLButtonElement>("button", { name: "End all 2 sessions but yours" });
  expect(all.disabled).toBe(false);
  await events.selectOptions(screen.getByRole("combobox", { name: "Kind" }), "client");
  const matching = await screen.findByRole<HTMLButtonElement>("button", {
    name: "End all 2 that match but yours",
  });
  expect(matching.disabled).toBe(true);
});

test("where it has become another number, none is ended, and it asks again with that one", async () => {
  const { asked, events } = open({
    "GET /admin/sessions": list([phone], 1_001),
    [ends]: [problem(409, "changed_meanwhile", { now: 1_310 }), json({ ended: 1_310 })],
  });
  await events.click(await screen.findByRole("button", { name: "End all 1,000 sessions but yours" }));
  const question = screen.getByRole("alertdialog");
  await events.click(within(question).getByRole("button", { name: /^End 1,000 sessions/ }));
  expect((await within(question).findByRole("alert")).textContent).toContain(
    "Now it would be 1,310 sessions.",
  );
  await events.click(within(question).getByRole("button", { name: /^End 1,310 sessions/ }));
  expect(await screen.findByText("1,310 ended just now.")).toBeTruthy();
  expect(bodies(asked)).toEqual([
    { all: true, expected: 1000 },
    { all: true, expected: 1310 },
  ]);
});

test("an address that is none is said at its field", async () => {
  open(
    {
      "GET /admin/sessions": problem(422, "validation_failed", {
        fields: [{ field: "ip", rule: "address", message: "No." }],
      }),
    },
    "/admin/sessions?ip=nowhere",
  );
  expect(
    await screen.findByText("This is neither an address nor a network such as 192.0.2.0/24."),
  ).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
});

test("the sessions of one user are asked for by a link, and said so", async () => {
  const { asked, events } = open({ "GET /admin/sessions": list([phone]) }, "/admin/sessions?user=u-robin");
  await events.click(
    await screen.findByRole("button", { name: "Without the filter “Of robin@example.com”" }),
  );
  await waitFor(() => expect(asked.at(-1)?.query).toBe("limit=200"));
  expect(screen.getByRole("searchbox", { name: "Address or name of the user" })).toBeTruthy();
});

test("where none of that user is open, the filter says whose by the two ends of the id", async () => {
  open({ "GET /admin/sessions": list([]) }, "/admin/sessions?user=018f2c4a-0000-7000-8000-0000000041fe");
  expect(await screen.findByRole("button", { name: /^Without the filter “Of 018f\W+41fe”$/ })).toBeTruthy();
});

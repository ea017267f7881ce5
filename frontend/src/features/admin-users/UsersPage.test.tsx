import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { renderWithin } from "../../shared/test/render.tsx";
import { admin, cut, json, problem, serve } from "../../shared/test/server.ts";
import type { User } from "./api.ts";
import { UsersPage } from "./UsersPage.tsx";

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

function user(id: string, over: Partial<User> = {}): User {
  return {
    id,
    email: `${id}@example.com`,
    name: `Name of ${id}`,
    role: "user",
    disabled_at: null,
    created_at: ago(90 * 24 * 60),
    last_seen_at: ago(3),
    sessions: 2,
    ...over,
  };
}

const robin = user("robin");
const maria = user("maria", { role: "admin", sessions: 0, last_seen_at: null });
const list = (users: User[], next = "", total = users.length) => json({ users, next, total });

function open(answers: Parameters<typeof serve>[0], address = "/admin/users") {
  const asked = serve({ "GET /auth/session": json(admin()), ...answers });
  renderWithin("/admin/users", address, <UsersPage />);
  return { asked, events: userEvent.setup() };
}

const lists = (asked: ReturnType<typeof serve>) => asked.filter(({ path }) => path === "/admin/users");
const row = async (name: string) => (await screen.findByText(name)).closest("tr") as HTMLElement;

/** The stand-in for a browser has no boxes, so the library takes the button for one that is out of sight. */
const menuItem = (name: string) => screen.findByRole<HTMLButtonElement>("menuitem", { name, hidden: true });

async function choose(events: ReturnType<typeof userEvent.setup>, name: string, act: string) {
  await events.click(within(await row(name)).getByRole("button", { name: `What can be done to ${name}` }));
  await events.click(await menuItem(act));
  return screen.findByRole("alertdialog");
}

test("each row says who it is, what they may, and when they were seen, and of how many it is one", async () => {
  open({ "GET /admin/users": [list([robin, maria], "c2", 4_321), list([], "", 4_321)] });
  expect(await screen.findByText("4,321 users")).toBeTruthy();
  const table = screen.getByRole("table", { name: "Users" });
  expect(table.getAttribute("aria-rowcount")).toBe("4322");
  expect((await row("Name of robin")).getAttribute("aria-rowindex")).toBe("2");
  expect((await row("Name of robin")).textContent).toContain("3 minutes ago");
  expect((await row("Name of maria")).textContent).toContain("Administrator");
  expect((await row("Name of maria")).textContent).toContain("Never");
});

test("what is searched for is asked for when one pauses, and stands in the address", async () => {
  const { asked, events } = open({ "GET /admin/users": [list([robin, maria]), list([robin])] });
  await row("Name of maria");
  await events.type(screen.getByRole("searchbox", { name: "Address or name" }), "rob");
  await waitFor(() => expect(screen.queryByText("Name of maria")).toBeNull());
  expect(lists(asked).map(({ query }) => query)).toEqual(["limit=200", "q=rob&limit=200"]);
  expect(screen.getByText("1 user matches")).toBeTruthy();
});

test("filters of the address are asked for and shown; without them there is all", async () => {
  const { asked, events } = open(
    { "GET /admin/users": list([]) },
    "/admin/users?q=x&role=admin&disabled=true",
  );
  expect(await screen.findByRole("heading", { name: "Nothing matches these filters" })).toBeTruthy();
  expect(lists(asked)[0]?.query).toBe("q=x&role=admin&disabled=true&limit=200");
  expect(screen.getByRole<HTMLSelectElement>("combobox", { name: "Role" }).value).toBe("admin");
  await events.click(screen.getByRole("button", { name: "Take the filters away" }));
  expect(await screen.findByRole("heading", { name: "Nobody has an account yet" })).toBeTruthy();
  expect(screen.getByRole<HTMLInputElement>("searchbox").value).toBe("");
  expect(lists(asked)[1]?.query).toBe("limit=200");
});

test("the next page is asked for with the cursor of the one before", async () => {
  const { asked } = open({ "GET /admin/users": [list([robin], "c/2", 2), list([maria], "", 2)] });
  await row("Name of maria");
  expect(lists(asked).map(({ query }) => query)).toEqual(["limit=200", "limit=200&after=c%2F2"]);
});

test("a next page that can't be had says so, and comes on another try", async () => {
  const { events } = open({
    "GET /admin/users": [list([robin], "c2", 2), problem(500, "internal"), list([maria], "", 2)],
  });
  expect((await screen.findByRole("alert")).textContent).toContain("What comes next could not be loaded.");
  await events.click(screen.getByRole("button", { name: "Try again" }));
  expect(await row("Name of maria")).toBeTruthy();
});

test("a list that can't be had says why", async () => {
  open({ "GET /admin/users": cut });
  expect(await screen.findByRole("heading", { name: "The users could not be loaded" })).toBeTruthy();
});

test("disabling asks first, says how many sessions end by it as it is now, and what it did", async () => {
  const gone = { ...robin, disabled_at: ago(0), sessions: 0 };
  const { asked, events } = open({
    "GET /admin/users": list([robin, maria]),
    "GET /admin/users/robin": json({ user: { ...robin, sessions: 3 } }),
    "PATCH /admin/users/robin": json({ user: gone }),
  });
  const question = await choose(events, "Name of robin", "Disable");
  expect(within(question).getByRole("heading").textContent).toBe("Disable Name of robin?");
  await within(question).findByText(/^Their 3 open sessions end at once\. They can’t sign in until/);
  await events.click(within(question).getByRole("button", { name: /^Disable, and end 3 sessions/ }));
  const after = await row("Name of robin");
  await waitFor(() => expect(after.textContent).toContain("Disabled just now. 3 sessions ended with it."));
  expect(screen.queryByRole("alertdialog")).toBeNull();
  expect(asked.find(({ method }) => method === "PATCH")?.body).toEqual({ disabled: true });
});

test("what was done here is forgotten with other filters: what is found then is newer", async () => {
  const gone = { ...robin, disabled_at: ago(0), sessions: 0 };
  const { events } = open({
    "GET /admin/users": [list([robin]), list([{ ...robin, sessions: 7 }])],
    "GET /admin/users/robin": json({ user: robin }),
    "PATCH /admin/users/robin": json({ user: gone }),
  });
  const question = await choose(events, "Name of robin", "Disable");
  await events.click(within(question).getByRole("button", { name: /^Disable/ }));
  await screen.findByText(/^Disabled just now/);
  await events.selectOptions(screen.getByRole("combobox", { name: "State" }), "false");
  expect(await screen.findByText("7")).toBeTruthy();
  expect((await row("Name of robin")).textContent).not.toContain("isabled");
});

test("the last administrator stays one, and that is said in the question", async () => {
  const { asked, events } = open({
    "GET /admin/users": list([maria]),
    "GET /admin/users/maria": json({ user: maria }),
    "PATCH /admin/users/maria": problem(409, "last_admin"),
  });
  const question = await choose(events, "Name of maria", "Make member");
  await events.click(within(question).getByRole("button", { name: /^Make member/ }));
  expect((await within(question).findByRole("alert")).textContent).toContain(
    "This is the last administrator",
  );
  const again = within(question).getByRole<HTMLButtonElement>("button", { name: /^Make member/ });
  expect(again.disabled).toBe(true);
  expect(document.activeElement).toBe(within(question).getByRole("button", { name: "Cancel" }));
  expect(asked.find(({ method }) => method === "PATCH")?.body).toEqual({ role: "user" });
  expect((await row("Name of maria")).textContent).toContain("Administrator");
});

test("all sessions of someone are ended, after a question with their number", async () => {
  const { asked, events } = open({
    "GET /admin/users": list([robin]),
    "GET /admin/users/robin": json({ user: robin }),
    "DELETE /admin/users/robin/sessions": json({ ended: 2 }),
  });
  const question = await choose(events, "Name of robin", "End all sessions");
  expect(within(question).getByRole("heading").textContent).toBe("End all 2 sessions of Name of robin?");
  await events.click(within(question).getByRole("button", { name: "End 2 sessions" }));
  await waitFor(() => expect(screen.getByText("2 sessions ended just now.")).toBeTruthy());
  expect(asked.some(({ method, path }) => `${method} ${path}` === "DELETE /admin/users/robin/sessions")).toBe(
    true,
  );
});

test("someone without a session has none to end", async () => {
  const { events } = open({ "GET /admin/users": list([maria]) });
  await events.click(within(await row("Name of maria")).getByRole("button"));
  const end = await menuItem("End all sessions");
  expect(end.disabled).toBe(true);
});

test("arrows lead from row to row, within a column", async () => {
  const { events } = open({ "GET /admin/users": list([robin, maria]) });
  within(await row("Name of robin"))
    .getByRole("link")
    .focus();
  await events.keyboard("{ArrowDown}");
  expect(document.activeElement?.textContent).toBe("Name of maria");
  await events.keyboard("{ArrowUp}");
  expect(document.activeElement?.textContent).toBe("Name of robin");
});

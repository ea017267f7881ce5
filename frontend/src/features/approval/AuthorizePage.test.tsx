import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { signedInAs } from "vestibule-kit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { renderAt } from "../../shared/test/render.tsx";
import { cut, json, problem, serve, unauthenticated, who } from "../../shared/test/server.ts";
import { SessionGate } from "../../shared/ui/SessionGate.tsx";
import { AuthorizePage } from "./AuthorizePage.tsx";
import type { AskedHere } from "./api.ts";

const request = {
  response_type: "code",
  client_id: "vestibule-cli",
  redirect_uri: "http://127.0.0.1:18700/callback",
  code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  code_challenge_method: "S256",
  state: "a b\\c",
};
const address = `/account/authorize?${new URLSearchParams(request)}`;
const back = "http://127.0.0.1:18700/callback?code=secret";

const asked: AskedHere = {
  client: { id: "vestibule-cli", name: "Vestibule CLI", confidential: false },
  downstreams: ["orders", "insights"],
  redirect_to_host: "this computer",
  ip: "203.0.113.24",
  device: { browser: "Chrome", os: "macOS", type: "desktop" },
  session: { idle_days: 14, absolute_days: 90 },
};

const assign = vi.spyOn(window.location, "assign").mockImplementation(() => {});

beforeEach(() => {
  assign.mockClear();
  window.history.replaceState(null, "", address);
});
afterEach(() => window.history.replaceState(null, "", "/account/"));

type Answers = Parameters<typeof serve>[0][string];

function open(answers: Answers, session: Answers = json(who()), at = address) {
  const sent = serve({ "GET /auth/session": session, "POST /oauth/authorize": answers });
  renderAt(
    at,
    <SessionGate site="Vestibule" leaveTo="/" bar={null} waiting={null} nobody={<p>Nobody</p>}>
      <AuthorizePage />
    </SessionGate>,
  );
  return sent;
}

const password = () => screen.getByLabelText<HTMLInputElement>("Password");
const fact = (name: string) => screen.getByText(name, { selector: "dt" }).nextElementSibling?.textContent;
/** What can be pressed, but for the languages. */
const buttons = () => screen.queryAllByRole("button").filter((button) => !button.closest("fieldset"));
const title = () => screen.getByRole("heading", { level: 1 }).textContent;

async function approve(given = "correct horse battery staple") {
  const user = userEvent.setup();
  await screen.findByText("Approve Vestibule CLI?");
  if (given) await user.type(password(), given);
  await user.click(screen.getByRole("button", { name: "Approve" }));
  return user;
}

describe("what is asked", () => {
  test("is told in full, and looked up without a decision", async () => {
    const sent = open(json(asked));
    await screen.findByText("Approve Vestibule CLI?");
    expect(fact("Client")).toBe("vestibule-cliAny program can use this name.");
    expect(fact("May use")).toContain("ordersinsights");
    expect(fact("Until")).toMatch(/\d90 days at most, 14 days without use\. You can end it/);
    expect(fact("Asked from")).toBe("Chrome on macOSThis browser, at 203.0.113.24");
    expect(fact("Sent back to")).toBe("An app on this computer");
    expect(screen.getByText(/^Signed in as/).textContent).toBe("Signed in as Demo");
    expect(screen.getByText("demo@example.com")).toBeTruthy();
    expect(screen.getByText(/Approve only if you have just started this yourself/)).toBeTruthy();
    expect(sent.filter(({ path }) => path === "/oauth/authorize").map(({ body }) => body)).toEqual([request]);
  });

  test("of a client with a secret, for another site, says so", async () => {
    open(
      json({
        ...asked,
        client: { ...asked.client, confidential: true },
        downstreams: [],
        redirect_to_host: "app.example.com",
      }),
    );
    await screen.findByText("Approve Vestibule CLI?");
    expect(fact("Client")).toContain("It has a secret to prove its name.");
    expect(fact("May use")).toContain("Nothing that is set up here");
    expect(fact("Sent back to")).toBe("app.example.com");
  });

  test("has its shape before it is known", async () => {
    open(() => new Promise(() => {}));
    expect(await screen.findByText("Loading")).toBeTruthy();
    expect(title()).toBe("Approve a client");
    expect(buttons()).toEqual([]);
  });

  test("that can't be had says so, and comes on another try", async () => {
    open([problem(500, "internal"), json(asked)]);
    const user = userEvent.setup();
    await screen.findByText("What it asks for could not be loaded");
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Approve Vestibule CLI?")).toBeTruthy();
  });

  test("can be answered as someone else, who comes back with all of it", async () => {
    open(json(asked));
    const link = await screen.findByRole("link", { name: "Sign in as someone else" });
    const returnTo = new URL(link.getAttribute("href") ?? "", "http://localhost").searchParams.get(
      "return_to",
    );
    const led = new URL(returnTo ?? "", "http://localhost");
    expect(led.pathname).toBe("/account/authorize");
    expect(Object.fromEntries(led.searchParams)).toEqual(request);
  });
});

describe("approving", () => {
  test("sends the password with the very request, and goes on to the client", async () => {
    const sent = open([json(asked), json({ redirect_to: back })]);
    await approve();
    await waitFor(() => expect(assign).toHaveBeenCalledWith(back));
    expect(sent.at(-1)?.body).toEqual({
      ...request,
      approve: true,
      password: "correct horse battery staple",
    });
    expect(title()).toBe("You approved Vestibule CLI");
    expect(document.activeElement).toBe(screen.getByRole("heading", { level: 1 }));
    expect(screen.getByText("Sent back to an app on this computer; you can close this window.")).toBeTruthy();
  });

  test("without a password sends nothing, and asks for it", async () => {
    const sent = open(json(asked));
    await approve("");
    expect(screen.getByText("Enter your password.")).toBeTruthy();
    expect(document.activeElement).toBe(password());
    expect(sent.filter(({ path }) => path === "/oauth/authorize")).toHaveLength(1);
  });

  test("with a wrong password stays, says so at the field, and empties and focuses it", async () => {
    open([json(asked), problem(401, "invalid_credentials")]);
    await approve("not the password");
    const said = await screen.findByText("This is not your password.");
    expect(password().getAttribute("aria-describedby")).toContain(said.id);
    expect(password().value).toBe("");
    expect(document.activeElement).toBe(password());
    expect(assign).not.toHaveBeenCalled();
  });

  test("too often says when to try again", async () => {
    open([json(asked), problem(429, "rate_limited", {}, { "Retry-After": "30" })]);
    await approve();
    expect((await screen.findByRole("alert")).textContent).toContain("Try again in 30 seconds.");
  });

  test("without a server keeps what was typed", async () => {
    open([json(asked), cut]);
    await approve();
    expect((await screen.findByRole("alert")).textContent).toContain("The server can’t be reached.");
    expect(password().value).toBe("correct horse battery staple");
  });

  test("never goes on to an address that would run something", async () => {
    open([json(asked), json({ redirect_to: "javascript:alert(1)" })]);
    await approve();
    expect((await screen.findByRole("alert")).textContent).toContain("Something went wrong on this page.");
    expect(assign).not.toHaveBeenCalled();
  });

  test("is sent once, however often one presses", async () => {
    const sent = open([json(asked), () => new Promise(() => {})]);
    const user = await approve();
    await user.click(screen.getByRole("button", { name: "Approving…" }));
    await user.click(screen.getByRole("button", { name: "Deny" }));
    expect(sent.filter(({ path }) => path === "/oauth/authorize")).toHaveLength(2);
  });
});

test("denying needs no password, and goes back with nothing", async () => {
  const sent = open([json(asked), json({ redirect_to: `${back}&error=access_denied` })]);
  await userEvent.setup().click(await screen.findByRole("button", { name: "Deny" }));
  await waitFor(() => expect(assign).toHaveBeenCalledWith(`${back}&error=access_denied`));
  expect(sent.at(-1)?.body).toEqual({ ...request, approve: false });
  expect(title()).toBe("You denied Vestibule CLI");
  expect(screen.getByText(/It gets nothing\./)).toBeTruthy();
});

test("a session that ends in the middle is said, and signing in again in place goes on with all of it", async () => {
  const approvals = [unauthenticated, json({ redirect_to: back })];
  const sent = open(() => {
    const last = sent.at(-1);
    const decides = last !== undefined && "approve" in (last.body as object);
    return (decides ? approvals.shift() : json(asked))?.() ?? problem(500, "internal")();
  }, [json(who()), unauthenticated]);
  await approve();
  expect(await screen.findByText("You were signed out")).toBeTruthy();
  await act(async () => signedInAs(who()));
  await waitFor(() => expect(assign).toHaveBeenCalledWith(back));
  const approved = sent.filter(({ body }) => body && "approve" in (body as object));
  expect(approved.map(({ body }) => body)).toEqual([approved[0]?.body, approved[0]?.body]);
  expect(approved[0]?.body).toMatchObject(request);
});

describe("where nobody can be sent back", () => {
  test.each([
    ["unknown_client", "This client is not known here"],
    ["unknown_redirect_uri", "The way back is not known here"],
    ["invalid_request", "This can’t be approved"],
    ["something_new", "This can’t be approved"],
  ])("%s is explained, and there is no way on", async (code, heading) => {
    const sent = open(json(asked), json(who()), `/account/authorize?problem=${code}&client_id=evil`);
    expect((await screen.findByRole("heading", { level: 1 })).textContent).toBe(heading);
    expect(buttons()).toEqual([]);
    expect(screen.queryByRole("link")).toBeNull();
    expect(document.body.textContent).not.toContain("evil");
    expect(sent.some(({ path }) => path === "/oauth/authorize")).toBe(false);
  });

  test("the server's own refusal is explained alike", async () => {
    open(problem(400, "unknown_client"));
    expect(await screen.findByText("This client is not known here")).toBeTruthy();
  });

  test("what is wrong with a request is said as the server says it", async () => {
    open(problem(400, "invalid_request", { detail: "code_challenge_method must be S256." }));
    expect(await screen.findByText("code_challenge_method must be S256.")).toBeTruthy();
  });
});

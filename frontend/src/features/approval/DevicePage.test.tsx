import { act, fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { SignedIn } from "vestibule-kit";
import { describe, expect, test } from "vitest";
import { minute } from "../../shared/format/units.ts";
import { renderAt } from "../../shared/test/render.tsx";
import { cut, json, noContent, problem, serve, who } from "../../shared/test/server.ts";
import type { AskedByDevice } from "./api.ts";
import { DevicePage } from "./DevicePage.tsx";

const from = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

const asked: AskedByDevice = {
  client: { id: "vestibule-cli", name: "Vestibule CLI", confidential: false },
  downstreams: ["orders", "insights"],
  ip: "198.51.100.7",
  device: { browser: "Go-http-client", os: "Linux", type: "client" },
  asked_at: from(-2 * minute),
  expires_at: from(8 * minute),
  session: { idle_days: 14, absolute_days: 90 },
};

const Open = () => (
  <SignedIn>
    <DevicePage />
  </SignedIn>
);

async function open(answers: Parameters<typeof serve>[0][string], at = "/device") {
  const sent = serve({ "GET /auth/session": json(who()), "POST /oauth/device": answers });
  renderAt(at, <Open />);
  await screen.findByLabelText("Code");
  return sent.filter.bind(sent, ({ path }: { path: string }) => path === "/oauth/device");
}

const input = () => screen.getByLabelText<HTMLInputElement>("Code");
const title = () => screen.getByRole("heading", { level: 1 }).textContent;
const fact = (name: string) => screen.getByText(name, { selector: "dt" }).nextElementSibling?.textContent;

async function enter(code = "wdjb mjht") {
  const user = userEvent.setup();
  if (code) await user.type(input(), code);
  await user.click(screen.getByRole("button", { name: "Continue" }));
  return user;
}

async function approve() {
  const user = userEvent.setup();
  await screen.findByText("Approve Vestibule CLI?");
  await user.type(screen.getByLabelText("Password"), "correct horse battery staple");
  await user.click(screen.getByRole("button", { name: "Approve" }));
}

describe("the code", () => {
  test("is written as devices show it, while one types", async () => {
    await open(json(asked));
    const user = userEvent.setup();
    await user.type(input(), "wdjb");
    expect(input().value).toBe("WDJB");
    await user.type(input(), "m");
    expect(input().value).toBe("WDJB-M");
    await user.type(input(), "{Backspace}");
    expect(input().value).toBe("WDJB");
    await user.clear(input());
    await user.paste(" wdjb mjht ");
    expect(input().value).toBe("WDJB-MJHT");
  });

  test("can be mended in its middle, and the caret stays there", async () => {
    await open(json(asked));
    const user = userEvent.setup();
    await user.type(input(), "wdjbmjht");
    input().setSelectionRange(2, 2);
    await user.keyboard("{Backspace}");
    expect([input().value, input().selectionStart]).toEqual(["WJBM-JHT", 1]);
    await user.keyboard("d");
    expect([input().value, input().selectionStart]).toEqual(["WDJB-MJHT", 2]);
  });

  test("has no letter that looks like another: which one that is, is said", async () => {
    await open(json(asked));
    const user = userEvent.setup();
    await user.type(input(), "wd0");
    expect(screen.getByText(/“0” can’t be in a code/)).toBeTruthy();
    await user.type(input(), "j");
    expect(input().value).toBe("WDJ");
    expect(screen.queryByText(/can’t be in a code/)).toBeNull();
  });

  test("that came with the address is compared by a person before anything is looked up", async () => {
    const sent = await open(json(asked), "/device?user_code=wdjb-mjht");
    expect(input().value).toBe("WDJB-MJHT");
    expect(screen.getByText(/Compare this code with the one on your device/)).toBeTruthy();
    expect(sent()).toEqual([]);
    await enter("");
    expect(await screen.findByText("Approve Vestibule CLI?")).toBeTruthy();
    expect(sent().map(({ body }) => body)).toEqual([{ user_code: "WDJB-MJHT" }]);
  });

  test("that is too short is not sent", async () => {
    const sent = await open(json(asked));
    await enter("wdjb");
    expect(screen.getByText("Enter all eight letters that your device shows.")).toBeTruthy();
    expect(document.activeElement).toBe(input());
    expect(sent()).toEqual([]);
  });

  test("that nobody knows stays, and what to do is said", async () => {
    await open(problem(404, "unknown_code"));
    await enter();
    const said = await screen.findByText(/This code is not known: it is mistyped, used, or too old/);
    expect(input().getAttribute("aria-describedby")).toBe(said.id);
    expect(input().value).toBe("WDJB-MJHT");
    expect(document.activeElement).toBe(input());
  });

  test("tried too often says when to try again", async () => {
    await open(problem(429, "rate_limited", {}, { "Retry-After": "30" }));
    await enter();
    expect((await screen.findByRole("alert")).textContent).toContain("Try again in 30 seconds.");
  });

  test("stays where the server can't be reached", async () => {
    await open(cut);
    await enter();
    expect((await screen.findByRole("alert")).textContent).toContain("The server can’t be reached.");
    expect(input().value).toBe("WDJB-MJHT");
  });
});

describe("the device", () => {
  test("is told: what asks, from where, and with which code", async () => {
    await open(json(asked));
    await enter();
    await screen.findByText("Approve Vestibule CLI?");
    expect(document.activeElement).toBe(screen.getByRole("heading", { level: 1 }));
    expect(fact("Code")).toBe("WDJB-MJHT");
    expect(fact("Asked from")).toBe("Vestibule CLI on Linux198.51.100.7 · 2 minutes ago");
    expect(screen.getByText(/your device shows this very code/)).toBeTruthy();
  });

  test("that is approved goes on by itself", async () => {
    const sent = await open([json(asked), noContent]);
    await enter();
    await approve();
    expect(await screen.findByText(/Go back to your device/)).toBeTruthy();
    expect(title()).toBe("You approved Vestibule CLI");
    expect(sent().at(-1)?.body).toEqual({
      user_code: "WDJB-MJHT",
      approve: true,
      password: "correct horse battery staple",
    });
  });

  test("is approved once, though that is sent twice before anything is drawn anew", async () => {
    const sent = await open([json(asked), noContent, problem(404, "unknown_code")]);
    await enter();
    await screen.findByText("Approve Vestibule CLI?");
    fireEvent.change(screen.getByLabelText("Password"), { target: { value: "correct horse" } });
    act(() => {
      fireEvent.submit(screen.getByRole("form"));
      fireEvent.submit(screen.getByRole("form"));
    });
    expect(await screen.findByText(/Go back to your device/)).toBeTruthy();
    expect(sent()).toHaveLength(2); // one of them looked the code up
  });

  test("that is denied gets nothing, and no password is asked for", async () => {
    const sent = await open([json(asked), noContent]);
    const user = await enter();
    await user.click(await screen.findByRole("button", { name: "Deny" }));
    expect(await screen.findByText(/It gets nothing/)).toBeTruthy();
    expect(title()).toBe("You denied Vestibule CLI");
    expect(sent().at(-1)?.body).toEqual({ user_code: "WDJB-MJHT", approve: false });
  });

  test("is not approved with a wrong password, and the page stays", async () => {
    await open([json(asked), problem(401, "invalid_credentials")]);
    await enter();
    await approve();
    expect(await screen.findByText("This is not your password.")).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByLabelText("Password"));
  });

  test("whose code is too old by then is asked for a new one", async () => {
    await open([json(asked), problem(404, "unknown_code")]);
    await enter();
    await approve();
    expect(await screen.findByText(/This code is not known: it is mistyped, used, or too old/)).toBeTruthy();
    expect(input().value).toBe("WDJB-MJHT");
    expect(document.activeElement).toBe(input());
  });
});

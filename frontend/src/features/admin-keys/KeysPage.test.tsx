import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { renderWithin } from "../../shared/test/render.tsx";
import { admin, json, problem, serve } from "../../shared/test/server.ts";
import type { Key } from "./api.ts";
import { KeysPage } from "./KeysPage.tsx";

function key(kid: string, state: Key["state"]): Key {
  const at = "2026-11-24T14:02:00Z";
  return { kid, alg: "ES256", state, created_at: at, signs_from: at, signs_until: at, leaves_at: at };
}

const signing = key("k-signing", "signing");
const next = key("k-next", "next");
const rotate = "POST /admin/keys/rotate";

function open(answers: Parameters<typeof serve>[0]) {
  const asked = serve({ "GET /auth/session": json(admin()), ...answers });
  renderWithin("/admin/keys", "/admin/keys", <KeysPage />);
  return { asked, events: userEvent.setup() };
}

const row = async (kid: string) => (await screen.findByText(kid)).closest("tr") as HTMLElement;

test("each key says its state in words; one that has left can do no more harm", async () => {
  open({
    "GET /admin/keys": json({
      keys: [next, signing, key("k-out", "published"), key("k-old", "retired"), key("k-bad", "revoked")],
    }),
  });
  expect((await row("k-signing")).textContent).toContain("SigningIt signs all new tokens.");
  expect((await row("k-next")).textContent).toContain("It will sign when the present one stops.");
  expect((await row("k-bad")).textContent).toContain("It left before its time.");
  expect(screen.getAllByRole("button", { name: /^Revoke the key/ })).toHaveLength(3);
  expect(within(await row("k-old")).queryByRole("button", { name: /Revoke/ })).toBeNull();
});

test("a rotation asks first, and shows the new key", async () => {
  const { asked, events } = open({
    "GET /admin/keys": json({ keys: [signing] }),
    [rotate]: json({ keys: [next, signing] }),
  });
  await row("k-signing");
  await events.click(screen.getByRole("button", { name: "Rotate" }));
  const question = screen.getByRole("alertdialog", { name: "Rotate the signing key?" });
  expect(question.textContent).toContain("Nobody is signed out.");
  await events.click(within(question).getByRole("button", { name: /^Rotate/ }));
  expect(await row("k-next")).toBeTruthy();
  expect(screen.getByText(/^A new key is published\./)).toBeTruthy();
  expect(asked.find(({ method }) => method === "POST")?.body).toEqual({});
});

test("while one waits to sign there is no second, and that is said beside the button", async () => {
  open({ "GET /admin/keys": json({ keys: [next, signing] }) });
  expect(await screen.findByText("The key k-next waits to sign already.")).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Rotate" }).disabled).toBe(true);
});

test("one that came between is said in the question", async () => {
  const { events } = open({
    "GET /admin/keys": json({ keys: [signing] }),
    [rotate]: problem(409, "key_waiting"),
  });
  await row("k-signing");
  await events.click(screen.getByRole("button", { name: "Rotate" }));
  await events.click(within(screen.getByRole("alertdialog")).getByRole("button", { name: /^Rotate/ }));
  expect((await screen.findByRole("alert")).textContent).toContain("Another key waits to sign already.");
});

test("a compromised key is named, with all that follows, before it is revoked", async () => {
  const { asked, events } = open({
    "GET /admin/keys": json({ keys: [signing] }),
    [rotate]: json({ keys: [key("k-new", "signing"), key("k-signing", "revoked")] }),
  });
  await events.click(await screen.findByRole("button", { name: "Revoke the key k-signing…" }));
  const question = screen.getByRole("alertdialog", { name: "Treat the key k-signing as compromised?" });
  expect(
    within(question)
      .getAllByRole("listitem")
      .map((item) => item.textContent),
  ).toEqual([
    "The key leaves what is published at once, and another one signs from now on.",
    "Every token that it signed is refused, real ones too. Apps get new ones by themselves.",
    "A verifier that has read the keys lately goes on trusting this one until it reads them again: 5 minutes at most.",
    "Nobody is signed out.",
  ]);
  await events.click(within(question).getByRole("button", { name: /^Revoke this key/ }));
  await waitFor(() => expect(screen.getByText("The key k-signing is revoked.")).toBeTruthy());
  expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ compromised: "k-signing" });
  expect((await row("k-signing")).textContent).toContain("Revoked");
});

test("keys that can't be had say why", async () => {
  open({ "GET /admin/keys": problem(500, "internal") });
  expect(await screen.findByRole("heading", { name: "The keys could not be loaded" })).toBeTruthy();
});

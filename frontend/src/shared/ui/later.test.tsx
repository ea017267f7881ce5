import { act, cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Suspense } from "react";
import { connection } from "vestibule-kit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { renderAt } from "../test/render.tsx";
import { later } from "./later.tsx";

const reload = vi.fn();

beforeEach(() => {
  reload.mockReset();
  sessionStorage.clear();
  vi.spyOn(window.location, "reload").mockImplementation(reload);
});

afterEach(() => {
  vi.restoreAllMocks();
  connection.set("up");
});

function open(load: () => Promise<() => React.ReactNode>) {
  const Page = later(load);
  renderAt(
    "/",
    <Suspense fallback="Waiting">
      <Page />
    </Suspense>,
  );
}

const cut = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));

test("a page whose code comes is drawn", async () => {
  open(async () => () => <p>The page</p>);
  expect(await screen.findByText("The page")).toBeTruthy();
  expect(reload).not.toHaveBeenCalled();
});

test("a page whose code can't be had says so, and is loaded anew once the server answers", async () => {
  open(cut);
  expect(await screen.findByRole("heading", { name: "This page could not be loaded" })).toBeTruthy();
  expect(screen.getByText(/The page will go on by itself when it can\./)).toBeTruthy();
  expect(reload).not.toHaveBeenCalled();
  act(() => connection.set("up"));
  expect(reload).toHaveBeenCalledTimes(1);
});

test("that a person has just loaded the page anew keeps it from nothing", async () => {
  const entry = { type: "reload" } as unknown as PerformanceEntry;
  vi.spyOn(performance, "getEntriesByType").mockReturnValue([entry]);
  vi.spyOn(performance, "now").mockReturnValue(1_000);
  open(cut);
  expect(await screen.findByText(/The page will go on by itself when it can\./)).toBeTruthy();
  act(() => connection.set("up"));
  expect(reload).toHaveBeenCalledTimes(1);
});

describe("where loading anew has just not helped", () => {
  async function openAgain() {
    open(cut);
    await screen.findByRole("heading", { name: "This page could not be loaded" });
    act(() => connection.set("up"));
    await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(1));
    cleanup();
    reload.mockReset();
    open(cut);
    return screen.findByText(/loading it anew has not helped/);
  }

  test("a person may try again", async () => {
    await openAgain();
    await userEvent.setup().click(screen.getByRole("button", { name: "Try again" }));
    expect(reload).toHaveBeenCalledTimes(1);
  });

  test("it goes on by itself, but not in a circle: half a minute later, where the server answers", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await openAgain();
    act(() => connection.set("up"));
    expect(reload).not.toHaveBeenCalled();
    act(() => connection.set("unreachable"));
    await act(() => vi.advanceTimersByTimeAsync(30_000));
    expect(reload).not.toHaveBeenCalled();
    act(() => connection.set("up"));
    expect(reload).toHaveBeenCalledTimes(1);
  });
});

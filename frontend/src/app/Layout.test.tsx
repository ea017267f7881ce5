import { act, screen } from "@testing-library/react";
import { useState } from "react";
import { RequireSession } from "vestibule-kit";
import { afterEach, expect, test } from "vitest";
import { renderAt } from "../shared/test/render.tsx";
import { json, serve, who } from "../shared/test/server.ts";
import { say, speak } from "../shared/words/words.ts";
import { Layout } from "./Layout.tsx";

afterEach(async () => {
  await speak("en");
  localStorage.clear();
});

function Keeping() {
  const [kept] = useState(() => say("shared.loading"));
  return <p>{kept}</p>;
}

function Page() {
  return (
    <RequireSession nobody={null} failed={() => null}>
      <Layout>
        <Keeping />
      </Layout>
    </RequireSession>
  );
}

test("in another language a page begins anew, whatever words a part of it keeps, and the bar has the focus still", async () => {
  serve({ "GET /auth/session": json(who()) });
  renderAt("/", <Page />);
  await screen.findByText("Loading");
  const menu = screen.getByRole("button", { name: /Demo/ });
  menu.focus();
  await act(() => speak("zh"));
  expect(screen.getByText("正在加载")).toBeTruthy();
  expect(document.activeElement).toBe(menu);
  expect(menu.getAttribute("aria-label")).toContain("的账户");
});

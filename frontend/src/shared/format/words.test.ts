import { readFileSync } from "node:fs";
import type { Reason } from "vestibule-kit";
import { describe, expect, test } from "vitest";
import { who } from "../test/server.ts";
import { deviceName } from "./device.ts";
import { eventNames, whatHappened } from "./event.ts";
import { endsByItself } from "./limits.ts";
import { names } from "./list.ts";
import { money } from "./money.ts";
import { passwordLength, passwordRules } from "./password.ts";
import { endedLately, signedOutBecause } from "./reason.ts";

const now = new Date("2026-11-24T14:02:11Z");

describe("a device", () => {
  test("is named by its browser and its system, as people call them", () => {
    expect(deviceName({ browser: "Firefox", os: "Windows", type: "desktop" })).toBe("Firefox on Windows");
    expect(deviceName({ browser: "Safari", os: "iOS", type: "phone" })).toBe("Safari on iPhone");
    expect(deviceName({ browser: "Safari", os: "iOS", type: "tablet" })).toBe("Safari on iPad");
    expect(deviceName({ browser: "Chrome", os: "Android", type: "tablet" })).toBe(
      "Chrome on an Android tablet",
    );
  });

  test("that is a client is named by the client, which may have told its name", () => {
    const device = { browser: "Go-http-client", os: "Linux", type: "client" as const };
    expect(deviceName(device, { client_id: "cli-2", client_name: "Port Tools" })).toBe("Port Tools on Linux");
    expect(deviceName(device, { client_id: "vestibule-cli" })).toBe("Vestibule CLI on Linux");
    expect(deviceName({ ...device, os: "" }, { client_id: "", client_name: "Port Tools" })).toBe(
      "Port Tools",
    );
  });

  test("that says nothing of itself is unknown", () => {
    expect(deviceName({ browser: "", os: "", type: "unknown" })).toBe("Unknown device");
    expect(deviceName({ browser: "", os: "Linux", type: "unknown" })).toBe("Linux");
  });
});

describe("the two limits of a session", () => {
  const created = "2026-11-24T11:38:00Z";

  test("are said both while use puts the first one off", () => {
    expect(
      endsByItself(
        {
          created_at: created,
          idle_expires_at: "2026-11-24T14:32:00Z",
          absolute_expires_at: "2026-11-24T23:38:00Z",
        },
        now,
      ),
    ).toEqual({ when: "in 30 minutes if not used", latest: "today, 23:38 at the latest", soon: false });
  });

  test("leave the hour out where it is months away", () => {
    const { latest } = endsByItself(
      {
        created_at: created,
        idle_expires_at: "2026-12-08T14:02:00Z",
        absolute_expires_at: "2027-02-22T11:38:00Z",
      },
      now,
    );
    expect(latest).toBe("22 February 2027 at the latest");
  });

  test("are one when the absolute end comes first", () => {
    const end = "2026-12-02T10:04:00Z";
    expect(
      endsByItself(
        { created_at: "2026-11-02T10:04:00Z", idle_expires_at: end, absolute_expires_at: end },
        now,
      ),
    ).toEqual({
      when: "on 2 December, 10:04",
      latest: "when its 30 days are over",
      soon: false,
    });
  });

  test("are near in the last five minutes", () => {
    const { soon, when } = endsByItself(
      {
        created_at: created,
        idle_expires_at: "2026-11-24T14:06:00Z",
        absolute_expires_at: "2026-11-24T23:38:00Z",
      },
      now,
    );
    expect({ soon, when }).toEqual({ soon: true, when: "in 4 minutes if not used" });
  });
});

describe("why a session ended", () => {
  const at = new Date("2026-11-24T14:02:00Z");
  const session = {
    ...who().session,
    created_at: "2026-11-24T02:02:00Z",
    last_seen_at: "2026-11-24T13:32:00Z",
    idle_expires_at: at.toISOString(),
    absolute_expires_at: "2026-11-24T20:00:00Z",
  };
  const because = (reason: Reason | null) => ({ reason, at, session, limit: "idle" as const });

  test("is said with who did it and when", () => {
    expect(signedOutBecause(because("ended_by_user"), now)).toBe(
      "You ended this session from another device, today at 14:02.",
    );
    expect(signedOutBecause(because("deleted"), now)).toBe(
      "The operator ended this session, today at 14:02.",
    );
  });

  test("names the limit that was reached", () => {
    expect(signedOutBecause(because("expired"), now)).toBe("This session was not used for 30 minutes.");
    const absolute_expires_at = at.toISOString();
    const last = { ...session, absolute_expires_at };
    expect(signedOutBecause({ ...because("expired"), session: last, limit: "absolute" }, now)).toBe(
      "This session was open for 12 hours, the longest that one lasts.",
    );
  });

  test("has words even where the reason is new to the page", () => {
    expect(signedOutBecause(because(null), now)).toBe("This session has ended, today at 14:02.");
    expect(endedLately("something_later")).toBe("Ended.");
  });
});

describe("a new password", () => {
  const about = { email: "robin.tester@example.com", name: "Robin Tester" };
  const met = (password: string, current?: string) =>
    passwordRules(password, current === undefined ? about : { ...about, current }).map((rule) => rule.met);

  test("has fifteen characters, counted as people count them", () => {
    expect(met("fourteen chars")).toEqual([false, true]);
    expect(met("fifteen letters")).toEqual([true, true]);
    expect(passwordLength("e\u0301")).toBe(1);
    expect(passwordLength("👩")).toBe(1);
  });

  test("is not made of one's own name or address", () => {
    expect(met("robin.tester2026!!")).toEqual([true, false]);
    expect(met("RobinTesterRobinTester")).toEqual([true, false]);
    expect(met("robin tester likes tea")).toEqual([true, true]);
  });

  test("is not the current one, and nothing is met before one types", () => {
    expect(met("fifteen letters", "fifteen letters")).toEqual([true, true, false]);
    expect(met("", "")).toEqual([false, false, false]);
  });

  test("is refused when it is too long, and says so", () => {
    expect(passwordRules("x".repeat(129), about)[0]).toEqual({
      text: "At most 128 characters: 129 now",
      met: false,
    });
  });
});

test("every audit event that the server writes has words", () => {
  const written = readFileSync("../backend/event/event.go", "utf8").matchAll(/Name = "([a-z_]+\.[a-z_]+)"/g);
  expect(eventNames).toEqual(expect.arrayContaining([...written].map(([, name]) => name)));
});

test.each([
  [{ n: 3 }, "3 sessions ended"],
  [{ n: 1 }, "1 session ended"],
  [{}, "Sessions ended"],
])(
  "of sessions that an administrator ended it is told how many, where that is known: %j",
  (detail, words) => {
    expect(whatHappened({ name: "sessions.ended", detail })).toBe(words);
  },
);

test("names are joined, and cut where there are many", () => {
  expect(names(["A"])).toBe("A");
  expect(names(["A", "B"])).toBe("A and B");
  expect(names(["A", "B", "C", "D", "E"])).toBe("A, B, C, D and E");
  expect(names(["A", "B", "C", "D", "E", "F"])).toBe("A, B, C, D and 2 more");
});

test("money is read from text or from a number, and keeps its cents", () => {
  expect(money({ amount: "1240.00", currency: "EUR" })).toBe("€\u00a01,240.00");
  expect(money({ amount: 96, currency: "EUR" })).toBe("€\u00a096.00");
});

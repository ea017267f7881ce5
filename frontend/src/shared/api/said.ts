import { day } from "../format/units.ts";

/** What the server says in the page itself; where nobody has, its place is not filled in. */
function said(name: string): string | undefined {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
}

/** Whether there is a lab to lead to. */
export function hasLab(): boolean {
  return said("vestibule-lab") === "yes";
}

/** Whether strangers may make accounts. */
export function isRegistrationOpen(): boolean {
  return said("vestibule-registration") !== "closed";
}

/** How long a session lasts that is kept signed in, without use and in all, in milliseconds. */
export function keptSignedIn(): { idle: number; life: number } {
  const [, idle, life] = /^(\d+) (\d+)$/.exec(said("vestibule-remember") ?? "") ?? [];
  if (!idle || !life) return { idle: 14 * day, life: 30 * day };
  return { idle: Number(idle) * 1000, life: Number(life) * 1000 };
}

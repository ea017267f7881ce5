export const authorizeWarning = "It asks to act as you. Approve only if you have just started this yourself.";
export const deviceWarning =
  "Approve only if you have just started this yourself, and your device shows this very code.";

export const codeTitle = "Connect a device";

/** What the page for codes says first: a code that came with the address is not taken on trust. */
export function codeLead(came: boolean): string {
  return came
    ? "Compare this code with the one on your device. If they differ, or you have started nothing, close this window."
    : "Enter the code that your device shows.";
}

export const whyPassword = "Asked for each time, so that no script can approve for you.";

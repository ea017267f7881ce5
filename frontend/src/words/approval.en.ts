/** The approval of a client. What stands there before it is known what is asked is in door.en.ts. */
export default {
  question: "Approve {client}?",
  answer: "Approve or deny",
  device_warning:
    "Approve only if you have just started this yourself, and your device shows this very code.",
  has_secret: "It has a secret to prove its name.",
  nothing_to_use: "Nothing that is set up here",
  approve: "Approve",
  approving: "Approving…",
  deny: "Deny",
  denying: "Denying…",
  failed: "What it asks for could not be loaded",
  failed_text: "Nothing is approved yet.",
  approved: "You approved {client}",
  denied: "You denied {client}",
  sent_back: "Sent back to {where}; you can close this window.",
  denied_sent_back: "It gets nothing. Sent back to {where}; you can close this window.",
  device_goes_on: "Go back to your device: it goes on by itself within seconds. You can close this window.",
  device_denied: "It gets nothing. You can close this window.",
  listed: "It is listed under <link>Devices</link>, where you can end it.",
  no_way_on: {
    unknown_client: "This client is not known here",
    unknown_client_text:
      "What sent you here names a client that is not set up on this server. It may be misspelt, or it may have been removed.",
    unknown_redirect_uri: "The way back is not known here",
    unknown_redirect_uri_text:
      "What sent you here wants you back at an address that is not set up for this client. Either it is set up wrong, or something else pretends to be it.",
    other: "This can’t be approved",
    other_text: "What sent you here left something out, or got it wrong.",
    nothing_sent: "Nothing was approved, and nothing was sent to anyone. You can close this window.",
  },
  code: {
    go_on: "Continue",
    looking: "Looking it up…",
    strange: "“{sign}” can’t be in a code: codes have no vowels, no Y and no digits.",
    short: "Enter all eight letters that your device shows.",
    unknown:
      "This code is not known: it is mistyped, used, or too old. Compare it with your device, or have the device show a new one.",
  },
} as const;

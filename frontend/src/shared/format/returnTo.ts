/**
 * Where to go after signing in. Only a path on this origin passes: one slash at its start, and no
 * second slash or backslash after it, which browsers would read as another host.
 */
export function safeReturnTo(asked: string | null, otherwise = "/"): string {
  // Browsers drop tabs and line ends from addresses, so "/\t/evil" is "//evil" to them.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (!asked || /[\u0000-\u001f\u007f\\]/.test(asked)) return otherwise;
  if (!asked.startsWith("/") || asked.startsWith("//")) return otherwise;
  const resolved = new URL(asked, window.location.origin);
  if (resolved.origin !== window.location.origin || resolved.pathname.startsWith("//")) return otherwise;
  return resolved.pathname + resolved.search + resolved.hash;
}

/** The address of the sign-in page that leads back to here. */
export function signInAddress(back: string): string {
  return `/account/sign-in?return_to=${encodeURIComponent(back)}`;
}

/**
 * The address that is open now, as a return_to. Browsers leave a backslash in a query as it is: it
 * is encoded, or safeReturnTo would refuse what an honest client sent as its `state`.
 */
export function here(): string {
  return window.location.pathname + window.location.search.replaceAll("\\", "%5C");
}

// An internal service behind Vestibule, in another language: any JOSE library reads the JWKS.
import { createHash } from "node:crypto";
import { createServer, STATUS_CODES } from "node:http";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

const issuer = required("VESTIBULE_ISSUER");
const keys = createRemoteJWKSet(address("VESTIBULE_JWKS_URL"), {
  cacheMaxAge: 5 * 60_000,
  cooldownDuration: 5_000,
});
const [host, port] = listenAddress("INSIGHTS_LISTEN", "127.0.0.1:9002");

const routes = new Map([
  ["/", (_request, claims) => figures(claims.sub)],
  ["/whoami", whoami],
]);

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error("insights:", error);
    if (response.headersSent) return response.destroy();
    problem(response, 500, "internal", "Something went wrong here.");
  });
});

async function handle(request, response) {
  const [path] = request.url.split("?", 1); // never `new URL`: that throws at what strangers send
  if (path === "/healthz") return answer(response, 200, { status: "ok" });
  let claims;
  try {
    claims = await verified(request);
  } catch (error) {
    return refuse(response, error);
  }
  const route = routes.get(path);
  if (!route) return problem(response, 404, "not_found", "There is nothing here.");
  if (request.method !== "GET" && request.method !== "HEAD") {
    return problem(response, 405, "method_not_allowed", "This can only be read.", { allow: "GET, HEAD" });
  }
  return answer(response, 200, route(request, claims));
}

/** No bearer token came along, or more than one. */
class NoToken extends Error {}

/** The issuer's keys can't be had, which is no fault of the token. */
class KeysUnavailable extends Error {}

/** The claims of the one bearer token that came along, or an error. */
async function verified(request) {
  const sent = request.headersDistinct.authorization ?? [];
  const [, token] = /^bearer +(\S+)$/i.exec(sent[0] ?? "") ?? [];
  if (sent.length !== 1 || !token) throw new NoToken();
  const { payload } = await jwtVerify(token, key, {
    issuer,
    audience: "insights",
    typ: "at+jwt",
    algorithms: [process.env.VESTIBULE_TOKEN_ALGORITHM ?? "ES256"],
    clockTolerance: 30,
    maxTokenAge: 15 * 60, // Vestibule makes none that live longer; without it, jose doesn't look at `iat`
    requiredClaims: ["sub", "exp", "iat", "jti", "client_id"],
  });
  return payload;
}

/** The issuer's key that the token's head names. */
async function key(head, token) {
  if (typeof head.kid !== "string") throw new errors.JWKSNoMatchingKey();
  try {
    return await keys(head, token);
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) throw error;
    throw new KeysUnavailable("the issuer's keys can't be fetched", { cause: error });
  }
}

function refuse(response, error) {
  const challenge = 'Bearer realm="insights"';
  if (error instanceof NoToken) {
    const detail = "Send one Authorization header with a bearer token.";
    return problem(response, 401, "unauthenticated", detail, { "www-authenticate": challenge });
  }
  if (error instanceof KeysUnavailable) {
    return problem(response, 503, "keys_unavailable", `${error.message}.`, { "retry-after": "5" });
  }
  if (!(error instanceof errors.JOSEError)) throw error;
  const headers = { "www-authenticate": `${challenge}, error="invalid_token"` };
  return problem(response, 401, "invalid_token", "The token is not valid here.", headers);
}

/** What arrived. The token itself is not repeated: only what it says. */
function whoami(request, claims) {
  const headers = { ...request.headersDistinct, authorization: ["Bearer (verified)"] };
  return { service: "insights", claims, headers };
}

const customers = ["Harbour Street Books", "Old Mill Bakery", "Lindgren Cycles", "Café North Pier", "Garden Lane Flowers"];

/** Made up, but always the same for the same person on the same day. */
function figures(sub) {
  const today = new Date();
  const days = Array.from({ length: 14 }, (_, i) => {
    const date = new Date(today.getTime() - (13 - i) * 86_400_000).toISOString().slice(0, 10);
    const orders = 3 + dice(`${sub} ${date} orders`, 14);
    return { date, orders, revenue: orders * (40 + dice(`${sub} ${date} value`, 60)) };
  });
  const sum = (list, what) => list.reduce((total, day) => total + day[what], 0);
  const [before, now] = [days.slice(0, 7), days.slice(7)];
  const money = (amount) => ({ amount: amount.toFixed(2), currency: "EUR" });
  return {
    revenue: { ...money(sum(now, "revenue")), change: sum(now, "revenue") / sum(before, "revenue") - 1 },
    orders: { count: sum(now, "orders"), change: sum(now, "orders") / sum(before, "orders") - 1 },
    by_day: days.map((day) => ({ ...day, revenue: money(day.revenue) })),
    top_customers: customers
      .map((name) => ({ name, revenue: money(200 + dice(`${sub} ${name}`, 1800)) }))
      .sort((a, b) => b.revenue.amount - a.revenue.amount),
  };
}

/** A whole number below `below` that depends on the text alone. */
function dice(text, below) {
  return createHash("sha256").update(text).digest().readUInt32BE() % below;
}

/** Node leaves the body out of the answer to a HEAD. */
function answer(response, status, body, headers = {}) {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text), ...headers });
  response.end(text);
}

/** RFC 9457. */
function problem(response, status, code, detail, headers = {}) {
  const body = { type: "about:blank", title: STATUS_CODES[status], code, detail };
  answer(response, status, body, { "content-type": "application/problem+json", ...headers });
}

function required(name) {
  return process.env[name] || fail(`${name} is required`);
}

function address(name) {
  const value = required(name);
  return URL.canParse(value) ? new URL(value) : fail(`${name} is no URL: ${value}`);
}

function listenAddress(name, otherwise) {
  const value = process.env[name] || otherwise;
  const [, before, after] = /^(.*):(\d+)$/.exec(value) ?? fail(`${name} must be host:port, not ${value}`);
  if (Number(after) > 65_535) fail(`${name} has no such port: ${value}`);
  return [before.replace(/^\[|\]$/g, ""), Number(after)];
}

function fail(why) {
  console.error(`insights: ${why}`);
  process.exit(2);
}

function stop() {
  server.close(() => process.exit(0));
  server.closeAllConnections();
}

process.on("unhandledRejection", (reason) => console.error("insights: a promise failed:", reason)); // and go on serving
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
if (process.argv.includes("--end-with-stdin")) process.stdin.on("close", stop).resume(); // so it never outlives its parent
server.on("error", (error) => fail(error.message));
server.listen(port, host || undefined, () => {
  const bound = server.address();
  const name = bound.family === "IPv6" ? `[${bound.address}]` : bound.address;
  console.log(`insights listens on ${name}:${bound.port}`);
});

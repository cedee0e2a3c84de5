// A neighbouring application as anybody might write one: people sign in to it by Renda, and it is told when they leave.
//   node neighbour.mjs ISSUER CLIENT SECRET PORT        "-" for the secret of one that has none
import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as client from "openid-client";

const [issuer, clientId, secret, port] = process.argv.slice(2);
const own = `http://127.0.0.1:${port}`;
const kind = secret === "-" ? client.None() : client.ClientSecretBasic(secret);
const config = await client.discovery(new URL(issuer), clientId, undefined, kind, { execute: [client.allowInsecureRequests] });
const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
const begun = new Map(), sessions = new Map();

const routes = {
  async "GET /sign-in"(url, cookie) {
    const verifier = client.randomPKCECodeVerifier();
    const asked = {
      redirect_uri: `${own}/callback`, scope: url.searchParams.get("scope") ?? "openid profile roles offline_access", state: client.randomState(), nonce: client.randomNonce(),
      code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
    };
    for (const name of ["prompt", "max_age"]) if (url.searchParams.has(name)) asked[name] = url.searchParams.get(name);
    begun.set(asked.state, { verifier, nonce: asked.nonce });
    return { to: client.buildAuthorizationUrl(config, asked).href };
  },
  async "GET /callback"(url, cookie) {
    // What was begun is not forgotten, so that a test may send the same answer twice.
    const state = url.searchParams.get("state"), mine = begun.get(state);
    if (!mine) return { status: 400, said: { error: "unknown state" } };
    const tokens = await client.authorizationCodeGrant(config, url, { pkceCodeVerifier: mine.verifier, expectedState: state, expectedNonce: mine.nonce, idTokenExpected: true });
    const id = randomUUID();
    sessions.set(id, { tokens, claims: tokens.claims() });
    return { cookie: id, said: { claims: tokens.claims(), refreshes: Boolean(tokens.refresh_token) } };
  },
  "GET /me": (url, cookie) => sessions.has(cookie) ? { said: sessions.get(cookie).claims } : { status: 401, said: { error: "nobody" } },
  async "GET /about"(url, cookie) {
    const { tokens, claims } = sessions.get(cookie);
    return { said: await client.fetchUserInfo(config, tokens.access_token, claims.sub) };
  },
  async "POST /refresh"(url, cookie) {
    const session = sessions.get(cookie), fresh = await client.refreshTokenGrant(config, session.tokens.refresh_token);
    session.tokens = { ...session.tokens, ...fresh };
    return { said: { claims: fresh.claims() } };
  },
  async "POST /revoke"(url, cookie) {
    await client.tokenRevocation(config, sessions.get(cookie).tokens.refresh_token);
    return { said: {} };
  },
  "GET /sign-out"(url, cookie) {
    const asked = { post_logout_redirect_uri: url.searchParams.get("back") ?? `${own}/signed-out`, state: "left" };
    if (!url.searchParams.has("unnamed")) asked.id_token_hint = sessions.get(cookie).tokens.id_token;
    return { to: client.buildEndSessionUrl(config, asked).href };
  },
  "GET /signed-out": url => ({ said: { state: url.searchParams.get("state") } }),
  async "POST /logout-call"(url, cookie, body) {
    const { payload, protectedHeader } = await jwtVerify(new URLSearchParams(body).get("logout_token"), keys, { issuer, audience: clientId, typ: "logout+jwt", requiredClaims: ["iat", "exp", "jti", "sid"] });
    if (!payload.events?.["http://schemas.openid.net/event/backchannel-logout"] || payload.nonce !== undefined || protectedHeader.alg !== "RS256") return { status: 400, said: { error: "not a logout token" } };
    for (const [id, session] of sessions) if (session.claims.sid === payload.sid && session.claims.sub === payload.sub) sessions.delete(id);
    return { said: {} };
  },
};

createServer(async (request, response) => {
  const url = new URL(request.url, own), cookie = (request.headers.cookie ?? "").split("; ").find(c => c.startsWith(`neighbour${port}=`))?.split("=")[1];
  let body = "", answer;
  for await (const part of request) body += part;
  try {
    answer = await (routes[`${request.method} ${url.pathname}`] ?? (() => ({ status: 404, said: {} })))(url, cookie, body);
  } catch (error) {
    answer = { status: 403, said: { error: error.error ?? error.code ?? error.message, status: error.status ?? 0, said: error.error_description ?? error.message } };
  }
  const headers = answer.to ? { location: answer.to } : { "content-type": "application/json" };
  // Cookies know no ports, and another neighbour may be on this machine.
  if (answer.cookie) headers["set-cookie"] = `neighbour${port}=${answer.cookie}; Path=/; HttpOnly`;
  response.writeHead(answer.to ? 302 : answer.status ?? 200, headers).end(answer.to ? "" : JSON.stringify(answer.said));
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));

// An OpenID provider outside, with people of its own, which can also answer wrongly when a test asks for that.
//   node outside.mjs PORT CLIENT SECRET REDIRECT
import { createServer } from "node:http";
import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const [port, clientId, secret, redirect] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const { privateKey } = await generateKeyPair("RS256", { extractable: true });
const stranger = await generateKeyPair("RS256");
const jwk = { ...await exportJWK(privateKey), kid: "one", alg: "RS256", use: "sig" };
let wrong = "";

const provider = new Provider(issuer, {
  clients: [{ client_id: clientId, client_secret: secret, redirect_uris: [redirect], token_endpoint_auth_method: "client_secret_post" }],
  jwks: { keys: [jwk] },
  cookies: { keys: ["of the provider in tests"] },
  claims: { openid: ["sub"], profile: ["name", "preferred_username"] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: `外部的${id}`, preferred_username: id }) }),
});

provider.use(async (ctx, next) => {
  await next();
  if (!wrong || ctx.path !== "/token" || !ctx.body?.id_token) return;
  const claims = decodeJwt(ctx.body.id_token);
  if (wrong === "nonce") claims.nonce = "another";
  if (wrong === "issuer") claims.iss = "https://elsewhere.renda.example";
  if (wrong === "audience") claims.aud = "somebody-else";
  if (wrong === "expired") claims.exp = claims.iat - 3600;
  ctx.body.id_token = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(wrong === "key" ? stranger.privateKey : privateKey);
});

const answer = provider.callback();
createServer(async (request, response) => {
  const url = new URL(request.url, issuer);
  if (url.pathname.startsWith("/wrong/")) {
    wrong = url.pathname.slice("/wrong/".length);
    response.end("ok");
  } else if (url.pathname.startsWith("/interaction/")) {
    // A page asks who one is; a test says so in the address.
    const as = url.searchParams.get("as");
    if (!as) return response.writeHead(200, { "content-type": "text/html" }).end("who?");
    const { params, session } = await provider.interactionDetails(request, response);
    if (as === "nobody") return provider.interactionFinished(request, response, { error: "access_denied", error_description: "not today" });
    const grant = new provider.Grant({ accountId: as, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    await provider.interactionFinished(request, response, { login: { accountId: as }, consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: false });
  } else {
    answer(request, response);
  }
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));

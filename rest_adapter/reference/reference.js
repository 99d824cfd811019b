// What the reference page can do where scripts run: sign in by OAuth 2.1 (authorization code, PKCE), and try operations.
//
// The access token lives in this page's memory alone: a reload forgets it, and no other script can find it anywhere.
// What must outlast the way to the consent page and back (state and verifier) is kept for the tab, and used once.
"use strict";
(() => {
  const session = document.getElementById("session");
  const client = session.dataset.client;
  const base = location.pathname.replace(/\/docs$/, "");
  const PENDING = "crm.sign-in";
  const SHOWN = ["content-type", "etag", "location", "idempotent-replayed", "x-ratelimit-remaining", "retry-after", "x-trace-id"];
  const version = session.dataset.version;
  let token = null;

  const made = (tag, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };
  const encoded = (bytes) =>
    btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const drawn = () => encoded(crypto.getRandomValues(new Uint8Array(32)));
  const digest = async (text) => encoded(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
  const say = (text) => { document.getElementById("who").textContent = text; };
  const failed = (fault) => say(`That did not work: ${fault.message}`);

  // RFC 8414 §3: the well-known name stands before the issuer's own path.
  const server = async () => (await fetch(`/.well-known/oauth-authorization-server${base}`)).json();

  const signIn = async () => {
    const told = await server();
    if (new URL(told.issuer).origin !== location.origin) {
      location.assign(`${told.issuer}/docs`);
      return;
    }
    if (!isSecureContext) throw new Error("browsers let a page sign in only over HTTPS, or from this computer itself.");
    const pending = { state: drawn(), verifier: drawn() };
    sessionStorage.setItem(PENDING, JSON.stringify(pending));
    const asked = new URLSearchParams({
      response_type: "code",
      client_id: client,
      redirect_uri: `${told.issuer}/docs`,
      scope: told.scopes_supported.filter((scope) => !scope.endsWith(".all")).join(" "),
      state: pending.state,
      code_challenge: await digest(pending.verifier),
      code_challenge_method: "S256",
    });
    location.assign(`${told.authorization_endpoint}?${asked}`);
  };

  const posted = async (address, values) => {
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams({ ...values, client_id: client }) });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error_description ?? body.error ?? body.detail);
    return body;
  };

  const comeBack = async () => {
    const given = new URLSearchParams(location.search);
    if (!given.has("state")) return;
    history.replaceState(null, "", location.pathname + location.hash);
    const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "{}");
    sessionStorage.removeItem(PENDING);
    const told = await server();
    if (given.get("state") !== pending.state || given.get("iss") !== told.issuer) {
      say("That answer was to no question of this page. Sign in again.");
      return;
    }
    if (given.has("error")) {
      say(given.get("error_description") ?? given.get("error"));
      return;
    }
    const tokens = await posted(told.token_endpoint, {
      grant_type: "authorization_code",
      code: given.get("code"),
      redirect_uri: `${told.issuer}/docs`,
      code_verifier: pending.verifier,
    });
    await become(tokens.access_token);
  };

  const become = async (text) => {
    token = text;
    const answer = await fetch(`${base}/v1/me`, { headers: headers() });
    if (!answer.ok) {
      token = null;
      say((await answer.json()).detail);
      return;
    }
    const me = await answer.json();
    say(`Signed in as ${me.user.name} (${me.role}) of ${me.business.name}: ${me.scopes.join(", ") || "no scopes"}.`);
    signedIn(true);
  };

  // The page forgets the token whether or not the server can be told.
  const signOut = async () => {
    const given = token;
    token = null;
    signedIn(false);
    const told = await server();
    await posted(told.revocation_endpoint, { token: given });
    say("Signed out.");
  };

  const signedIn = (yes) => {
    document.getElementById("sign-in").hidden = yes;
    document.getElementById("sign-out").hidden = !yes;
  };

  const headers = () => ({ Version: version, ...(token === null ? {} : { Authorization: `Bearer ${token}` }) });

  // Trying an operation: a form made of what the article says of its request, and the answer below it.
  const tried = async (call, fields, body, output) => {
    let path = call.path;
    const query = new URLSearchParams();
    const sent = headers();
    for (const [parameter, field] of fields) {
      if (field.value === "") continue;
      if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(field.value));
      else if (parameter.in === "query") query.append(parameter.name, field.value);
      else sent[parameter.name] = field.value;
    }
    const asked = { method: call.method, headers: sent };
    if (body !== null) {
      sent["Content-Type"] = "application/json";
      asked.body = body.value;
    }
    const answer = await fetch(`${base}${path}${query.size ? `?${query}` : ""}`, asked);
    const lines = SHOWN.filter((name) => answer.headers.has(name)).map((name) => `${name}: ${answer.headers.get(name)}`);
    const text = await answer.text();
    output.hidden = false;
    output.textContent = [`${answer.status} ${answer.statusText}`, ...lines, "", pretty(text)].join("\n");
  };

  const pretty = (text) => {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  };

  const tryable = (article) => {
    const call = JSON.parse(article.dataset.call);
    const form = made("form", { className: "try" });
    const fields = call.parameters.map((parameter) => {
      const field = made("input", { value: parameter.example, required: parameter.required, autocomplete: "off" });
      form.append(made("label", {}, `${parameter.name} `, field));
      return [parameter, field];
    });
    const body = call.body === null ? null : made("textarea", { value: call.body, spellcheck: false, rows: 8 });
    if (body !== null) form.append(made("label", {}, "body ", body));
    const output = made("pre", { hidden: true });
    form.append(made("button", { type: "submit" }, "Send"), output);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      tried(call, fields, body, output).catch((fault) => { output.hidden = false; output.textContent = String(fault); });
    });
    article.append(made("details", {}, made("summary", {}, "Try it"), form));
  };

  session.hidden = false;
  document.getElementById("sign-in").addEventListener("click", () => signIn().catch(failed));
  document.getElementById("sign-out").addEventListener("click", () => signOut().catch(failed));
  document.querySelectorAll("article[data-call]").forEach(tryable);
  comeBack().catch(failed);
})();

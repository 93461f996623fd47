// What the three patterns share: signing in and asking. No dependencies.
import { randomUUID } from "node:crypto";

export const base = process.argv[2] ?? "http://localhost:8787";

/** Asks the API; fails with its problem in words. Every write carries an Idempotency-Key, so that a retry is safe. */
export async function call(method, path, body, headers = {}) {
  const response = await fetch(base + path, {
    method,
    headers: {
      ...headers,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(method === "POST" && { "idempotency-key": randomUUID() }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const answer = text === "" ? undefined : JSON.parse(text);
  if (!response.ok) {
    const fields = (answer?.errors ?? []).map(({ pointer, message }) => `${pointer} ${message}`).join("; ");
    throw new Error(`${method} ${path}: ${response.status} ${answer?.code}: ${answer?.detail ?? answer?.title} ${fields}`);
  }
  return { answer, response };
}

/** Signs in with DAYMARK_EMAIL and DAYMARK_PASSWORD, or as the demo's owner. */
export async function signIn() {
  const { DAYMARK_EMAIL: email = "owner@harbor.example", DAYMARK_PASSWORD: password = "demo-harbor" } = process.env;
  const { answer, response } = await call("POST", "/api/auth/login", { email, password });
  const cookie = response.headers.getSetCookie().map((line) => line.split(";", 1)[0]).join("; ");
  // As a browser would: a session's writes say where they come from.
  const session = { cookie, origin: base };
  return { orgId: answer.organizations[0].id, ask: async (method, path, body) => (await call(method, path, body, session)).answer };
}

/** A date that many days from now, `YYYY-MM-DD`. */
export const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

export const bookable = ({ status }) => ["OPEN", "LIMITED", "UNCONFIRMED"].includes(status);

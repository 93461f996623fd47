// Receives Daymark's webhooks, checks each signature, and prints what happened.
//
//   WEBHOOK_SECRET=whsec_... node examples/webhook-receiver/receiver.mjs
//
// The signature is Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, so any of that standard's
// libraries will do. Answer 2xx only when the event is safely yours: anything else is tried again, with the
// same `webhook-id`.
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const port = Number(process.env.PORT ?? 9000);
const secret = process.env.WEBHOOK_SECRET;
if (!secret) {
  console.error("Set WEBHOOK_SECRET to the secret that was shown when the webhook was made.");
  process.exit(1);
}
const webhook = new Webhook(secret);
const seen = new Set(); // a real receiver keeps these ids in its database

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString("utf8");
  try {
    const event = webhook.verify(body, request.headers);
    const id = request.headers["webhook-id"];
    if (!seen.has(id)) {
      seen.add(id);
      console.log(`${event.timestamp}  ${event.type}  ${JSON.stringify(event.data)}`);
    }
    response.writeHead(204).end();
  } catch (error) {
    console.error(`refused: ${error.message}`);
    response.writeHead(401).end();
  }
}).listen(port, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${port}/`));

// A partner books a tour for a customer: find a slot, see the price, book it, read it back, cancel it.
//
//   node examples/partner-client/book.mjs [http://localhost:8787]
//
// No dependencies. Every write carries an Idempotency-Key, so a retry after a lost answer is safe.
import { randomUUID } from "node:crypto";

const base = process.argv[2] ?? "http://localhost:8787";
const tour = "tour_harbor_sunset";
const party = { adult: 2, child: 1 };

async function call(method, path, body) {
  const response = await fetch(base + path, {
    method,
    headers: { "content-type": "application/json", ...(method === "POST" && { "idempotency-key": randomUUID() }) },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.code}: ${answer.detail ?? answer.title}`);
  return answer;
}

const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
const partyText = Object.entries(party).map(([code, count]) => `${code}:${count}`).join(",");

const { slots, zone } = await call("GET", `/api/tours/${tour}/availability?from=${day(2)}&to=${day(30)}&party=${partyText}`);
const slot = slots.find(({ status }) => status === "OPEN" || status === "LIMITED" || status === "UNCONFIRMED");
if (!slot) throw new Error("Nothing free in the next month.");
console.log(`slot      ${slot.localStartsAt} (${zone}), ${slot.remaining} seats left`);

const item = { offeringId: tour, startsAt: slot.startsAt, party };
const { quote } = await call("POST", "/api/quotes", { items: [item] });
console.log(`price     ${quote.total} minor units of ${quote.currency}, ${quote.lines.length} lines, quote ${quote.hash}`);

const booking = await call("POST", "/api/bookings", {
  items: [item],
  quoteHash: quote.hash,
  customer: { name: "Ada Example", email: "ada@example.com" },
});
console.log(`booked    ${booking.number}: ${booking.status}, manage at ${booking.manageUrl}`);

const token = new URL(booking.manageUrl).pathname.split("/").pop();
const read = await call("GET", `/api/bookings/${booking.id}?token=${token}`);
console.log(`read      ${read.id} is ${read.status}`);

const cancelled = await call("POST", `/api/bookings/${booking.id}/cancel?token=${token}`, {});
console.log(`cancelled ${cancelled.id} is ${cancelled.status}`);

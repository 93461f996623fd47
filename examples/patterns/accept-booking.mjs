// Pattern 2: accept a booking. The customer picks a slot, you book it, send them to pay if they have to, and watch it.
//
//   node examples/patterns/accept-booking.mjs [http://localhost:8787]
import { bookable, call, day } from "./daymark.mjs";

const tourId = "tour_harbor_sunset";
const party = { adult: 2 };

const { answer: availability } = await call("GET", `/api/tours/${tourId}/availability?from=${day(2)}&to=${day(30)}&party=adult:2`);
const slot = availability.slots.find(bookable);
if (!slot) throw new Error("Nothing free in the next month.");
console.log(`picked  ${slot.localStartsAt}`);

const { answer: booking } = await call("POST", "/api/bookings", {
  tourId,
  instanceStartsAt: slot.startsAt,
  party,
  customer: { name: "Ada Example", email: "ada@example.com" },
});
console.log(`booked  ${booking.id} ${booking.number}, ${booking.total.amount} minor units of ${booking.total.currency}`);
if (booking.requiresPayment) console.log(`pay     send the customer to ${booking.checkoutUrl}`);

// Its own token reads it; whoever listens to webhooks (examples/webhook-receiver) need not ask.
const token = new URL(booking.manageUrl).pathname.split("/").pop();
const settled = new Set(["CONFIRMED", "REJECTED", "CANCELLED", "EXPIRED"]);
let status = booking.status;
for (let tries = 0; !settled.has(status) && tries < 10; tries += 1) {
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  ({ status } = (await call("GET", `/api/bookings/${booking.id}?token=${token}`)).answer);
}
const { answer: read } = await call("GET", `/api/bookings/${booking.id}?token=${token}`);
console.log(`status  ${read.id} is ${read.status}`);

// Pattern 1: display available tour slots. Sign in, list the tours, fetch a month of slots, render a calendar.
//
//   node examples/patterns/display-slots.mjs [http://localhost:8787]
import { bookable, call, day, signIn, base } from "./daymark.mjs";

const { orgId, ask } = await signIn();
const { data: tours } = await ask("GET", `/api/orgs/${orgId}/tours?status=PUBLISHED`); // a draft has no slots yet

for (const tour of tours) {
  console.log(`\n${tour.name} (${tour.id})`);
  // Availability is public: no session is needed from here on.
  const { answer } = await call("GET", `/api/tours/${tour.id}/availability?from=${day(1)}&to=${day(28)}`);
  const dates = new Map();
  for (const slot of answer.slots) {
    const date = slot.localStartsAt.slice(0, 10);
    dates.set(date, [...(dates.get(date) ?? []), slot]);
  }
  for (const [date, slots] of dates) {
    const times = slots.map((slot) => `${slot.localStartsAt.slice(11, 16)} ${bookable(slot) ? `${slot.remaining} left` : slot.status}`);
    console.log(`  ${date}  ${times.join(" | ")}`);
  }
  console.log(`  ${dates.size} dates, all times ${answer.zone}, from ${base}`);
}

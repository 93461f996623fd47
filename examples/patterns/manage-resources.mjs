// Pattern 3: manage an organization's resources. Create one, set its weekly hours, block a date, assign it to a tour.
//
//   node examples/patterns/manage-resources.mjs [http://localhost:8787]
import { day, signIn } from "./daymark.mjs";

const { orgId, ask } = await signIn();
const org = `/api/orgs/${orgId}`;

const bus = await ask("POST", `${org}/resources`, { name: "Shuttle bus", kind: "VEHICLE", units: 1 });
console.log(`created  ${bus.id} ${bus.name}`);

const hours = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: "09:00", to: "17:00" }));
await ask("POST", `${org}/resources/${bus.id}/availability`, hours);
const { weekly } = await ask("GET", `${org}/resources/${bus.id}/availability`);
console.log(`hours    ${weekly.length} windows a week`);

const block = await ask("POST", `${org}/resources/${bus.id}/blocks`, { from: day(40), reason: "Inspection" });
console.log(`blocked  ${block.id}`);

const schedule = { rules: [{ times: ["10:00", "14:00"] }] };
const tour = await ask("POST", `${org}/tours`, { name: "Shuttle tour", durationMinutes: 90, capacity: 8, price: 1900, schedule });
const { resourceIds } = await ask("PATCH", `${org}/tours/${tour.id}`, { resourceIds: [bus.id] });
console.log(`assigned ${resourceIds.join(", ")} to ${tour.id}`);

// The books, read straight from the database: what was sold against what there is. Written apart from the product's
// own SQL on purpose, as plain loops, so that the two can disagree.

/** A live claim counts at `now`: not given back, and sold or still held. */
function live(claim, now) {
  return claim.released_at === null && (claim.held_until === null || claim.held_until > now);
}

/** Load of some claims at an instant; claims shared by one departure count once, by their largest. */
function loadAt(claims, instant) {
  let load = 0;
  const shared = new Map();
  for (const claim of claims) {
    if (claim.starts_at > instant || claim.ends_at <= instant) continue;
    if (claim.share_departure_at === null) {
      load += claim.units;
    } else {
      const key = `${claim.share_offering_id} ${claim.share_departure_at}`;
      shared.set(key, Math.max(shared.get(key) ?? 0, claim.units));
    }
  }
  return [...shared.values()].reduce((sum, units) => sum + units, load);
}

/** Pools that hold more than they have at some instant; empty when the law of capacity was kept. */
export function oversold(db, now) {
  const claims = db.prepare('select * from claim').all().filter((claim) => live(claim, now));
  const pools = Map.groupBy(claims, (claim) =>
    claim.resource_id === null ? `departure ${claim.offering_id} ${claim.departure_at}` : `resource ${claim.resource_id}`,
  );
  const over = [];
  for (const [pool, members] of pools) {
    const capacity = capacityOf(db, members[0]);
    if (capacity === null) continue;
    const load =
      members[0].resource_id === null
        ? members.reduce((sum, claim) => sum + claim.units, 0)
        : Math.max(...members.map((claim) => loadAt(members, claim.starts_at)));
    if (load > capacity) over.push({ pool, load, capacity });
  }
  return over;
}

function capacityOf(db, claim) {
  if (claim.resource_id !== null) {
    return db.prepare('select units from resource where id = ?').get(claim.resource_id).units;
  }
  const override = db
    .prepare('select capacity from departure_override where offering_id = ? and departure_at = ?')
    .get(claim.offering_id, claim.departure_at);
  return override?.capacity ?? db.prepare('select capacity_units from offering where id = ?').get(claim.offering_id).capacity_units;
}

/** Units of a departure that are sold or held at `now`. */
export function unitsTaken(db, offering, departureAt, now) {
  return db
    .prepare(
      `select claim.* from claim join offering on offering.id = claim.offering_id
       where offering.public_id = ? and claim.departure_at = ?`,
    )
    .all(offering, departureAt)
    .filter((claim) => live(claim, now))
    .reduce((sum, claim) => sum + claim.units, 0);
}

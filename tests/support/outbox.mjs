// What a test does in place of waiting for the outbox.

/** As if hours had passed: whatever is not delivered yet is due, nobody is believed to be sending it, and the minute's sweep runs. */
export async function hoursLater(server) {
  server.database().exec(`update delivery set next_attempt_at = 0, queued_until = 0, lease_until = 0 where state = 'PENDING'`);
  await server.cron();
}

// What a page's main thread is busy with, task by task, in processor time: on a machine that does other things meanwhile a
// task takes longer by the clock, but no more work.

/** The longest task of a page's main thread while `work` is done, in milliseconds of processor time. */
export async function longestTask(browser, page, work) {
  const tracing = await browser.newBrowserCDPSession();
  const events = [];
  tracing.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await tracing.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', 'blink.user_timing'] } });
  await page.evaluate(() => performance.mark('daymark-before'));
  await work();
  await page.evaluate(() => performance.mark('daymark-after'));
  const complete = new Promise((resolve) => tracing.once('Tracing.tracingComplete', resolve));
  await tracing.send('Tracing.end');
  await complete;
  await tracing.detach();
  // Of all threads of all pages of the browser, the one that set the marks.
  const [before, after] = ['before', 'after'].map((name) => events.find((event) => event.name === `daymark-${name}`));
  const mine = ({ pid, tid, ts }) => pid === after.pid && tid === after.tid && ts >= (before.pid === after.pid ? before.ts : 0) && ts <= after.ts;
  const tasks = events.filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && mine(event));
  return Math.max(...tasks.map(({ tdur, dur }) => (tdur ?? dur) / 1000));
}

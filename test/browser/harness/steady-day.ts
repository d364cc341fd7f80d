const shortestMinutes = 3;

/**
 * Ends where the day of Shanghai still lasts some minutes: the product runs on the real clock, and a story that takes money
 * "today" and asks what came "today" must not meet midnight in between. Waits for the next day at most, never longer than
 * those minutes.
 */
export async function steadyDay(): Promise<void> {
  const now = Temporal.Now.zonedDateTimeISO('Asia/Shanghai');
  const seconds = now.until(now.startOfDay().add({ days: 1 })).total('seconds');
  if (seconds > shortestMinutes * 60) return;
  await new Promise((resolve) => setTimeout(resolve, Math.ceil(seconds) * 1000));
}

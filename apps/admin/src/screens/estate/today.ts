/** Today on this computer as `YYYY-MM-DD`: what a day in a form begins with. */
export function todayText(now: Date = new Date()): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

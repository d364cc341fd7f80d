/** An instant as paper shows it: `2026-03-10 10:00`, in China. */
export function timeText(instant: string): string {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO('Asia/Shanghai');
  return `${local.toPlainDate()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}

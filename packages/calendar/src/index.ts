const d: Temporal.PlainDate = Temporal.PlainDate.from('2026-01-01');
export { d };

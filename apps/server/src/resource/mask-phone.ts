/** `13812341234` → `138****1234`; landlines keep their last four digits (EST-12). */
export function maskPhone(phone: string): string {
  if (phone.length < 7) return phone === '' ? '' : '****';
  return `${phone.slice(0, 3)}${'*'.repeat(Math.max(4, phone.length - 7))}${phone.slice(-4)}`;
}

// Spreadsheet programs take these, and some their full-width forms, for the beginning of a formula or command.
const RUNS_AS_FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/**
 * A text for a CSV cell that no program will run: an apostrophe goes before it. Texts that already begin with
 * apostrophes before such a character get one more, so that reading takes back exactly what was put.
 */
export function protectCsvText(text: string): string {
  return RUNS_AS_FORMULA.test(text) ? `'${text}` : text;
}

/** Takes the apostrophe of `protectCsvText` away again. */
export function unprotectCsvText(text: string): string {
  return text.startsWith("'") && RUNS_AS_FORMULA.test(text) ? text.slice(1) : text;
}

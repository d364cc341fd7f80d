export { bankingBindings } from './banking.bindings.ts';
export { bankingRoutes } from './banking.routes.ts';
export { bookWithholdingTask } from './book-batch.ts';
export { bookSureLinesTask } from './book-line.ts';
export { addShippedTemplates } from './edit-bank-template.ts';
export { encodeText } from './encode-text.ts';
export {
  type AgreementImport,
  importAgreements,
  isKnown,
  overlappingAgreements,
  readBankNames,
} from './import-agreements.ts';
export { makeWithholdingTask } from './make-batch.ts';
export { matchStatementTask } from './match-lines.ts';
export { accountDigits, accountField } from './seal-account.ts';

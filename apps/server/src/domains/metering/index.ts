export { createApportionment } from './apportionment.ts';
export { readingDeletion } from './delete-reading.ts';
export { type ImportedReading, importReadings, type JudgedImport, judgeImport } from './import-readings.ts';
export { meteringBindings, meteringRoutes } from './metering.routes.ts';
export { saveReadings } from './save-readings.ts';

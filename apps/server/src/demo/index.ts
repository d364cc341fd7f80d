export { openDemoChannel, startDemoEmulator } from './demo-payments.ts';
export { demoResident } from './demo-resident.ts';
export { demoSignIns, isDemoInstallation } from './demo-sign-ins.ts';
export { type DemoCounts, loadDemo } from './load-demo.ts';
export { ResetRefused, resetDemo } from './reset-demo.ts';
export { demoPassword, demoStaff, mainCompanyId, secondCompanyId } from './staff-list.ts';

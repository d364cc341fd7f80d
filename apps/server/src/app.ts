import type { FastifyInstance } from 'fastify';
import { accountingRoutes, accountingTasks, addDefaultAccounts } from './domains/accounting/index.ts';
import {
  accountField,
  addShippedTemplates,
  bankingBindings,
  bankingRoutes,
  bookSureLinesTask,
  bookWithholdingTask,
  makeWithholdingTask,
  matchStatementTask,
} from './domains/banking/index.ts';
import {
  addDefaultPaymentMethods,
  billReduction,
  billWaiving,
  cashierBindings,
  cashierRoutes,
  depositForfeiting,
  offsetDuePrepaid,
  offsetPrepaidTask,
  receiptAmending,
  receiptReversing,
  receiptVoiding,
  refunding,
  refundWaiving,
  shiftBinding,
  shiftRoutes,
  shiftToDo,
} from './domains/cashier/index.ts';
import {
  addDefaultChargeItems,
  billEditing,
  billVoiding,
  chargingBindings,
  chargingRoutes,
  followTags,
  raiseBillsTask,
  raiseDueBills,
} from './domains/charging/index.ts';
import { collectionBindings, collectionRoutes, collectionToDo } from './domains/collection/index.ts';
import {
  dunDuePlans,
  dunningBindings,
  dunningRoutes,
  letterSources,
  sendDunningTask,
  smsToDo,
} from './domains/dunning/index.ts';
import {
  estateBindings,
  estateRoutes,
  estateToDos,
  houseBinding,
  idCardField,
  parkingSpaceBinding,
  vehicleBinding,
} from './domains/estate/index.ts';
import { financeRoutes, financeTasks } from './domains/finance/index.ts';
import { fundBindings, fundPaying, fundRoutes } from './domains/fund/index.ts';
import { forgetLoosePictures, householdRoutes } from './domains/household/index.ts';
import { checkImport, forgetAbandonedSources, importRoutes, runImport, undoImport } from './domains/imports/index.ts';
import { invoicingBindings, invoicingRoutes, submitDueInvoices } from './domains/invoicing/index.ts';
import { meteringBindings, meteringRoutes, readingDeletion } from './domains/metering/index.ts';
import { forgetPushes, officialAccountRoutes, syncFollowersTask } from './domains/official-account/index.ts';
import {
  compareWecomTask,
  fillStaffPinyin,
  organisationBindings,
  organisationRoutes,
  setupRoutes,
} from './domains/organisation/index.ts';
import { houseHandover, ownershipRoutes } from './domains/ownership/index.ts';
import { forgetOver, partnersRoutes, pushToDo, tellEndpoints } from './domains/partners/index.ts';
import {
  agreementRoutes,
  deductDue,
  deductionToDo,
  exportReconciliationTask,
  followPayments,
  paymentsRoutes,
  paymentToDo,
  reconcileDue,
  reconcilePaymentsTask,
  reconciliationRoutes,
  reconciliationToDos,
} from './domains/payments/index.ts';
import { type PrintSource, printDocumentsTask, printingRoutes, printingSources } from './domains/printing/index.ts';
import {
  documentOwner,
  documentOwnerKind,
  expireStays,
  ownFilesOwner,
  ownFilesOwnerKind,
  residentsBindings,
  residentsRoutes,
  residentsTasks,
  residentToDos,
} from './domains/residents/index.ts';
import { rightsRoutes } from './domains/rights/index.ts';
import type { RegisteredApprovable } from './platform/approvals/approvable.ts';
import { approvalRoutes } from './platform/approvals/approval.routes.ts';
import { approvalToDo } from './platform/approvals/approval-to-do.ts';
import { archiveCompany, archiveRoutes, type SealedColumn } from './platform/archive/index.ts';
import { auditRoutes } from './platform/audit/audit.routes.ts';
import { sessionRoutes } from './platform/auth/session.routes.ts';
import { signInRoutes } from './platform/auth/sign-in.routes.ts';
import { signInPolicyRoutes } from './platform/auth/sign-in-policy.routes.ts';
import { switchCompanyRoutes } from './platform/auth/switch-company.routes.ts';
import { backupRoutes } from './platform/backup/backup.routes.ts';
import { startWithBackups } from './platform/backup/backup-settings.ts';
import { backupToDo } from './platform/backup/backup-to-do.ts';
import { lookAfterBackups } from './platform/backup/look-after-backups.ts';
import { isOperator } from './platform/backup/operator.ts';
import { consoleRoutes } from './platform/console/console.routes.ts';
import type { ToDoSource } from './platform/console/to-do.ts';
import type { Context } from './platform/context.ts';
import { fileRoutes } from './platform/files/file.routes.ts';
import type { Route } from './platform/http/route.ts';
import { buildHttpServer } from './platform/http/server.ts';
import type { Sweep } from './platform/jobs/worker.ts';
import { channelRoutes } from './platform/messages/channel.routes.ts';
import { deliveryRoutes } from './platform/messages/delivery.routes.ts';
import { messageRoutes } from './platform/messages/message.routes.ts';
import { notificationRoutes } from './platform/messages/notification.routes.ts';
import type { Services } from './platform/services.ts';
import { taskRoutes } from './platform/tasks/task.routes.ts';
import type { TaskHandlers } from './platform/tasks/task.ts';
import {
  batchEdit,
  customFieldRoutes,
  exportResource,
  fileOwnerKinds,
  type ResourceBinding,
  resourceDeletion,
} from './resource/index.ts';

/** Resources whose lists can be exported and whose rows can have files; each domain adds its own. */
const resources: readonly ResourceBinding[] = [
  ...estateBindings,
  ...residentsBindings,
  ...chargingBindings,
  ...dunningBindings,
  ...collectionBindings,
  ...meteringBindings,
  ...cashierBindings,
  ...invoicingBindings,
  ...fundBindings,
  ...bankingBindings,
  shiftBinding,
  ...organisationBindings,
];

/** Actions a company can make subject to approval. */
const approvables: readonly RegisteredApprovable[] = [
  ...[houseBinding, parkingSpaceBinding, vehicleBinding].map(resourceDeletion),
  billVoiding,
  billEditing,
  billWaiving,
  receiptReversing,
  receiptVoiding,
  receiptAmending,
  refunding,
  refundWaiving,
  readingDeletion,
  billReduction,
  depositForfeiting,
  fundPaying,
  houseHandover,
];

/** What is sealed and can be sealed again elsewhere: an archive of the company may carry it in the clear. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'resident', column: 'id_card_sealed', index: 'id_card_index', field: idCardField },
  { table: 'bank_agreement', column: 'account_sealed', index: 'account_index', field: accountField },
];

/** What waits for people, in the order of the console; each domain adds its own. */
const toDoSources: readonly ToDoSource[] = [
  approvalToDo,
  ...residentToDos,
  ...estateToDos,
  paymentToDo,
  collectionToDo,
  deductionToDo,
  ...reconciliationToDos,
  pushToDo,
  shiftToDo,
  smsToDo,
  backupToDo,
];

/** Where papers come from; a domain with papers of its own adds its source. */
const printSources: readonly PrintSource[] = [...printingSources, ...letterSources];

/** Rows through which files are seen. */
const fileOwners = fileOwnerKinds(resources)
  .set('company', { table: 'own_company', view: 'signedIn' })
  .set('microSite', { table: 'micro_site', view: 'microSite.edit' })
  .set('billWaiver', { table: 'bill', view: 'bill.view' })
  .set(documentOwner, documentOwnerKind)
  .set(ownFilesOwner, ownFilesOwnerKind);

/** The composition root: the only file that names every domain. */
export const routes: readonly Route[] = [
  ...sessionRoutes,
  ...signInRoutes,
  ...signInPolicyRoutes,
  ...switchCompanyRoutes,
  ...taskRoutes,
  ...fileRoutes(fileOwners),
  ...messageRoutes,
  ...channelRoutes,
  ...officialAccountRoutes,
  ...notificationRoutes,
  ...deliveryRoutes,
  ...auditRoutes,
  ...archiveRoutes,
  ...backupRoutes,
  ...consoleRoutes(toDoSources),
  ...approvalRoutes(approvables),
  ...estateRoutes,
  ...residentsRoutes,
  ...householdRoutes,
  ...financeRoutes,
  ...accountingRoutes,
  ...chargingRoutes,
  ...dunningRoutes,
  ...meteringRoutes,
  ...cashierRoutes,
  ...invoicingRoutes,
  ...fundRoutes,
  ...bankingRoutes,
  ...paymentsRoutes,
  ...collectionRoutes,
  ...agreementRoutes,
  ...reconciliationRoutes,
  ...partnersRoutes,
  ...ownershipRoutes,
  ...shiftRoutes,
  ...importRoutes,
  ...organisationRoutes,
  ...setupRoutes(fillNewCompany),
  ...customFieldRoutes(resources),
  ...rightsRoutes,
  ...printingRoutes(printSources),
];

export const taskHandlers: TaskHandlers = {
  archiveCompany: archiveCompany(sealedColumns, fileOwners),
  exportResource: exportResource(resources),
  batchEdit: batchEdit(resources),
  checkImport,
  runImport,
  undoImport,
  ...financeTasks,
  ...accountingTasks,
  ...residentsTasks,
  raiseBills: raiseBillsTask,
  sendDunning: sendDunningTask,
  offsetPrepaid: offsetPrepaidTask,
  makeWithholding: makeWithholdingTask,
  bookWithholding: bookWithholdingTask,
  matchStatement: matchStatementTask,
  bookSureLines: bookSureLinesTask,
  reconcilePayments: reconcilePaymentsTask,
  exportReconciliation: exportReconciliationTask,
  printDocuments: printDocumentsTask(printSources),
  compareWecom: compareWecomTask,
  syncFollowers: syncFollowersTask,
};

/** What is done by itself when it falls due. */
export const sweeps: readonly Sweep[] = [
  followTags,
  raiseDueBills,
  offsetDuePrepaid,
  dunDuePlans,
  fillStaffPinyin,
  expireStays,
  forgetAbandonedSources,
  forgetLoosePictures,
  submitDueInvoices,
  followPayments,
  deductDue,
  reconcileDue,
  tellEndpoints,
  forgetOver,
  lookAfterBackups,
  forgetPushes,
];

/** What a new company starts with, so that it can set prices, raise bills and take money; it may change all of it. */
export async function fillNewCompany(ctx: Context): Promise<void> {
  await addDefaultChargeItems(ctx);
  await addDefaultPaymentMethods(ctx);
  await addShippedTemplates(ctx);
  await addDefaultAccounts(ctx);
  if (await isOperator(ctx)) await startWithBackups(ctx);
}

export const version = '0.1.0';

export function buildApp(services: Services, options: { checkReplies?: boolean } = {}): Promise<FastifyInstance> {
  return buildHttpServer(services, { routes, version, ...options });
}

import { addDefaultAccounts } from '../domains/accounting/index.ts';
import { addDefaultPaymentMethods } from '../domains/cashier/index.ts';
import { hashPassword } from '../platform/auth/password.ts';
import { fixedClock } from '../platform/clock.ts';
import { createCompany } from '../platform/company/create-company.ts';
import type { Context } from '../platform/context.ts';
import { freshenStatistics } from '../platform/database/freshen-statistics.ts';
import { sql } from '../platform/database/sql.ts';
import { inTransaction, type Transaction } from '../platform/database/transaction.ts';
import type { Vault } from '../platform/secrets/index.ts';
import type { Services } from '../platform/services.ts';
import { type CommunityPlan, mainCommunities, secondCommunities } from './blueprint.ts';
import { drawBills } from './draw-bills.ts';
import { drawBindings, drawStandards } from './draw-charges.ts';
import { drawCommunity } from './draw-estate.ts';
import { drawPayments } from './draw-payments.ts';
import { drawPeople } from './draw-people.ts';
import { drawAudit, drawInbox, numberReceipts } from './draw-records.ts';
import { beginHistory, type History, instantText, timeZone } from './history.ts';
import { openItems } from './open-items.ts';
import { demoPassword, mainCompanyId, mainCompanyName, secondCompanyId, secondCompanyName } from './staff-list.ts';
import { writeAdmission } from './write-admission.ts';
import { writeAftermath } from './write-aftermath.ts';
import { writeApprovalFlows } from './write-approvals.ts';
import { writeBank } from './write-bank.ts';
import { writeCharges } from './write-charges.ts';
import { writeClosing } from './write-closing.ts';
import { writeCollectionCodes } from './write-collection-codes.ts';
import { writeContacts } from './write-contacts.ts';
import { writeDunning } from './write-dunning.ts';
import { writeEstate } from './write-estate.ts';
import { writeFund } from './write-fund.ts';
import { writeHoldings } from './write-holdings.ts';
import { setUpMessages, writeDeliveries } from './write-messages.ts';
import { writeMeters } from './write-meters.ts';
import { writeMicroSite } from './write-micro-site.ts';
import { writeMoney } from './write-money.ts';
import { writeOfficialAccount } from './write-official-account.ts';
import { writeOnlinePayments } from './write-online-payments.ts';
import { writePlans } from './write-plans.ts';
import { writeRecords } from './write-records.ts';
import { writeShifts } from './write-shifts.ts';
import { writeStaff } from './write-staff.ts';
import { writeVehicleCards } from './write-vehicle-cards.ts';

const seed = 20_260;

export interface DemoCounts {
  communities: number;
  houses: number;
  bills: number;
  receipts: number;
}

/**
 * Loads the demo into an installation without any company: all of it in one transaction, so that a crash leaves
 * nothing. Returns what was loaded, or null when there is a company already.
 */
export async function loadDemo(services: Pick<Services, 'pool' | 'clock' | 'vault'>): Promise<DemoCounts | null> {
  const passwordHash = await hashPassword(demoPassword);
  return inTransaction(services.pool, async (tx) => {
    // Two servers may start on one empty database at once.
    await tx.rows(sql`select pg_advisory_xact_lock(hashtext('anlin-demo'))`);
    if (await tx.first(sql`select id from company limit 1`)) return null;
    const history = beginHistory(services.clock, seed);
    const main = { id: mainCompanyId, name: mainCompanyName, plans: mainCommunities, vault: services.vault };
    const second = { id: secondCompanyId, name: secondCompanyName, plans: secondCommunities, vault: services.vault };
    const counts = await loadCompany(tx, history, main, passwordHash);
    await loadCompany(tx, history, second, passwordHash);
    return counts;
  });
}

interface DemoCompany {
  id: string;
  name: string;
  plans: readonly CommunityPlan[];
  vault: Vault;
}

async function loadCompany(
  tx: Transaction,
  history: History,
  company: DemoCompany,
  passwordHash: string,
): Promise<DemoCounts> {
  const ctx = await openCompany(tx, history, company);
  const communities = company.plans.map((plan, index) => drawCommunity(history, plan, (index + 1) * 10));
  const people = drawPeople(history, communities);
  const items = await openItems(ctx);
  const charged = communities.map((community) => {
    const standards = drawStandards(history, community, items);
    const bindings = drawBindings(history, community, standards);
    return { community, standards, bindings, ...drawBills(history, community, bindings) };
  });
  const payments = charged.flatMap(({ community, bills }) => drawPayments(history, community, bills));
  const { receipts, counters } = numberReceipts(history, communities, payments);
  const bills = charged.flatMap((one) => one.bills);
  const runs = charged.flatMap((one) => one.runs).sort((left, right) => left.atMs - right.atMs);

  await writeEstate(ctx, communities, people);
  await freshenStatistics(ctx, ['building', 'house', 'occupancy', 'parking_space', 'resident', 'vehicle']);
  await writeAdmission(ctx, history, communities, people.residents);
  const staff = await writeStaff(ctx, communities, passwordHash);
  await writeContacts(ctx);
  for (const { id } of communities.slice(0, 1)) {
    await writeMicroSite(ctx, id);
    await writeCollectionCodes(ctx, id);
  }
  await writeOfficialAccount(ctx, company.name);
  await addDefaultPaymentMethods(ctx);
  await addDefaultAccounts(ctx);
  const standards = charged.flatMap((one) => one.standards);
  const bindings = charged.flatMap((one) => one.bindings);
  await writeCharges(ctx, { standards, bindings, bills, runs, staff });
  await writeMoney(ctx, { receipts, counters, payerByHouse: people.payerByHouse, staff });
  const audit = drawAudit(history, communities, runs, receipts, staff);
  const inbox = drawInbox(history, runs, receipts, staff);
  await writeRecords(ctx, { audit, inbox, staff });
  await writeApprovalFlows(ctx);
  await setUpMessages(ctx);
  await writeDeliveries(ctx, inbox, staff);
  const [first] = communities;
  const staffAt = { staff: await readStaff(ctx, staff.idOf(staff.adminKey)), now: instantText(history.nowMs) };
  if (first) {
    await writeMeters(ctx, history, first);
    await writeVehicleCards(ctx, { communityId: first.id, month: history.today.toString().slice(0, 7) });
    const houseIds = first.houses.map((house) => house.id);
    const staffId = staff.idOf(staff.adminKey);
    await writeHoldings(ctx, { communityId: first.id, houseIds, staffId, now: instantText(history.nowMs) });
    await writeBank(ctx, { communityId: first.id, houseIds, from: history.start.toString() });
    await writeOnlinePayments(ctx, { ...staffAt, communityId: first.id, timeZone });
    await writeAftermath(ctx, { ...staffAt, communityId: first.id, timeZone });
    const paidInOn = history.start.toString();
    await writeFund(ctx, { ...staffAt, communityId: first.id, paidInOn, interestOn: history.today.toString() });
  }
  await runWaitingTriggers(tx);
  if (first) {
    // What was taken is in the income detail by now.
    await writeShifts(ctx, { communityId: first.id, now: instantText(history.nowMs) });
    await runWaitingTriggers(tx);
    // Far enough back that whoever tries the demo can still date something a few weeks ago.
    const lastDay = history.today.with({ day: 1 }).subtract({ months: 1, days: 1 }).toString();
    await writeClosing(ctx, { ...staffAt, communityId: first.id, lastDay });
  }
  await writePlans(ctx);
  await writeDunning(ctx);
  const houses = communities.reduce((sum, community) => sum + community.houses.length, 0);
  return { communities: communities.length, houses, bills: bills.length, receipts: receipts.length };
}

async function readStaff(ctx: Context, id: string): Promise<{ id: string; name: string }> {
  const row = await ctx.tx.first<{ name: string }>(
    sql`select name from staff where company_id = ${ctx.companyId} and id = ${id}`,
  );
  return { id, name: row!.name };
}

/** Triggers that wait for the end of the transaction must run while it is still inside this company. */
async function runWaitingTriggers(tx: Transaction): Promise<void> {
  await tx.run(sql`set constraints all immediate`);
  await tx.run(sql`set constraints all deferred`);
}

/** Makes the company as of the first day of the year told and gives the context its rows are written in. */
async function openCompany(tx: Transaction, history: History, company: DemoCompany): Promise<Context> {
  const clock = fixedClock(instantText(history.instantMs(history.start, 0)));
  let isFirst = true;
  const newId = () => {
    const id = isFirst ? company.id : history.newId();
    isFirst = false;
    return id;
  };
  await createCompany({ tx, newId, clock }, company);
  return {
    tx,
    companyId: company.id,
    actor: { kind: 'system', id: null, name: '系统' },
    permissions: new Set(),
    client: 'pc',
    communityIds: '*',
    wholeCommunityIds: '*',
    clock,
    newId: history.newId,
    vault: company.vault,
    origin: { ip: '', requestId: '' },
  };
}

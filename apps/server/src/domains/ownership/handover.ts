import type { EndpointRequest, handOverHouse } from '@anlin/contract';

type Body = EndpointRequest<typeof handOverHouse>['body'];

/** What is asked for when a house is handed over. */
export interface Handover {
  houseId: string;
  /** First day of the new owners, not after today. */
  handedOverOn: string;
  newOwners: readonly { name: string; phone: string; sex: 'male' | 'female' | null }[];
  leavingOccupancyIds: readonly string[];
  arrears: Body['arrears'];
  /** Voids unpaid bills beyond the day and raises them again in two parts. */
  splitBills: boolean;
  holdings: Body['holdings'];
  refundMethodId: string | null;
  note: string;
}

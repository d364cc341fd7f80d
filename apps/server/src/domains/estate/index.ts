export { targetJoins, targetLabel } from './charge-target.ts';
export { readCommunityFace } from './community-face.ts';
export {
  buildingBinding,
  communityBinding,
  estateBindings,
  houseBinding,
  parkingSpaceBinding,
  tagBinding,
  unitBinding,
  vehicleBinding,
} from './estate.bindings.ts';
export { estateRoutes } from './estate.routes.ts';
export type { HouseImport, HouseImportRow } from './house-import.ts';
export { houseNames, searchKeyOf } from './house-name.ts';
export { idCardField } from './id-card-field.ts';
export { importHouses, verifyHouseImport } from './import-houses.ts';
export { importUnits } from './import-places.ts';
export { insertResidents, residentsByPhone } from './import-residents.ts';
export { importTags, tagIds } from './import-tags.ts';
export { type MoveIn, moveIn, moveResidentIn, residentByPhone, type Stay } from './move-in.ts';
export { type MoveOut, moveOut, moveOutMany } from './move-out.ts';
export { occupanciesOfResident } from './occupancy.queries.ts';
export { plateOf } from './plate.ts';
export { type NamePinyin, pinyinOf } from './resident-name.ts';
export { houseIdsByPlace, residentIdsMatching } from './search.conditions.ts';
export { searchEstate } from './search-estate.ts';
export { resubmitVehicle, submitVehicle } from './submit-vehicle.ts';
export { estateToDos } from './to-do.ts';

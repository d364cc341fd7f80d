import {
  bankAccountResource,
  bankAgreementResource,
  bankTemplateResource,
  billResource,
  buildingResource,
  chargeItemResource,
  chargeStandardResource,
  collectionCodeResource,
  communityResource,
  depositResource,
  externalContactResource,
  houseResource,
  meterReadingResource,
  meterResource,
  parkingSpaceResource,
  prepaidAccountResource,
  type ResourceDefinition,
  raisingRunResource,
  residentResource,
  staffResource,
  tagResource,
  unitResource,
  vehicleResource,
} from '@anlin/contract';

/** Resources a reference field can point at, by name. A new resource that is referred to adds its line here. */
const resources: readonly ResourceDefinition[] = [
  communityResource,
  buildingResource,
  unitResource,
  houseResource,
  parkingSpaceResource,
  vehicleResource,
  residentResource,
  tagResource,
  chargeItemResource,
  chargeStandardResource,
  billResource,
  raisingRunResource,
  meterResource,
  meterReadingResource,
  collectionCodeResource,
  prepaidAccountResource,
  depositResource,
  staffResource,
  externalContactResource,
  bankAccountResource,
  bankAgreementResource,
  bankTemplateResource,
];

const byName = new Map(resources.map((definition) => [definition.name, definition]));

/** The definition of that name, if it is one of a resource. */
export function findResource(name: string): ResourceDefinition | undefined {
  return byName.get(name);
}

/** The definition a reference names. An unknown name is a mistake in the contract. */
export function resourceNamed(name: string): ResourceDefinition {
  const definition = byName.get(name);
  if (!definition) throw new Error(`resource-registry.ts does not know the resource "${name}"`);
  return definition;
}

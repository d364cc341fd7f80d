export { readVaultKeys } from './read-keys.ts';
export { closedVault, type SealedPlace, type Vault, vaultOf } from './vault.ts';

/** Place of a resident's id card in the vault: part of what seals it and of its blind index. */
export const idCardField = 'resident.idCard';

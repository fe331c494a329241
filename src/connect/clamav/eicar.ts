/**
 * The test file that every scanner knows and that harms nothing (eicar.org, 68 bytes). Kept in two halves, so that no scanner takes this program for it.
 */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')

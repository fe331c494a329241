/** The six places of Harbor Valley Medical Group. `physicians` adds up to 80; telephone numbers are of the 555-01xx block kept for fiction. */
export type SampleSite = {
  siteId: string
  name: string
  physicians: number
  rooms: number
  address: string
  city: string
  postalCode: string
  phone: string
}

export const PRACTICE_ID = 'harbor-valley'
export const PRACTICE_NAME = 'Harbor Valley Medical Group'
export const PRACTICE_ZONE = 'America/Chicago'
export const PRACTICE_STATE = 'WI'

export const SITES: readonly SampleSite[] = [
  {
    siteId: 'harbor-main',
    name: 'Harbor Main',
    physicians: 26,
    rooms: 60,
    address: '100 Breakwater Avenue',
    city: 'Harbor Valley',
    postalCode: '53990',
    phone: '(608) 555-0100',
  },
  {
    siteId: 'riverside',
    name: 'Riverside',
    physicians: 18,
    rooms: 42,
    address: '2400 Mill Race Road',
    city: 'Riverside Landing',
    postalCode: '53991',
    phone: '(608) 555-0110',
  },
  {
    siteId: 'north-valley',
    name: 'North Valley',
    physicians: 13,
    rooms: 30,
    address: '77 Orchard Rise',
    city: 'North Valley',
    postalCode: '53992',
    phone: '(608) 555-0120',
  },
  {
    siteId: 'eastgate',
    name: 'Eastgate',
    physicians: 10,
    rooms: 24,
    address: '815 Tollhouse Lane',
    city: 'Eastgate',
    postalCode: '53993',
    phone: '(608) 555-0130',
  },
  {
    siteId: 'west-mill',
    name: 'West Mill',
    physicians: 8,
    rooms: 18,
    address: '31 Gristmill Street',
    city: 'West Mill',
    postalCode: '53994',
    phone: '(608) 555-0140',
  },
  {
    siteId: 'lighthouse-point',
    name: 'Lighthouse Point',
    physicians: 5,
    rooms: 12,
    address: '9 Beacon Spur',
    city: 'Lighthouse Point',
    postalCode: '53995',
    phone: '(608) 555-0150',
  },
]

export const PHARMACIES: readonly { name: string; phone: string; fax: string }[] = [
  { name: 'Breakwater Pharmacy', phone: '(608) 555-0160', fax: '(608) 555-0161' },
  { name: 'Mill Race Drugs', phone: '(608) 555-0162', fax: '(608) 555-0163' },
  { name: 'Orchard Rise Apothecary', phone: '(608) 555-0164', fax: '(608) 555-0165' },
  { name: 'Tollhouse Pharmacy', phone: '(608) 555-0166', fax: '(608) 555-0167' },
  { name: 'Gristmill Family Pharmacy', phone: '(608) 555-0168', fax: '(608) 555-0169' },
  { name: 'Beacon Discount Drug, drive-through', phone: '(608) 555-0170', fax: '(608) 555-0171' },
  { name: 'Valley Hospital Outpatient Pharmacy', phone: '(608) 555-0172', fax: '(608) 555-0173' },
]

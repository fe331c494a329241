import type { NamedSite } from './named-site.ts'

type Said = (key: string, blank: string) => string

/** Vendors, systems, their map and what protects them, as far as every practice has them. */
export function machineFiles(said: Said, sites: readonly NamedSite[]): Record<string, unknown> {
  return {
    vendors: {
      vendors: [
        vendor(
          'ehr-vendor',
          said('ehrVendor', 'who is called when the EHR breaks'),
          'The EHR',
          said('ehrVendorPhone', 'the number'),
          'TODO signed on which day',
        ),
        vendor(
          'internet-provider',
          said('provider', 'who gives the Internet line'),
          'The Internet line',
          said('providerPhone', 'the number'),
          'none',
        ),
      ],
    },
    systems: {
      systems: [
        system('ehr', said('ehr', 'what the EHR is called'), 'EHR', { vendor: 'ehr-vendor', patientData: true }),
        system('ehr-database', 'EHR database', 'EHR database', { vendor: 'ehr-vendor', patientData: true }),
        system('phones', 'Telephones', 'Telephones', {}),
      ],
    },
    map: { nodes: [...center(), ...sites.flatMap((site) => places(site))] },
    protections: {
      standbys: ['TODO primary, standby and engine, if there is one'],
      backups: [
        {
          id: 'ehr-backup',
          name: 'EHR backup',
          of: ['ehr', 'ehr-database', 'phones'],
          what: 'data and image',
          every: 'TODO how often it runs',
          keep: 'TODO how long it is kept',
          copies: ['TODO where each copy lies, and which one is off site'],
          restoreTest: 'TODO how often it is restored to see whether it is good',
        },
      ],
      ups: [
        {
          id: 'server-ups',
          name: 'Server UPS',
          feeds: ['server'],
          runtime: 'TODO as its last test measured it',
          battery: 'TODO the day on which it was put in',
          onLow: ['TODO what happens on low battery, in order'],
        },
      ],
      lines: sites.map(({ id, name }) => ({
        id: `${cut(id)}-line`,
        name: `${name} line`,
        site: id,
        node: `${cut(id)}-internet`,
        technology: 'cable',
        vendor: 'internet-provider',
        unplugTest: 'TODO how often the other line is unplugged',
      })),
      antivirus: ['TODO which product, on which machines'],
    },
  }
}

function vendor(id: string, name: string, provides: string, phone: string, associate: string): unknown {
  return {
    id,
    name,
    provides,
    account: 'TODO the number that they ask for',
    contract: { hours: 'TODO always, or hours for each weekday' },
    tiers: phone.startsWith('TODO') ? [phone] : [{ name: 'Support', phone }],
    severities: ['TODO our words and theirs'],
    associate,
  }
}

function system(id: string, name: string, otherwise: string, more: object): unknown {
  return {
    id,
    name: name.startsWith('TODO') ? otherwise : name,
    criticality: 'critical',
    rto: 'TODO how soon it must be back',
    rpo: 'TODO how much of what was written last may be lost',
    mtd: 'TODO after how long without it the practice cannot work',
    owner: 'technical',
    workaround: 'TODO how people work without it',
    ...more,
  }
}

function center(): unknown[] {
  return [
    { id: 'server-power', kind: 'power', name: 'Power of the servers' },
    { id: 'server-switch', kind: 'switch', name: 'Switch of the servers', needs: ['server-power'] },
    { id: 'server', kind: 'host', name: 'Server', needs: ['server-power', 'server-switch'] },
    { id: 'database', kind: 'database', name: 'EHR database', system: 'ehr-database', needs: ['server'] },
    { id: 'ehr-app', kind: 'application', name: 'EHR', system: 'ehr', needs: ['database', 'server'] },
    {
      id: 'telephones',
      kind: 'application',
      name: 'Telephones',
      system: 'phones',
      needs: ['TODO what the telephones need'],
    },
  ]
}

function places({ id, name }: NamedSite): unknown[] {
  const own = cut(id)
  return [
    { id: `${own}-power`, kind: 'power', name: `${name} power`, site: id },
    {
      id: `${own}-internet`,
      kind: 'line',
      name: `${name} Internet line`,
      site: id,
      vendor: 'internet-provider',
      needs: [`${own}-power`],
    },
    { id: `${own}-switch`, kind: 'switch', name: `${name} switch`, site: id, needs: [`${own}-power`] },
    {
      id: `${own}-ehr`,
      kind: 'application',
      name: `EHR at ${name}`,
      site: id,
      needs: ['ehr-app', `${own}-switch`, `${own}-internet`],
    },
  ]
}

/** Room for what is added to it: an id has forty letters. */
function cut(id: string): string {
  return id.slice(0, 30).replace(/-+$/, '')
}

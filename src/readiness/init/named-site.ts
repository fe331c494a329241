export type NamedSite = { id: string; name: string }

/** Names between commas, each with an id of its own. */
export function namedSites(text: string): NamedSite[] {
  const taken = new Set<string>()
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      const wanted = idOf(name, 'site')
      let id = wanted
      for (let nth = 2; taken.has(id); nth++) id = `${wanted.slice(0, 36)}-${nth}`
      taken.add(id)
      return { id, name }
    })
}

/** What an id may be made of a name; `otherwise` where nothing of it may. */
export function idOf(name: string, otherwise: string): string {
  const id = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40)
    .replace(/-+$/, '')
  return id === '' ? otherwise : id
}

// Makes every page live without any code of the page's own: the server says that something changed, the page fetches itself again and
// morphs in place. What a person is typing is left alone. Without this script every page still works; it is then as old as its last load.
import { Idiomorph } from '/look/idiomorph.js'

const subjects = document.body.dataset.live
const lost = document.getElementById('live-lost')
let fetching = false
let again = false
let timer

function beingEdited() {
  const active = document.activeElement
  if (active?.closest('main form') && active.matches('input, textarea, select')) return true
  return [...document.querySelectorAll('main form')].some((form) =>
    [...form.elements].some((field) =>
      field.type === 'checkbox' || field.type === 'radio'
        ? field.checked !== field.defaultChecked
        : 'defaultValue' in field && field.type !== 'hidden' && field.value !== field.defaultValue,
    ),
  )
}

// What a person opened stays open.
const keepOpen = { beforeAttributeUpdated: (name, node) => !(name === 'open' && node.localName === 'details') }

async function refresh() {
  if (document.hidden || beingEdited()) return
  if (fetching) {
    again = true
    return
  }
  fetching = true
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html', 'x-live': '1' }, cache: 'no-store' })
    if (answer.redirected) {
      location.assign(answer.url)
      return
    }
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const main = next.querySelector('main')
    // A page that is gone or not theirs any more says so itself; an answer that is no page leaves what stands here, which is then old.
    say(main === null)
    if (main) {
      for (const selector of ['main', '.viewer-bar', '.side nav', '.top nav', '.menu-count']) {
        const here = document.querySelector(selector)
        const there = next.querySelector(selector)
        if (here && there)
          Idiomorph.morph(here, there, { ignoreActiveValue: true, restoreFocus: true, callbacks: keepOpen })
      }
      document.body.className = next.body.className
      document.title = next.title
    }
  } catch {
    say(true)
  } finally {
    fetching = false
    if (again) {
      again = false
      void refresh()
    }
  }
}

function say(isLost) {
  if (lost) lost.hidden = !isLost
}

if (subjects !== undefined) {
  const events = new EventSource(subjects)
  events.addEventListener('open', () => say(false))
  events.addEventListener('error', () => say(true))
  events.addEventListener('changed', () => {
    clearTimeout(timer)
    timer = setTimeout(refresh, 80)
  })
  // Ages move even when nothing else does.
  setInterval(refresh, 30_000)
  document.addEventListener('visibilitychange', refresh)
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select')) return
  if (event.key === '/') {
    const search = document.querySelector('[data-search]')
    if (search) {
      event.preventDefault()
      search.focus()
      search.select()
    }
  }
  if (event.key === '?') {
    const help = document.querySelector('a[data-help]')
    if (help) {
      event.preventDefault()
      help.click()
    }
  }
})
for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => print())

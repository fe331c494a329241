import { type Html, html } from '../../look/html.ts'
import { facts } from '../../look/table.ts'
import { siteWord, sourceWord } from './words.ts'

export function helpPage(): Html {
  return html`<section class="stack"><h2>Words</h2>${facts([
    [
      'Site',
      'A clinic, and the lockbox in it: a machine that goes on showing schedules and key data when everything else is down.',
    ],
    [
      'Source',
      'A door into the EHR: its standby database, its FHIR or HL7 interface, or a drop folder. Holdfast only reads.',
    ],
    [
      'Pack',
      'The sealed files that a site lives on: the panel (every patient’s key data) and the site’s own (schedule, people, paper).',
    ],
    ['As of', 'When the EHR said it, never when a file was copied.'],
    [
      'Stamp',
      'A time that Holdfast writes into a table of its own in the EHR and waits to see again, at the source and at each site. What comes back proves the whole road.',
    ],
    ['Plan', 'The contingency plan: who is on call, what needs what, what may happen and which answer it has.'],
    [
      'Review',
      'A system that is new or changed in the plan, of which somebody must look whether the rest of the plan still holds.',
    ],
    ['Quarantined', 'A record that could not be understood. It is kept, counted and shown, and is in no pack.'],
    [
      'Held back',
      'What a source says and is not used yet: it would take much away, or it names a different person. A person decides.',
    ],
  ])}</section>
<section class="stack"><h2>How a site stands</h2>${facts([
    [siteWord('fresh'), html`It speaks, and its packs are as new as what was published.`],
    [siteWord('locked'), html`As fresh; nobody has unlocked it since it started. Anyone of that site can.`],
    [siteWord('stale'), html`Its data is older than the limit in the settings.`],
    [siteWord('behind'), html`It speaks, but does not take the packs that are published for it.`],
    [siteWord('silent'), html`It has not spoken for longer than it should. It works on with what it has.`],
    [siteWord('waiting'), html`It was enrolled and has not spoken yet.`],
    [siteWord('planned'), html`It was set up here; no lockbox has used its code yet.`],
    [siteWord('revoked'), html`Its lockbox was taken out and can read nothing that is published since.`],
  ])}</section>
<section class="stack"><h2>How a source stands</h2>${facts([
    [sourceWord('current'), html`Reads end, and what they bring moves.`],
    [sourceWord('frozen'), html`Reads succeed but bring nothing newer: the dangerous case, because it looks well.`],
    [sourceWord('failing'), html`Reads break off; the reason stands beside it.`],
    [sourceWord('late'), html`No read has ended for two intervals.`],
    [sourceWord('starting'), html`It is being read for the first time, which takes longer than every later read.`],
  ])}</section>
<section class="stack"><h2>Keys</h2>${facts([
    ['/', 'goes to the search box, where there is one'],
    ['?', 'opens this page'],
    ['Tab, Enter', 'reach and open everything'],
  ])}</section>`
}

import { type Html, html } from '../../../look/html.ts'

/** No plan is kept yet: what one is, and how to begin. */
export function beginView(): Html {
  return html`<p>The contingency plan says who is there and who is on call, which systems matter how much, what may happen, and which written answer each has. It is one folder of text files, which Holdfast checks, keeps in versions, shows here and prints.</p>
<section class="stack"><h2>Begin with an interview</h2><ol class="stack steps"><li>On the machine of the hub: <span class="id">holdfast plan init plan</span>. It asks twelve short things, such as the names of the clinics and who is called at night. What you do not know yet stays visible as a blank.</li><li><span class="id">holdfast plan check plan</span> names every blank and every mistake with its place, and what to write instead.</li><li><span class="id">holdfast plan keep plan --because "our first plan" -c hub.yaml</span> brings it here as version 1. A plan with blanks may be kept: it grows.</li></ol></section>
<section class="stack"><h2>Bring a folder that you have</h2><p>A folder with the files of a plan, from git or from another hub, comes in the same way: <span class="id">holdfast plan keep FOLDER --because "taken over" -c hub.yaml</span>. <span class="id">docs/operating/plan.md</span> says what stands in each file, and <span class="id">dev/practice/plan</span> holds a full one to copy from.</p></section>
<section class="stack"><h2>After that</h2><p>People, telephones, leave, turns, opening hours and vendors can be changed on these pages, without touching a file. Whoever keeps the files by hand takes them out with <span class="id">holdfast plan take-out</span>, and keeps them again.</p></section>`
}

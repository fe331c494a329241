import { html } from '../../look/html.ts'
import { empty } from '../../look/table.ts'

/** What stands where a page asks the plan and none is kept. */
export const noPlanKept = {
  headline: 'Not known: no version of the contingency plan is kept here.',
  body: empty(
    'No plan is kept',
    html`On the hub’s machine, <span class="id">holdfast plan init plan</span> begins one, and <span class="id">holdfast plan keep plan --because WHY -c hub.yaml</span> keeps it. This page then asks it.`,
  ),
}

import { noteOn } from './sheet.ts'

/**
 * `node stop-child.ts SHEET NAME`: what stands in the sample's written order where a practice would write `ssh stop-ehr@app.lan`. It stops nothing, and
 * writes down that it was run.
 */
const [sheet, name] = process.argv.slice(2)
if (sheet === undefined || name === undefined) process.exit(2)
noteOn(sheet, `Stopped, if this were real: ${name}`)

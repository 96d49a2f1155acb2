/** `npm run ratchet`: lowers `ratchet.json` to the sizes of today's tree; never raises it. */
import { measureSizes, readRatchet, tighten, writeRatchet } from './size-ratchet.ts'
import { codeOnly, readSources } from './source-tree.ts'

const sizes = measureSizes(codeOnly(readSources()))
const limits = tighten(sizes, readRatchet())
writeRatchet(limits)
process.stdout.write(`measured ${JSON.stringify(sizes)}\nlimits   ${JSON.stringify(limits)}\n`)

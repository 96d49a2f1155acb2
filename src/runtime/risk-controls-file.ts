/**
 * The risk controls' file (C-72, Y-10): `RISK_CONTROLS_PATH`, else config/risk-controls.json (or the documents' risk_controls.json) here, else the
 * one this package brings. It becomes a layer of the configuration right above the defaults: what the general file, environment and flags state
 * wins over it. Unknown keys are problems that name the nearest known one; wrong values are reported with all others when the layers are resolved.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nearestName } from '#base/near-name.ts'
import { scalar } from '#base/result.ts'
import { RISK_CONTROL_KEYS } from '#domain/risk-controls.ts'
import { PIPELINE } from '#pipeline'
import type { ConfigLayer, ConfigProblem } from './config.ts'
import { readConfigFile } from './config-file.ts'

/** Components whose section takes the controls whole, under `riskControls`. */
export const CONTROLLED: readonly string[] = ['protection/quotes']
/** The loop names the keys of intermittent hedging in camel case, in a section of its own. */
export const LOOP = 'hedging/loop'
/** Holds the regime of implied volatility at the thresholds of the fees. */
export const VOLATILITY = 'analysis/volatility'
const LOOP_KEY = /^(intermittent|phase3)_/

const NAMES = ['config/risk-controls.json', 'config/risk_controls.json', 'configs/risk_controls.json', 'risk_controls.json']
const PACKAGED = fileURLToPath(new URL('../../config/risk-controls.json', import.meta.url))

export interface RiskControlsRead {
  readonly layer?: ConfigLayer
  readonly problems: readonly ConfigProblem[]
}

export function findRiskControls(stated: string | undefined, folder = '.'): string | undefined {
  if (stated !== undefined) return stated
  const here = NAMES.map((name) => join(folder, name)).find((path) => existsSync(path))
  return here ?? (existsSync(PACKAGED) ? PACKAGED : undefined)
}

export function readRiskControls(path: string): RiskControlsRead {
  const read = readConfigFile(path)
  if (!read.ok) return { problems: [read.problem] }
  const stated = Object.entries(read.layer.values)
  const problems = stated.filter(([key]) => !RISK_CONTROL_KEYS.includes(key)).map(([key, value]) => unknownKey(path, key, value))
  const known = Object.fromEntries(stated.filter(([key]) => RISK_CONTROL_KEYS.includes(key)))
  return { layer: layerOfControls(path, known), problems }
}

function unknownKey(path: string, key: string, value: unknown): ConfigProblem {
  const near = nearestName(key, RISK_CONTROL_KEYS)
  const limit = near === undefined ? `one of ${RISK_CONTROL_KEYS.join(', ')}` : `did you mean ${near}?`
  return { code: 'unknown_key', field: key, seen: scalar(value), limit, source: path }
}

function layerOfControls(source: string, controls: Readonly<Record<string, unknown>>): ConfigLayer {
  const components: Record<string, unknown> = {}
  for (const name of CONTROLLED) components[name] = { riskControls: controls }
  const thresholds = controls['fee_iv_regime_thresholds']
  if (thresholds !== undefined && PIPELINE.some(({ name }) => name === VOLATILITY))
    components[VOLATILITY] = { ivRegimeThresholds: thresholds }
  const loop = Object.entries(controls).filter(([key]) => LOOP_KEY.test(key))
  if (loop.length > 0 && PIPELINE.some(({ name }) => name === LOOP))
    components[LOOP] = { intermittent: Object.fromEntries(loop.map(([key, value]) => [camelCase(key), loopValue(value)])) }
  return { source, values: { components } }
}

function camelCase(key: string): string {
  return key.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

function loopValue(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value
}

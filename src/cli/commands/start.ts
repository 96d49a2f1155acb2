/** `ballast start`: the platform in mode sim with its page and API, until it is told to stop. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { readAlertWebhook, readSealKey, userConfigFolder } from '#env'
import type { ResolvedConfig } from '#runtime/config.ts'
import type { ReloadableControls } from '#runtime/reload-controls.ts'
import { effectiveConfig, reconfigured } from '../effective-config.ts'
import { EXIT } from '../exit-codes.ts'
import { onStop } from '../stop-signal.ts'
import { collect, SET_HELP, type AddCommand, type CommandContext } from './command.ts'

interface StartFlags {
  readonly port?: string
  readonly host?: string
  readonly data?: string
  readonly speed?: string
  readonly seed?: string
  readonly scenario?: string
  readonly reset?: boolean
  readonly config?: string
  readonly set?: readonly string[]
}
interface Running {
  readonly url: string
  readonly operationsUrl: string | undefined
  readonly tokenFile: string | undefined
  readonly journalId: string
  stop(): Promise<void>
}

const ENDED_GRACE_MS = 1_000

export const addStart: AddCommand = (program, context) => {
  const command: Command = program
    .command('start')
    .summary('watch a simulated market and a protected account in it')
    .description(
      'Starts the simulated market, the demo account and the page that shows both. Goes on where the journal ends; Ctrl-C stops it cleanly.',
    )
    .option('--port <number>', 'where the page and the API listen (default 4100)')
    .option('--host <address>', 'the address they listen on (default 127.0.0.1)')
    .option('--data <folder>', 'journal, checkpoints and logs (default var)')
    .option('--speed <factor>', 'market time against the wall clock (default 60)')
    .option('--seed <text>', 'which market; another one than the journal has needs --reset')
    .option('--scenario <name>', 'calm, crash, grind or squeeze')
    .option('--reset', 'seal the old journal, keep it in the archive, and begin anew')
    .option('--config <file>', 'a JSON file of configuration')
    .option('--set <key=value>', SET_HELP, collect)
  command.addHelpText(
    'after',
    '\nExample:\n  ballast start --scenario crash --speed 300 --reset\n\nThe documented files are in <data>/logs, the journal in <data>/engine.',
  )
  command.action((flags: StartFlags) => start(flags, context))
}

async function start(flags: StartFlags, { terminal, finish }: CommandContext): Promise<void> {
  const { port, host, data, speed, seed, scenario, config: file, set = [], reset = false } = flags
  const named = { port, host, dataFolder: data, 'sim.speed': speed, 'sim.seed': seed, 'sim.scenario': scenario }
  const stated = { set, named, ...(file === undefined ? {} : { config: file }) }
  const { config, environment, riskControlsFile } = effectiveConfig(stated)
  for (const warning of environment.warnings) terminal.note(`note: ${warning}`)
  if (environment.withoutEffect.length > 0) terminal.note(`note: without effect in this version: ${environment.withoutEffect.join(', ')}`)
  let end: (code: typeof EXIT.done | typeof EXIT.failed) => void = () => {}
  const ended = new Promise<typeof EXIT.done | typeof EXIT.failed>((resolveEnd) => {
    end = resolveEnd
  })
  onStop((signal) => {
    terminal.note(`${signal}: stopping, the journal is being closed`)
    end(EXIT.done)
  })
  const running = await open(config, reset, {
    ...(riskControlsFile === undefined
      ? {}
      : { controls: { path: riskControlsFile, resolve: () => reconfigured(stated, environment, riskControlsFile) } }),
    log: (line) => terminal.note(line),
    onFatal: (reason) => {
      terminal.note(`cannot go on: ${reason}`)
      end(EXIT.failed)
    },
  }).catch((error: unknown) => {
    endSoon()
    throw error
  })
  terminal.answer(welcome(config, running))
  const code = await ended
  await running.stop().catch((error: unknown) => {
    endSoon()
    throw error
  })
  terminal.note('stopped; the next start goes on from here')
  finish(code)
}

/** A worker that was half way up, or could not be closed on a full disk, must not keep alive what has already said how it ended. */
function endSoon(): void {
  setTimeout(() => process.exit(), ENDED_GRACE_MS).unref()
}

interface Host {
  readonly controls?: ReloadableControls
  readonly log: (line: string) => void
  readonly onFatal: (reason: string) => void
}

/** Loaded late, so that `--help` and refusals need neither the platform nor the web server. */
async function open(config: ResolvedConfig, reset: boolean, { controls, log, onFatal }: Host): Promise<Running> {
  const [{ startSim }, { startResettable }, { serveApi }, { ensureWebBuilt, ensureWidgetBuilt }] = await Promise.all([
    import('#runtime/start-sim.ts'),
    import('#runtime/resettable.ts'),
    import('../serve-api.ts'),
    import('../build-web.mjs'),
  ])
  const built = { web: await ensureWebBuilt({ log }), widget: await ensureWidgetBuilt({ log }) }
  const watched = controls === undefined ? {} : { controls }
  const alertWebhook = readAlertWebhook()
  const hooked = alertWebhook === undefined ? {} : { alertWebhook }
  const sim = { config, sealKey: readSealKey(), userConfigFolder: userConfigFolder(), ...watched, ...hooked, log, onFatal }
  const running = await startResettable((isReset) => startSim({ ...sim, reset: isReset }), reset)
  const { platform, stop } = running
  try {
    const { url, operationsUrl, tokenFile, close } = await serveApi(config, running, built, { userConfigFolder: sim.userConfigFolder, log })
    return {
      url,
      operationsUrl,
      tokenFile,
      journalId: platform.info.journalId,
      async stop() {
        await close()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function welcome({ host }: ResolvedConfig, { url, operationsUrl, tokenFile, journalId }: Running): string {
  const { sim, demo } = host
  const floor = `${Number((demo.drawdownFloorPct * 100).toFixed(4))} %`
  return [
    '',
    `  Ballast runs a simulated market, scenario ${sim.scenario}, seed ${sim.seed}, ${sim.speed} times as fast as the clock.`,
    `  Nothing here is real money: the demo account holds ${demo.size} BTC ${demo.side} at ${demo.leverage}x, protected ${floor} from its index.`,
    '',
    `  Watch it      ${operationsUrl ?? url}`,
    `  API           ${url}/docs`,
    `  Sign in       with the token in ${tokenFile ?? 'BALLAST_ADMIN_TOKEN or BALLAST_TOKENS'}, to halt and to lift a halt`,
    `  Journal       ${resolve(host.dataFolder, 'engine')}   (id ${journalId})`,
    `  Logs          ${resolve(host.dataFolder, 'logs')}`,
    '  Stop          Ctrl-C; the next start goes on from the journal, --reset begins anew',
    '',
  ].join('\n')
}

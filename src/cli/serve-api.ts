/**
 * The API's servers: one for everything, or, where `opsPort` is stated, one for clients and one for operations and the page (C-01). Behind a gateway
 * (C-50) the client's server believes its signatures alone; the operators' own server answers on this machine as ever.
 */
import { join } from 'node:path'
import { readAccessTokens, readAdminToken, readGatewayKey } from '#env'
import { createApi, listen } from '#api/create-api.ts'
import type { ApiOptions } from '#api/create-api.ts'
import { zRole } from '#api/contract-session.ts'
import type { Token } from '#api/sessions.ts'
import { knownAccounts } from '#runtime/accounts-file.ts'
import type { ResolvedConfig } from '#runtime/config.ts'
import type { Resettable } from '#runtime/resettable.ts'
import { loadLocalToken } from '#store/local-token.ts'
import { refused } from './failure.ts'
import { rotatingLog } from './rotating-log.ts'

export interface Served {
  readonly url: string
  /** Of operations and page, where they have a port of their own. */
  readonly operationsUrl: string | undefined
  /** Where the token stands with which one signs in, where none was configured. */
  readonly tokenFile: string | undefined
  close(): Promise<void>
}

/** Folders of what was built for browsers; what could not be built is absent. */
export interface Built {
  readonly web?: string | undefined
  readonly widget?: string | undefined
}

export interface Surroundings {
  /** The user's own, where the token is made with which one signs in when none is configured. */
  readonly userConfigFolder: string
  /** Something worth a line that stops nothing. */
  readonly log: (line: string) => void
}

export async function serveApi(
  config: ResolvedConfig,
  { platform, views, isBetween }: Resettable,
  built: Built,
  surroundings: Surroundings,
): Promise<Served> {
  const { host } = config
  const log = rotatingLog(join(host.dataFolder, 'api.log'))
  const widget = built.widget === undefined ? {} : { widgetDist: built.widget }
  const accounts = knownAccounts(config)
  const { tokens, tokenFile } = tokensInForce(surroundings)
  const common: ApiOptions = { views, accounts, adminToken: readAdminToken(), tokens, isBetween, log, ...widget }
  const page = built.web === undefined ? {} : { webDist: built.web }
  const gateway = host.trustGateway ? { gateway: { key: gatewayKey(), now: Date.now } } : {}
  const isApart = host.opsPort !== undefined
  const clients = await createApi(platform, { ...common, ...gateway, ...(isApart ? { withoutOperations: true } : page) })
  const operations = isApart ? await createApi(platform, { ...common, ...page }) : undefined
  const close = async (): Promise<void> => {
    await clients.close()
    await operations?.close()
  }
  try {
    const url = urlOf(host.host, (await listen(clients, { host: host.host, port: host.port })).port)
    const at = operations === undefined ? undefined : await listen(operations, { host: host.host, port: host.opsPort ?? 0 })
    return { url, operationsUrl: at === undefined ? undefined : urlOf(host.host, at.port), tokenFile, close }
  } catch (error) {
    await close()
    throw error
  }
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

interface InForce {
  readonly tokens: readonly Token[]
  readonly tokenFile: string | undefined
}

/** Without a token of the environment there is one of this user's own: a brake that needs a restart first is none. */
function tokensInForce({ userConfigFolder, log }: Surroundings): InForce {
  const tokens = accessTokens()
  if (tokens.length > 0 || readAdminToken() !== undefined) return { tokens, tokenFile: undefined }
  const tokenFile = join(userConfigFolder, 'operator-token')
  try {
    return { tokens: [{ role: 'admin', name: 'local', token: loadLocalToken(tokenFile) }], tokenFile }
  } catch (error) {
    log(`note: nobody can sign in, ${tokenFile} cannot be made: ${error instanceof Error ? error.message : String(error)}`)
    return { tokens, tokenFile: undefined }
  }
}

/** Their form was checked when the environment was read. */
function accessTokens(): readonly Token[] {
  return readAccessTokens().map(({ role, name, token }) => ({ role: zRole.parse(role), name, token }))
}

/** Trust without a key would be trust in anyone. */
function gatewayKey(): string {
  const key = readGatewayKey()
  if (key !== undefined) return key
  throw refused('BALLAST_GATEWAY_KEY', 'not set', 'the key the gateway signs with, because TRUST_GATEWAY is true')
}

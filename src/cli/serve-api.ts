/**
 * The API's servers: one for everything, or, where `opsPort` is stated, one for clients and one for operations and the page (C-01). Behind a gateway
 * (C-50) the client's server believes its signatures alone; the operators' own server answers on this machine as ever.
 */
import { join } from 'node:path'
import { readAdminToken, readGatewayKey } from '#env'
import { createApi, listen } from '#api/create-api.ts'
import type { ApiOptions } from '#api/create-api.ts'
import type { ResolvedConfig } from '#runtime/config.ts'
import type { Resettable } from '#runtime/resettable.ts'
import { refused } from './failure.ts'
import { rotatingLog } from './rotating-log.ts'

export interface Served {
  readonly url: string
  /** Of operations and page, where they have a port of their own. */
  readonly operationsUrl: string | undefined
  close(): Promise<void>
}

export async function serveApi(
  { host }: ResolvedConfig,
  { platform, views, isBetween }: Resettable,
  webDist: string | undefined,
): Promise<Served> {
  const log = rotatingLog(join(host.dataFolder, 'api.log'))
  const common: ApiOptions = { views, adminToken: readAdminToken(), isBetween, log }
  const page = webDist === undefined ? {} : { webDist }
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
    return { url, operationsUrl: at === undefined ? undefined : urlOf(host.host, at.port), close }
  } catch (error) {
    await close()
    throw error
  }
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Trust without a key would be trust in anyone. */
function gatewayKey(): string {
  const key = readGatewayKey()
  if (key !== undefined) return key
  throw refused('BALLAST_GATEWAY_KEY', 'not set', 'the key the gateway signs with, because TRUST_GATEWAY is true')
}
